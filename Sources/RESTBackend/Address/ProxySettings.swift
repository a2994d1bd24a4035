package import OperationCatalogue

/// The proxies that a process's environment names: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, each also in
/// upper case, the lower case first.
package struct ProxySettings: Hashable, Sendable {
    private var http: Proxy?
    private var https: Proxy?
    private var exceptions: [Exception] = []

    /// One proxy: requests go through it in tunnels (`CONNECT`), those of `http://` too.
    struct Proxy: Hashable, Sendable {
        enum Kind: Sendable { case http, socks }

        let kind: Kind
        let host: String
        let port: Int
        let user: String?
        let password: Secret?
    }

    private struct Exception: Hashable {
        let host: String
        let port: Int?
    }

    /// No proxies.
    package init() {}

    /// - Throws: ``ErrorCode/invalidRequest`` for a proxy's address that cannot be used.
    package init(environment: [String: String]) throws(OperationError) {
        func value(_ name: String) -> (name: String, text: String)? {
            for name in [name, name.uppercased()] {
                // In a CGI program HTTP_PROXY is a header that a stranger has sent (CVE-2016-5385).
                if name == "HTTP_PROXY", environment["REQUEST_METHOD"] != nil { continue }
                if let text = environment[name], !text.isEmpty { return (name, text) }
            }
            return nil
        }
        let all = value("all_proxy")
        http = try (value("http_proxy") ?? all).map { named throws(OperationError) in try Proxy(named) }
        https = try (value("https_proxy") ?? all).map { named throws(OperationError) in try Proxy(named) }
        for entry in (value("no_proxy")?.text ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
            var host = entry.lowercased()[...]
            var port: Int?
            // One colon parts a port off; an IPv6 address has more of them.
            if let colon = host.firstIndex(of: ":"), colon == host.lastIndex(of: ":") {
                port = Int(host[host.index(after: colon)...])
                host = host[..<colon]
            }
            if host.hasPrefix("*.") { host = host.dropFirst(2) }
            if host.hasPrefix(".") { host = host.dropFirst() }
            exceptions.append(Exception(host: String(host), port: port))
        }
    }

    /// The proxy for an origin; none for this machine.
    func proxy(for origin: Origin) -> Proxy? {
        if origin.isLoopback { return nil }
        let isExcepted = exceptions.contains { exception in
            guard exception.port == nil || exception.port == origin.port else { return false }
            return exception.host == "*" || origin.host == exception.host
                || origin.host.hasSuffix("." + exception.host)
        }
        if isExcepted { return nil }
        return origin.scheme == .http ? http : https
    }
}

extension ProxySettings.Proxy {
    fileprivate init(_ named: (name: String, text: String)) throws(OperationError) {
        var rest = named.text[...]
        var kind = Kind.http
        if let separator = rest.firstRange(of: "://") {
            switch rest[..<separator.lowerBound].lowercased() {
            case "http": kind = .http
            case "socks5", "socks5h": kind = .socks
            default: throw Self.fault(named.name, "its scheme must be http or socks5")
            }
            rest = rest[separator.upperBound...]
        }
        var credentials: Substring?
        if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        // Whatever the kind, the form of host and port is that of a URL of http.
        guard let address = Origin(scheme: .http, authority: rest.prefix { $0 != "/" }) else {
            throw Self.fault(named.name, "no host can be told from it, or its port is none")
        }
        let hasPort = rest.prefix { $0 != "/" }.split(separator: "]").last?.contains(":") == true
        self.kind = kind
        host = address.host
        port = hasPort ? address.port : kind == .socks ? 1080 : 80
        let parts = credentials?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts == nil || kind == .http else { throw Self.fault(named.name, "socks5 goes without a password here") }
        user = parts.map { PercentEncoding.decoded($0[0]) }
        password = parts.map { Secret($0.count > 1 ? PercentEncoding.decoded($0[1]) : "") }
    }

    private static func fault(_ name: String, _ reason: String) -> OperationError {
        OperationError(
            .invalidRequest,
            "the proxy in \(name) cannot be used: \(reason); expected such as http://proxy.example.com:3128"
        )
    }
}
