/// What a browser may load and do on the pages (W3C Content Security Policy Level 3): files of this server, nothing inline,
/// no frames, forms to this server only.
package enum ContentSecurityPolicy {
    /// The value of the header `Content-Security-Policy`.
    package static let text = """
        default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """
}
