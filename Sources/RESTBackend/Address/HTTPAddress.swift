/// The address of a backend that speaks HTTP: `http://127.0.0.1:3000`, `https://app.defernowork.com/api`. It is read once, where
/// a setting names it, and has one form, so that two ways to write it are equal: host in lower case, no default port, no slash at
/// the end (RFC 3986 section 6.2).
package struct HTTPAddress: Hashable, Sendable {
    let origin: Origin
    /// What stands before every path: empty, or such as `/api`; it does not end with a slash.
    let path: String

    /// The backend that the seed takes where none is named: the one that signing in begins with.
    package static let seed = HTTPAddress(origin: Origin(.http, host: "127.0.0.1", port: 3000), path: "")

    private init(origin: Origin, path: String) { (self.origin, self.path) = (origin, path) }

    /// The address as it is shown and saved.
    package var text: String { origin.text + path }

    /// - Throws: what is wrong with it. An address that holds a user or a password is not quoted.
    package init(_ text: String) throws(AddressFault) {
        guard text.contains("://") else { throw AddressFault(text, "has no scheme") }
        guard let (scheme, rest) = Origin.Scheme.split(text) else { throw AddressFault(text, "has an unknown scheme") }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw AddressFault(
                "an address must not hold a user or a password; sign in with 'deferno auth login'", concernsSecret: true
            )
        }
        let found: Result<Origin, AuthorityFault> = Result { () throws(AuthorityFault) in
            try Origin(scheme: scheme, authority: authority)
        }
        switch found {
        case .success(let origin): self.init(origin: origin, path: try Self.path(rest[authority.endIndex...], of: text))
        case .failure(let fault): throw AddressFault(text, fault.rawValue)
        }
    }

    private static func path(_ rest: Substring, of text: String) throws(AddressFault) -> String {
        guard !rest.contains("?"), !rest.contains("#") else {
            throw AddressFault(text, "must end with its path: no ? and no #")
        }
        let isPath = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }
        guard isPath else { throw AddressFault(text, "has a character in its path that must be percent-encoded") }
        var path = rest
        while path.last == "/" { path.removeLast() }
        return String(path)
    }
}

/// Why a text is not the address of a backend over HTTP.
package struct AddressFault: Error, Hashable, Sendable {
    /// A sentence that says what was expected.
    package let message: String
    /// Whether the text may hold a password, so that it must not be shown, nor the line that it stands in.
    package let concernsSecret: Bool

    package init(_ message: String, concernsSecret: Bool) {
        (self.message, self.concernsSecret) = (message, concernsSecret)
    }

    init(_ text: String, _ what: String) {
        // A password can stand in places where only a look at the whole finds it.
        concernsSecret = text.contains("@")
        let shown = concernsSecret ? "" : String(text.unicodeScalars.prefix(200)).debugDescription + " "
        message = "the address \(shown)\(what); expected https://host or http://host:port"
    }
}
