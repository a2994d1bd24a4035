import OperationCatalogue

/// The way that requests take to an origin.
enum Route: Hashable, Sendable {
    case direct
    /// Connections through a proxy that sees nothing of what goes over them: `CONNECT`, or SOCKS.
    case tunnel(ProxySettings.Proxy)
    /// Requests that a proxy carries out, with their whole address as the target (RFC 9112 section 3.2.2). It is the way for
    /// `http://`: proxies commonly refuse `CONNECT` to any port but 443, and the request can be read by all on the way anyhow.
    case plain(ProxySettings.Proxy)

    init(to origin: Origin, by proxy: ProxySettings.Proxy?) {
        guard let proxy else {
            self = .direct
            return
        }
        self = origin.scheme == .http && proxy.kind == .http ? .plain(proxy) : .tunnel(proxy)
    }

    /// The URL of whom to connect to for a target at an origin.
    func url(_ origin: Origin, _ target: String) -> String {
        guard case .plain(let proxy) = self else { return origin.text + target }
        let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
        return "http://\(host):\(proxy.port)\(target)"
    }

    var isPlain: Bool {
        if case .plain = self { return true }
        return false
    }

    /// What a proxy that carries out requests is shown of its user (RFC 9110 section 11.7.2).
    var proxyAuthorization: (user: String, password: Secret)? {
        guard case .plain(let proxy) = self, let user = proxy.user else { return nil }
        return (user, proxy.password ?? Secret(""))
    }
}
