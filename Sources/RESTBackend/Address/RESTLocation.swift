package import OperationCatalogue

/// Where a backend is: `http://127.0.0.1:3000`, `https://app.defernowork.com/api`.
package struct RESTLocation: Hashable, Sendable {
    let origin: Origin
    /// What stands before every path: empty, or such as `/api`; it does not end with a slash.
    let pathPrefix: String

    /// Reads an address.
    ///
    /// - Returns: `nil` when the address begins with neither `http://` nor `https://`, and so is another backend's.
    /// - Throws: ``ErrorCode/invalidRequest`` when it cannot be an address: no host, a port that is none, credentials, a
    ///   query or a fragment.
    package init?(address: String) throws(OperationError) {
        guard let (scheme, rest) = Origin.Scheme.split(address) else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[authority.endIndex...]
        guard let origin = Origin(scheme: scheme, authority: authority) else {
            throw Self.fault(address, "no host can be told from it, or its port is not a number from 1 to 65535")
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else { throw Self.fault(address, "its path must be plain ASCII without spaces, query and fragment") }
        self.origin = origin
        var prefix = path
        while prefix.last == "/" { prefix.removeLast() }
        pathPrefix = String(prefix)
    }

    private static func fault(_ address: String, _ reason: String) -> OperationError {
        // An address with credentials in it is not repeated: they would end in logs.
        let shown = address.contains("@") ? "the backend's address" : "the backend's address '\(address.prefix(200))'"
        return OperationError(
            .invalidRequest,
            "\(shown) cannot be used: \(reason); expected such as https://app.defernowork.com/api"
        )
    }

    /// The address in the one form that is kept with credentials: no slash at its end.
    package var baseURL: String { origin.text + pathPrefix }
}

/// A scheme, a host and a port: what a token may be shown to.
struct Origin: Hashable, Sendable {
    let scheme: Scheme
    /// In lower case, an IPv6 address without its brackets.
    let host: String
    let port: Int

    enum Scheme: String, Sendable {
        case http, https

        var defaultPort: Int { self == .http ? 80 : 443 }

        /// The scheme at the beginning of a URL, in any case, with what follows `://`.
        static func split(_ url: some StringProtocol) -> (Scheme, Substring)? {
            for scheme in [Scheme.http, .https] {
                let head = scheme.rawValue + "://"
                if url.prefix(head.count).lowercased() == head { return (scheme, Substring(url.dropFirst(head.count))) }
            }
            return nil
        }
    }

    /// - Parameter authority: a host with or without a port; credentials are refused.
    init?(scheme: Scheme, authority: Substring) {
        var host = authority
        var port = Substring()
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":", host.utf8.allSatisfy(Self.isInIPv6) else { return nil }
            port = rest.dropFirst()
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            guard host.utf8.allSatisfy(Self.isInName) else { return nil }
        }
        guard !host.isEmpty else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        if port.isEmpty {
            self.port = scheme.defaultPort
        } else {
            guard port.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(port), 1...65_535 ~= number else {
                return nil
            }
            self.port = number
        }
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isInIPv6(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// The `Host` header (RFC 9110 section 7.2): without the scheme's own port.
    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    var text: String { "\(scheme.rawValue)://\(hostHeader)" }

    /// Whether the host is this machine: `localhost` and names below it (RFC 6761 section 6.3), 127.0.0.0/8, `::1`.
    var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "0:0:0:0:0:0:0:1" {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The same host over TLS, each at its scheme's own port; `nil` where this is that already, or at another port.
    var secured: Origin? {
        guard scheme == .http, port == scheme.defaultPort else { return nil }
        return Origin(scheme: .https, authority: Substring(hostHeader))
    }

    /// Whether a secret can be read by whoever is on the way.
    var isExposed: Bool { scheme == .http && !isLoopback }
}
