import OperationCatalogue

/// How a ``RESTBackend`` goes about its requests.
package struct RESTSettings: Sendable {
    /// Whether a token may travel over plain `http://` to a host that is not this machine (`--insecure-http`).
    package var allowsInsecureHTTP = false
    /// For a connection to stand, with its TLS handshake.
    package var connectTimeout: Duration = .seconds(5)
    /// For the backend to send something, from one moment at which it did to the next.
    package var readTimeout: Duration = .seconds(25)
    /// For one operation with all its tries and waits. Below the pipeline's deadline, so that this room, which knows how far
    /// a request got, tells how it ended.
    package var deadline: Duration = .seconds(28)
    /// Bytes of one answer's body, uncompressed.
    package var maximumAnswerSize = 64 * 1_048_576
    /// Connections to the backend, at most; as many operations are under way at the same time.
    package var maximumConnections = 64
    package var retries = RetryPolicy()
    package var proxies = ProxySettings()
    /// A PEM file with the certificates to trust in the place of the system's (`SSL_CERT_FILE`).
    package var trustRootsFile: String?
    /// What the backend is told about who asks.
    package var userAgent = "deferno"

    package init() {}

    /// The settings that a process's environment gives: the proxies and `SSL_CERT_FILE`.
    package init(environment: [String: String]) {
        proxies = ProxySettings(environment: environment)
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty { trustRootsFile = file }
    }
}

extension Duration {
    /// In whole nanoseconds; what is negative is none, and what is longer than a century is a century.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 3_155_760_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
