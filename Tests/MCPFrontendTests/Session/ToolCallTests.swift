import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("Calling tools and reading resources")
struct ToolCallTests {
    static let nobody: JSONValue = "00000000-0000-4000-8000-000000000404"

    @Test("A failure of the backend is a result with the seed's text")
    func backendFailure() async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "get_task", ["task_id": Self.nobody])
        let result = try await server.result(of: 1)
        #expect(result["isError"] == true)
        #expect(result["content"]?.arrayValue?.first?["text"] == "Deferno API error 404: task not found")
        #expect(result["structuredContent"] == nil)
        await server.finish()
    }

    @Test("An unknown tool is an error of the protocol with a hint, and leaves its record")
    func unknownTool() async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "creat_task", ["title": "x"])
        let error = try await server.reply(to: 1)["error"]
        #expect(error?["code"]?.integerValue == -32602)
        #expect(error?["message"]?.stringValue?.contains("did you mean create_task?") == true)
        await server.finish()
        let record = try #require(server.recorder.concluded.first)
        #expect(record.request.operation == "creat_task")
        #expect(record.outcome.result.error?.code == .unknownOperation)
    }

    @Test("Faulty arguments are told in the result, each by its name, and leave their record")
    func faultyArguments() async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "create_task", ["titel": "x", "labels": [1], "desire": 7])
        let result = try await server.result(of: 1)
        #expect(result["isError"] == true)
        let text = try #require(result["content"]?.arrayValue?.first?["text"]?.stringValue)
        for place in ["title: is required", "titel: unknown field", "labels[0]:", "desire:"] {
            #expect(text.contains(place), "\(place) in \(text)")
        }
        await server.finish()
        #expect(server.recorder.concluded.count == 1)
        #expect(server.backend.asked.isEmpty)
    }

    @Test(
        "Arguments that are no object are an error of the protocol, and leave their record",
        arguments: [[1], "x", 5] as [JSONValue])
    func noObject(arguments: JSONValue) async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "create_task", arguments)
        let error = try await server.reply(to: 1)["error"]
        #expect(error?["code"]?.integerValue == -32602)
        #expect(error?["message"]?.stringValue?.contains("params.arguments: expected an object") == true)
        await server.finish()
        #expect(server.recorder.concluded.first?.outcome.result.error?.code == .invalidRequest)
    }

    @Test("A call without a name is an error that says so")
    func noName() async throws {
        let server = try await TestServer(.november2025)
        server.request(1, "tools/call", ["arguments": [:]])
        server.request(2, "tools/call", ["name": 5])
        for id in [1, 2] as [JSONValue] { #expect(try await server.errorCode(of: id) == -32602) }
        await server.finish()
    }

    @Test("What is not offered is not there, also where the backend knows it")
    func notOffered() async throws {
        let offer = try ToolSelection(isReadOnly: true)
        let server = try await TestServer(.november2025, offer: offer)
        server.call(1, "create_task", ["title": "x"])
        #expect(try await server.errorCode(of: 1) == -32602)
        server.request(2, "tools/list")
        let names = try await server.result(of: 2)["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names?.contains("get_task") == true)
        #expect(names?.contains("create_task") == false)
        await server.finish()
        #expect(server.backend.asked.isEmpty)
    }

    @Test("Resources are read by operations, a task by its percent-encoded identifier too")
    func resources() async throws {
        let server = try await TestServer(.november2025)
        for (id, uri) in [
            "defernowork://tasks", "defernowork://tasks/today", "defernowork://tasks/mood-history",
            "defernowork://task/00000000-0000-4000-8000-000000000001",
            "DefernoWork://task/00000000%2D0000-4000-8000-000000000001",
        ].enumerated() {
            server.request(.integer(Int64(id)), "resources/read", ["uri": .string(uri)])
            let contents = try await server.result(of: .integer(Int64(id)))["contents"]?.arrayValue
            #expect(contents?.first?["uri"]?.stringValue == uri)
            #expect(contents?.first?["mimeType"] == "application/json")
        }
        await server.finish()
        #expect(
            server.backend.asked.map(\.operation)
                == ["list_tasks", "get_daily_tasks", "get_mood_history", "get_task", "get_task"])
    }

    @Test("A resource that is not there has the code of its era")
    func missingResources() async throws {
        let server = try await TestServer(.june2025)
        for (index, uri) in ["defernowork://nothing", "defernowork://task/\(Self.nobody.stringValue ?? "")", "x"]
            .enumerated()
        {
            let (legacy, modern) = (JSONValue.string("l\(index)"), JSONValue.string("m\(index)"))
            server.request(legacy, "resources/read", ["uri": .string(uri)])
            server.statelessRequest(modern, "resources/read", ["uri": .string(uri)])
            #expect(try await server.errorCode(of: legacy) == -32002)
            #expect(try await server.errorCode(of: modern) == -32602)
        }
        await server.finish()
    }

    @Test("Prompts carry the payloads of the operations they are built on")
    func prompts() async throws {
        let server = try await TestServer(.november2025)
        server.request(1, "prompts/get", ["name": "weekly_review"])
        let messages = try #require(try await server.result(of: 1)["messages"]?.arrayValue)
        #expect(messages.map { $0["content"]?["type"] } == ["resource", "resource", "text"])
        #expect(messages.first?["content"]?["resource"]?["text"] == "[]")
        server.request(2, "prompts/get", ["name": "break_down_task", "arguments": ["task_id": Self.nobody]])
        #expect(try await server.errorCode(of: 2) == -32602)
        server.request(3, "prompts/get", ["name": "break_down_task"])
        server.request(4, "prompts/get", ["name": "unheard_of"])
        server.request(5, "prompts/get", ["name": "weekly_review", "arguments": [1]])
        for id in [3, 4, 5] as [JSONValue] { #expect(try await server.errorCode(of: id) == -32602) }
        await server.finish()
        #expect(Set(server.backend.asked.map(\.operation)) == ["get_mood_history", "list_tasks", "get_task"])
    }

    @Test("Completions are made from the tasks there are, and nothing is suggested where they cannot be read")
    func completions() async throws {
        let tasks: JSONValue = [
            ["id": "00000000-0000-4000-8000-000000000001", "title": "Buy milk", "status": "open", "labels": []]
        ]
        let server = try await TestServer(
            .november2025, backend: ScriptedBackend { _ in .ok(JSONText(tasks)) })
        let reference: JSONValue = ["type": "ref/resource", "uri": "defernowork://task/{task_id}"]
        server.request(1, "completion/complete", ["ref": reference, "argument": ["name": "task_id", "value": "mil"]])
        let values = try await server.result(of: 1)["completion"]?["values"]
        #expect(values == ["00000000-0000-4000-8000-000000000001"])
        server.request(2, "completion/complete", ["ref": reference])
        #expect(try await server.errorCode(of: 2) == -32602)
        await server.finish()

        let broken = try await TestServer(
            .november2025,
            backend: ScriptedBackend { _ in .failed(OperationError(.backendUnreachable, "nobody there")) })
        broken.request(1, "completion/complete", ["ref": reference, "argument": ["name": "task_id", "value": ""]])
        #expect(try await broken.result(of: 1)["completion"]?["values"] == [])
        await broken.finish()
    }

    @Test("A cursor that no list has given out is refused")
    func cursors() async throws {
        let server = try await TestServer(.november2025)
        for (index, method) in ["tools/list", "resources/list", "prompts/list"].enumerated() {
            server.request(.integer(Int64(index)), method, ["cursor": "x"])
            #expect(try await server.errorCode(of: .integer(Int64(index))) == -32602)
        }
        await server.finish()
    }

    @Test("Long lists come in pages")
    func pages() throws {
        let methods = Methods(offer: .all, identity: ServerIdentity(version: "1"), pageSize: 5)
        var names: [String] = []
        var params: JSONObject = [:]
        for _ in 0..<4 {
            var writer = JSONWriter()
            writer.beginObject()
            try methods.listTools(params, version: .november2025).writeMembers(&writer)
            writer.endObject()
            let page = try writer.takeText().value()
            names += page["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            params["cursor"] = page["nextCursor"]
        }
        #expect(params["cursor"] == nil)
        #expect(names == Catalogue.standard.definitions.map(\.name))
    }
}
