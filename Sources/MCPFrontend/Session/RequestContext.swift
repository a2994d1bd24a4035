import OperationCatalogue

/// What a request is answered by: the protocol's version and what is known of the client. In the versions with a
/// handshake it is the session's; since 2026-07-28 every request brings its own.
struct RequestContext: Sendable {
    let version: ProtocolVersion
    let client: Caller.Client?
    let capabilities: ClientCapabilities
    /// The least severe messages that the client wants; `nil` for none.
    var logLevel: LoggingLevel?
}

/// What the client has declared that it can do, as far as this server makes use of it.
struct ClientCapabilities: Hashable, Sendable {
    /// Whether the client can show an address to the user (`elicitation.url`).
    let elicitsURLs: Bool

    init(_ json: JSONObject) {
        elicitsURLs = json["elicitation"]?["url"]?.objectValue != nil
    }
}

/// The severities of RFC 5424 section 6.2.1, as MCP writes them.
enum LoggingLevel: String, Hashable, Sendable, CaseIterable, Comparable {
    case debug, info, notice, warning, error, critical, alert, emergency

    static func < (left: LoggingLevel, right: LoggingLevel) -> Bool {
        left.severity < right.severity
    }

    private var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The level that a client names.
    init(naming json: JSONValue, at place: String) throws(ProtocolError) {
        guard case .string(let name) = json, let level = LoggingLevel(rawValue: name) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw ProtocolError(
                .invalidParams, "\(place): expected one of \(names), found \(json.shortDescription)")
        }
        self = level
    }
}

extension Caller.Client {
    /// An `Implementation` as a client describes itself.
    init?(_ json: JSONValue?) {
        guard let name = json?["name"]?.stringValue else { return nil }
        self.init(name: name, version: json?["version"]?.stringValue ?? "")
    }
}

/// The members of `_meta` that the protocol reserves (MCP 2026-07-28, basic, "_meta").
enum MetaKey {
    static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    static let clientInfo = "io.modelcontextprotocol/clientInfo"
    static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    static let logLevel = "io.modelcontextprotocol/logLevel"
    static let serverInfo = "io.modelcontextprotocol/serverInfo"
    static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
}

extension RequestContext {
    /// The context that a request of the stateless era carries with it; `nil` where it carries none.
    ///
    /// - Throws: ``ProtocolError/Code-swift.enum/invalidParams`` when a part of it is missing or mistyped,
    ///   ``ProtocolError/Code-swift.enum/unsupportedProtocolVersion`` for a version that is no stateless one.
    init?(meta: JSONObject) throws(ProtocolError) {
        let keys = [MetaKey.protocolVersion, MetaKey.clientCapabilities]
        guard keys.contains(where: { meta[$0] != nil }) else { return nil }
        guard case .string(let name)? = meta[MetaKey.protocolVersion] else {
            throw Self.missing(MetaKey.protocolVersion, "a string such as \"2026-07-28\"")
        }
        guard let version = ProtocolVersion(rawValue: name), version.isStateless else {
            throw .unsupportedVersion(name)
        }
        guard case .object(let capabilities)? = meta[MetaKey.clientCapabilities] else {
            throw Self.missing(MetaKey.clientCapabilities, "an object, {} where there are none")
        }
        self.version = version
        self.capabilities = ClientCapabilities(capabilities)
        client = Caller.Client(meta[MetaKey.clientInfo])
        if let level = meta[MetaKey.logLevel] {
            logLevel = try LoggingLevel(naming: level, at: "_meta[\"\(MetaKey.logLevel)\"]")
        }
    }

    private static func missing(_ key: String, _ expectation: String) -> ProtocolError {
        ProtocolError(.invalidParams, "params._meta[\"\(key)\"]: is required, expected \(expectation)")
    }
}

extension ProtocolError {
    /// MCP 2026-07-28, basic/versioning, "Protocol Version Negotiation".
    static func unsupportedVersion(_ requested: String) -> ProtocolError {
        let hint =
            ProtocolVersion(rawValue: requested) == nil
            ? "" : "; version \(requested) begins with an initialize request"
        return ProtocolError(
            .unsupportedProtocolVersion,
            "Unsupported protocol version\(hint)",
            data: ["supported": ProtocolVersion.supported, "requested": .string(requested)]
        )
    }
}

extension ProtocolVersion {
    /// All versions, the newest first, as the protocol lists them.
    static let supported = JSONValue.array(allCases.reversed().map { .string($0.rawValue) })
}
