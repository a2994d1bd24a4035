import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("Both eras of the protocol")
struct EraTests {
    static let handshakes = ProtocolVersion.allCases.filter { !$0.isStateless }

    @Test("Each version with a handshake is spoken as it is asked for", arguments: handshakes)
    func handshake(version: ProtocolVersion) async throws {
        let server = try await TestServer(version)
        let result = try await server.result(of: "initialize")
        #expect(result["protocolVersion"]?.stringValue == version.rawValue)
        #expect(result["serverInfo"]?["name"] == "defernowork")
        #expect(result["instructions"]?.stringValue?.isEmpty == false)
        #expect(result["resultType"] == nil)
        server.request(1, "tools/list")
        #expect(try await server.result(of: 1)["tools"]?.arrayValue?.count == Catalogue.standard.definitions.count)
        await server.finish()
    }

    @Test(
        "A version that nobody knows, or that has no handshake, becomes the newest with one",
        arguments: ["1.0", "2026-07-28"])
    func unknownVersion(name: String) async throws {
        let server = try await TestServer()
        server.request(1, "initialize", ["protocolVersion": .string(name), "capabilities": [:]])
        #expect(try await server.result(of: 1)["protocolVersion"] == "2025-11-25")
        await server.finish()
    }

    @Test("A handshake that is refused leaves no trace, and a second one is refused")
    func oneHandshake() async throws {
        let server = try await TestServer()
        server.request(1, "initialize", ["capabilities": [:]])
        #expect(try await server.errorCode(of: 1) == -32602)
        server.request(2, "initialize", ["protocolVersion": "2025-06-18", "capabilities": [:]])
        #expect(try await server.result(of: 2)["protocolVersion"] == "2025-06-18")
        server.request(3, "initialize", ["protocolVersion": "2025-11-25", "capabilities": [:]])
        #expect(try await server.errorCode(of: 3) == -32600)
        await server.finish()
    }

    @Test("Before a handshake only ping is answered, and all else is told what is missing")
    func beforeHandshake() async throws {
        let server = try await TestServer()
        server.request(1, "ping")
        server.request(2, "tools/list")
        #expect(try await server.result(of: 1) == [:])
        let error = try await server.reply(to: 2)["error"]
        #expect(error?["code"]?.integerValue == -32602)
        #expect(error?["message"]?.stringValue?.contains("io.modelcontextprotocol/protocolVersion") == true)
        #expect(error?["message"]?.stringValue?.contains("initialize") == true)
        await server.finish()
    }

    @Test("A stateless request needs its version and the client's capabilities")
    func incompleteMeta() async throws {
        let server = try await TestServer()
        let version: JSONValue = "2026-07-28"
        server.request(1, "server/discover", ["_meta": ["io.modelcontextprotocol/protocolVersion": version]])
        server.request(2, "server/discover", ["_meta": ["io.modelcontextprotocol/clientCapabilities": [:]]])
        server.request(3, "server/discover")
        server.request(
            4, "server/discover",
            [
                "_meta": [
                    "io.modelcontextprotocol/protocolVersion": 5, "io.modelcontextprotocol/clientCapabilities": [:],
                ]
            ])
        for id in 1...4 { #expect(try await server.errorCode(of: .integer(Int64(id))) == -32602, "\(id)") }
        await server.finish()
    }

    @Test("An unsupported version names those there are", arguments: ["1900-01-01", "2025-11-25"])
    func unsupportedVersion(name: String) async throws {
        let server = try await TestServer()
        let meta: JSONValue = [
            "io.modelcontextprotocol/protocolVersion": .string(name), "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        server.request(1, "tools/list", ["_meta": meta])
        let error = try await server.reply(to: 1)["error"]
        #expect(error?["code"]?.integerValue == -32022)
        #expect(error?["data"]?["requested"]?.stringValue == name)
        #expect(error?["data"]?["supported"]?.arrayValue?.first == "2026-07-28")
        await server.finish()
    }

    @Test("A stateless result says that it is complete, who answers, and how long it holds")
    func statelessResult() async throws {
        let server = try await TestServer()
        for (index, method) in [
            "server/discover", "tools/list", "resources/list", "resources/templates/list", "prompts/list",
        ].enumerated() {
            let id = JSONValue.integer(Int64(index))
            server.statelessRequest(id, method)
            let result = try await server.result(of: id)
            #expect(result["resultType"] == "complete")
            #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo"]?["version"] == "9.9.9")
            #expect(result["ttlMs"]?.integerValue == 3_600_000)
            #expect(result["cacheScope"] == "public")
        }
        server.statelessRequest("read", "resources/read", ["uri": "defernowork://tasks"])
        let read = try await server.result(of: "read")
        #expect(read["ttlMs"]?.integerValue == 0)
        #expect(read["cacheScope"] == "private")
        await server.finish()
    }

    @Test("What a client gets to see first is as it was recorded, in every version")
    func firstReplies() async throws {
        for version in Self.handshakes {
            let server = try await TestServer(version)
            let result = try await server.result(of: "initialize")
            try GoldenFile.expect(
                result.indented, at: "Tests/MCPFrontendTests/Golden/initialize/\(version.rawValue).json")
            await server.finish()
        }
        let server = try await TestServer()
        server.statelessRequest(1, "server/discover")
        try GoldenFile.expect(
            try await server.result(of: 1).indented, at: "Tests/MCPFrontendTests/Golden/initialize/discover.json")
        await server.finish()
    }

    @Test("Discovery names every version, the newest first")
    func discovery() async throws {
        let server = try await TestServer()
        server.statelessRequest(1, "server/discover")
        let names = try await server.result(of: 1)["supportedVersions"]?.arrayValue?.compactMap(\.stringValue)
        #expect(names == ProtocolVersion.allCases.reversed().map(\.rawValue))
        await server.finish()
    }

    @Test("One process serves both eras side by side, whichever comes first, and a refusal decides nothing")
    func sideBySide() async throws {
        let server = try await TestServer()
        server.request(0, "tools/list")
        #expect(try await server.errorCode(of: 0) == -32602)
        server.statelessRequest(1, "tools/list")
        #expect(try await server.result(of: 1)["resultType"] == "complete")
        server.request(2, "initialize", ["protocolVersion": "2024-11-05", "capabilities": [:]])
        #expect(try await server.result(of: 2)["protocolVersion"] == "2024-11-05")
        server.request(3, "tools/list")
        #expect(try await server.result(of: 3)["resultType"] == nil)
        server.statelessRequest(4, "tools/list")
        #expect(try await server.result(of: 4)["resultType"] == "complete")
        await server.finish()
    }

    @Test("The log gets the client of each era, the request's identifier and its trace")
    func records() async throws {
        let server = try await TestServer(.november2025)
        server.request(
            12, "tools/call",
            [
                "name": "whoami",
                "_meta": [
                    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00", "tracestate": "a=1",
                ],
            ])
        server.statelessRequest("s-1", "tools/call", ["name": "whoami"])
        _ = try await server.result(of: 12)
        _ = try await server.result(of: "s-1")
        await server.finish()
        let requests = server.recorder.concluded.map(\.request)
        let first = try #require(requests.first { $0.id == "12" })
        #expect(first.caller.client == Caller.Client(name: "tester", version: "1.2"))
        #expect(first.caller.door == .mcp)
        #expect(first.caller.user == "ada")
        #expect(first.trace?.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(first.trace?.spanID == "00f067aa0ba902b7")
        #expect(first.trace?.isSampled == false)
        #expect(first.trace?.state == "a=1")
        let second = try #require(requests.first { $0.id == "s-1" })
        #expect(second.caller.client == Caller.Client(name: "modern", version: "3"))
        #expect(second.caller.run == first.caller.run)
        #expect(second.trace == nil)
    }

    @Test(
        "A trace that is not as W3C has it is no trace",
        arguments: [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7",
            "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
            "00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-x",
        ])
    func faultyTraces(text: String) { #expect(TraceContext(traceparent: text) == nil) }

    @Test("A trace goes on as it came, but for what no header can carry")
    func traces() throws {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-"
        for flags in ["00", "01"] {
            #expect(TraceContext(traceparent: parent + flags)?.traceparent == parent + flags)
        }
        #expect(TraceContext(traceparent: parent + "ff")?.traceparent == parent + "01")
        for state in ["", "a=\r\nx: y", "a=ä", String(repeating: "a", count: 5000)] {
            let trace = try #require(TraceContext(traceparent: parent + "01", tracestate: state))
            #expect(trace.state == nil)
        }
    }
}
