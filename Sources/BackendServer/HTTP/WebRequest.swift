import HTTPTypes
import OperationCatalogue

/// A request with its whole body, as the handlers see it.
struct WebRequest: Sendable {
    var method: HTTPRequest.Method
    /// The segments of the path, decoded; empty ones are left out, so `/tasks/` is `/tasks`.
    let path: [String]
    let query: FormFields
    let headers: HTTPFields
    var body: [UInt8]
    /// The host and port that the client has asked for (`Host`).
    let host: String?
    /// The address of whoever is at the other end of the connection, without its port.
    let peer: String
    private let proxies: Set<String>

    /// - Parameters:
    ///   - target: the path with its query, as it came (RFC 9112 section 3.2).
    ///   - proxies: the addresses of proxies, beside those of this machine.
    /// - Returns: `nil` for a target that is no path of UTF-8, or tries to climb out of it, and for a host that is none.
    init?(
        method: HTTPRequest.Method, target: String, host: String?, headers: HTTPFields, body: [UInt8], peer: String,
        proxies: Set<String> = []
    ) {
        guard host.map(Self.isHost) != false else { return nil }
        // By bytes, since going through a text by its characters costs many times as much.
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.first == UInt8(ascii: "/"), target.utf8.count <= Self.longestTarget else {
            return nil
        }
        var path: [String] = []
        for segment in first.split(separator: UInt8(ascii: "/")) {
            guard let decoded = PercentDecoding.decoded(Substring(segment)), decoded != "..", decoded != ".",
                !decoded.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
            else { return nil }
            path.append(decoded)
        }
        guard let query = FormFields(parts.count > 1 ? Substring(parts[1]) : "") else { return nil }
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.headers = headers
        self.body = body
        self.peer = PeerAddress.plain(peer)
        self.proxies = proxies
    }

    /// Whether a text can be a host with a port (RFC 3986 section 3.2.2), which links to this server are made of.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._:[]".utf8.contains(byte)
                }
            }
    }

    private static let longestTarget = 8192

    // MARK: What headers say

    var bearerToken: String? {
        guard let value = headers[.authorization] else { return nil }
        let parts = value.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, parts[0].elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
        return String(Substring(parts[1]))
    }

    /// The value of a cookie (RFC 6265 section 5.4).
    func cookie(_ name: String) -> String? {
        for pair in headers[values: .cookie].joined(separator: "; ").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name[...] else { continue }
            return String(parts[1])
        }
        return nil
    }

    /// Whether a proxy may stand before the server: only on this machine, or at an address that was named, one is believed what
    /// it says of its client.
    private var isProxied: Bool { PeerAddress.isLoopback(peer) || proxies.contains(peer) }

    var isSecure: Bool { isProxied && headers[.forwardedProto]?.lowercased() == "https" }

    /// Where the client is, by what a proxy on this machine says, or else by the connection.
    var clientAddress: String {
        guard isProxied, let last = headers[.forwardedFor]?.split(separator: ",").last else { return peer }
        return PeerAddress.plain(String(last.filter { $0 != " " }.prefix(64)))
    }

    /// Whose share it is where nobody is signed in.
    var holder: ShareHolder { .network(ClientNetwork.of(clientAddress)) }

    /// The form of the API that it asks in.
    var dialect: Dialect { path.first == Dialect.envelopePath ? .envelope : .bare }

    /// Whether a person is to read the answer: browsers ask for pages (RFC 9110 section 12.5.1), programs do not.
    var wantsPage: Bool {
        dialect == .bare && headers[values: .accept].contains { $0.lowercased().contains("text/html") }
    }

    /// The server's address as the client knows it.
    var origin: String? {
        host.map { (isSecure ? "https://" : "http://") + $0 }
    }

    /// Whether a page of another site has sent it: browsers say so in `Origin` (RFC 6454 section 7) or `Sec-Fetch-Site` (W3C
    /// Fetch Metadata).
    var isForeign: Bool {
        if let site = headers[.fetchSite], site != "same-origin", site != "none" { return true }
        guard let sender = headers[.origin] else { return false }
        return sender.lowercased() != origin?.lowercased()
    }
}

extension HTTPField.Name {
    static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .via }

    static let forwardedProto = named("X-Forwarded-Proto")
    static let forwardedFor = named("X-Forwarded-For")
    static let tracestate = named("tracestate")
    static let lastEventID = named("Last-Event-ID")
    static let fetchSite = named("Sec-Fetch-Site")
    static let referrerPolicy = named("Referrer-Policy")
    static let frameOptions = named("X-Frame-Options")
}
