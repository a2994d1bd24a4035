import OperationCatalogue

/// The proxies that a process's environment names: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, each also in
/// upper case, the lower case first.
package struct ProxySettings: Hashable, Sendable {
    private var http: Result<Proxy, OperationError>?
    private var https: Result<Proxy, OperationError>?
    private var exceptions: [Exception] = []

    /// One proxy: requests for `https://` go through it in tunnels (`CONNECT`), those for `http://` are given to it whole.
    struct Proxy: Hashable, Sendable {
        enum Kind: Sendable { case http, socks }

        let kind: Kind
        let host: String
        let port: Int
        let user: String?
        let password: Secret?
    }

    private struct Exception: Hashable {
        let host: HostPattern
        let port: Int?
    }

    /// No proxies.
    package init() {}

    /// An address that cannot be used is a fault only for whom it concerns: see ``proxy(for:)``.
    package init(environment: [String: String]) {
        func value(_ name: String) -> (name: String, text: String)? {
            for name in [name, name.uppercased()] {
                // In a CGI program HTTP_PROXY is a header that a stranger has sent (CVE-2016-5385).
                if name == "HTTP_PROXY", environment["REQUEST_METHOD"] != nil { continue }
                if let text = environment[name], !text.isEmpty { return (name, text) }
            }
            return nil
        }
        let all = value("all_proxy")
        http = (value("http_proxy") ?? all).map(Proxy.read)
        https = (value("https_proxy") ?? all).map(Proxy.read)
        for entry in (value("no_proxy")?.text ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
            let (host, port) = Self.parts(of: entry.lowercased())
            exceptions.append(Exception(host: HostPattern(host), port: port))
        }
    }

    /// The host and the port of an exception. One colon parts a port off; an IPv6 address has more of them, or brackets.
    private static func parts(of entry: String) -> (host: Substring, port: Int?) {
        if entry.hasPrefix("["), let bracket = entry.lastIndex(of: "]") {
            let rest = entry[entry.index(after: bracket)...]
            return (entry[entry.index(after: entry.startIndex)..<bracket], Int(rest.dropFirst()))
        }
        guard let colon = entry.firstIndex(of: ":"), colon == entry.lastIndex(of: ":") else { return (entry[...], nil) }
        return (entry[..<colon], Int(entry[entry.index(after: colon)...]))
    }

    /// The proxy for an origin; none for this machine.
    ///
    /// - Throws: ``ErrorCode/invalidRequest`` where its address cannot be used.
    func proxy(for origin: Origin) throws(OperationError) -> Proxy? {
        if origin.isLoopback { return nil }
        let isExcepted = exceptions.contains { exception in
            guard exception.port == nil || exception.port == origin.port else { return false }
            return exception.host.fits(origin.host)
        }
        if isExcepted { return nil }
        return try (origin.scheme == .http ? http : https)?.get()
    }
}

extension ProxySettings.Proxy {
    fileprivate static func read(_ named: (name: String, text: String)) -> Result<ProxySettings.Proxy, OperationError> {
        Result { () throws(OperationError) in try ProxySettings.Proxy(named) }
    }

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
        guard let address = try? Origin(scheme: .http, authority: rest.prefix { $0 != "/" }) else {
            throw Self.fault(named.name, "no host can be told from it, or its port is not a number from 1 to 65535")
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
