import Glibc
import MCPFrontend
import OperationCatalogue
import OperationPipeline
import Testing

/// A server on a real pipe, with a client's end of it.
final class TestServer: Sendable {
    let sink = RecordingSink()
    let backend: ScriptedBackend
    let recorder = KeepingRecorder()
    let interruption = Shutdown()
    private let input: Int32
    private let running: Task<Void, Never>

    /// - Parameter version: the version to shake hands for; `nil` for no handshake.
    init(
        _ version: ProtocolVersion? = nil,
        capabilities: JSONValue = [:],
        offer: ToolSelection = .all,
        backend: ScriptedBackend = ScriptedBackend(),
        messageLimit: Int = MCPServer.messageLimit,
        deferredLimit: Int? = nil,
        questionLife: Duration = MCPServer.questionLife,
        budget: ShutdownBudget = .agent
    ) async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readable, writable) = (ends[0], ends[1])
        input = writable
        self.backend = backend
        var limits = PipelineLimits()
        // What is held is held for good: only the end, or a cancellation, lets it go.
        limits.deadline = .seconds(3600)
        let server = MCPServer(
            pipeline: Pipeline(
                recorder: recorder,
                backend: backend,
                limits: limits
            ),
            offer: offer,
            identity: ServerIdentity(version: "9.9.9"),
            user: "ada",
            sink: sink,
            messageLimit: messageLimit,
            deferredLimit: deferredLimit,
            questionLife: questionLife,
            budget: budget
        )
        running = Task { [interruption] in
            do { try await server.run(input: readable, until: interruption) } catch { Issue.record(error) }
            Glibc.close(readable)
        }
        guard let version else { return }
        send([
            "jsonrpc": "2.0", "id": "initialize", "method": "initialize",
            "params": [
                "protocolVersion": .string(version.rawValue), "capabilities": capabilities,
                "clientInfo": ["name": "tester", "version": "1.2"],
            ],
        ])
        _ = try await reply(to: "initialize")
        send(["jsonrpc": "2.0", "method": "notifications/initialized"])
    }

    /// Writes raw bytes, in however many pieces the pipe takes.
    func send(bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(line: String) { send(bytes: Array("\(line)\n".utf8)) }
    func send(_ message: JSONValue) { send(bytes: JSONText(message).bytes + [UInt8(ascii: "\n")]) }

    func request(_ id: JSONValue, _ method: String, _ params: JSONValue = [:]) {
        send(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params])
    }

    func call(_ id: JSONValue, _ tool: String, _ arguments: JSONValue = [:]) {
        request(id, "tools/call", ["name": .string(tool), "arguments": arguments])
    }

    /// Sends a request of the stateless era.
    func statelessRequest(
        _ id: JSONValue, _ method: String, _ params: JSONObject = [:], capabilities: JSONValue = [:],
        meta: JSONObject = [:]
    ) {
        var (params, meta) = (params, meta)
        meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28"
        meta["io.modelcontextprotocol/clientCapabilities"] = capabilities
        meta["io.modelcontextprotocol/clientInfo"] = ["name": "modern", "version": "3"]
        params["_meta"] = .object(meta)
        request(id, method, .object(params))
    }

    /// The answer to a request, waited for.
    func reply(to id: JSONValue) async throws -> JSONValue {
        try await sink.first("a reply to \(JSONText(id))") { $0["id"] == id && $0["method"] == nil }
    }

    /// The result of a request; an error is a failure of the test.
    func result(of id: JSONValue) async throws -> JSONValue {
        let reply = try await reply(to: id)
        return try #require(reply["result"], "\(JSONText(reply))")
    }

    /// The code of the error that answers a request.
    func errorCode(of id: JSONValue) async throws -> Int64? {
        try await reply(to: id)["error"]?["code"]?.integerValue
    }

    func notification(_ method: String) async throws -> JSONValue {
        try await sink.first(method) { $0["method"] == .string(method) }
    }

    /// Ends the input.
    func endInput() { Glibc.close(input) }

    /// Waits until the server has ended.
    func end() async { await running.value }

    /// Ends the input and waits for the server; then looks whether all that was written are messages.
    func finish() async {
        endInput()
        await end()
        #expect(sink.faults == [])
    }
}
