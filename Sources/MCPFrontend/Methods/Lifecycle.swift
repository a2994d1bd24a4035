import OperationCatalogue

extension Methods {
    /// `initialize` (MCP until 2025-11-25, basic/lifecycle): the version that the client asks for, or else the newest.
    func initialize(_ request: JSONRPCRequest) throws(ProtocolError) -> (RequestContext, ResultBody) {
        let requested = try request.params.text("protocolVersion")
        let known = ProtocolVersion(rawValue: requested).flatMap { $0.isStateless ? nil : $0 }
        let version = known ?? .newestWithHandshake
        let context = RequestContext(
            version: version,
            client: Caller.Client(request.params["clientInfo"]),
            capabilities: ClientCapabilities(request.params["capabilities"]?.objectValue ?? [:])
        )
        let body = ResultBody(members: [
            "protocolVersion": .string(version.rawValue),
            "capabilities": Self.capabilities(in: version),
            "serverInfo": (try? identity.value()) ?? [:],
            "instructions": .string(ServerInstructions.text(for: offer, signInAdvice)),
        ])
        return (context, body)
    }

    /// `server/discover` (MCP 2026-07-28, server/discover).
    func discover() -> ResultBody {
        ResultBody(
            caching: .fixed,
            members: [
                "supportedVersions": ProtocolVersion.supported,
                "capabilities": Self.capabilities(in: .july2026),
                "instructions": .string(ServerInstructions.text(for: offer, signInAdvice)),
            ]
        )
    }

    /// Lists do not change while the server runs, so nothing is said of `listChanged`.
    private static func capabilities(in version: ProtocolVersion) -> JSONValue {
        var capabilities: JSONObject = ["tools": [:], "resources": ["subscribe": true], "prompts": [:], "logging": [:]]
        if version >= .march2025 { capabilities["completions"] = [:] }
        return .object(capabilities)
    }
}
