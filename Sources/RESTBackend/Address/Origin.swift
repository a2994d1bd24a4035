import Glibc

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

    init(_ scheme: Scheme, host: String, port: Int) { (self.scheme, self.host, self.port) = (scheme, host, port) }

    /// - Parameter authority: a host with or without a port; credentials are refused.
    init(scheme: Scheme, authority: Substring) throws(AuthorityFault) {
        let hostEnd: Substring.Index
        let name: Substring
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { throw .openBracket }
            hostEnd = authority.index(after: bracket)
            name = authority[..<bracket].dropFirst()
            guard Self.isIPv6(name) else { throw .noIPv6 }
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
            name = authority[..<hostEnd]
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isInName) else { throw .noHost }
        }
        self.init(scheme, host: name.lowercased(), port: try Self.port(authority[hostEnd...]) ?? scheme.defaultPort)
    }

    /// - Parameter rest: what stands behind the host.
    private static func port(_ rest: Substring) throws(AuthorityFault) -> Int? {
        if rest.isEmpty { return nil }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits), port > 0
        else {
            throw .noPort
        }
        return Int(port)
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        var octets = in6_addr()
        return inet_pton(AF_INET6, String(text), &octets) == 1
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
        return Origin(.https, host: host, port: Scheme.https.defaultPort)
    }

    /// Whether a secret can be read by whoever is on the way.
    var isExposed: Bool { scheme == .http && !isLoopback }
}

/// What is wrong with a host and its port, as the end of a sentence about the address.
enum AuthorityFault: String, Error {
    case openBracket = "has no ] behind its host"
    case noIPv6 = "has no IPv6 address in its brackets"
    case noHost = "has no host, or one that is no name"
    case noPort = "has a port that is not a number from 1 to 65535"
}
