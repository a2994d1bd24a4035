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
        for place in ["titel: unknown field; did you mean title?", "labels[0]:", "desire:"] {
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

    @Test("What a client has turned into texts, or filled with null, is understood, and recorded as it was understood")
    func understoodArguments() async throws {
        let server = try await TestServer(.november2025)
        let id: JSONValue = "00000000-0000-4000-8000-000000000001"
        server.call(
            1, "update_task",
            [
                "task_id": id, "title": "[1]", "labels": #"["a"]"#, "pinned": "true", "description": .null,
                "clear": ["complete_by"],
            ])
        server.call(2, "create_task", #"{"title":"x","desire":"0.5"}"#)
        server.call(3, "whoami", ["random_string": "x"])
        server.call(4, "whoami", [])
        for id in 1...4 as ClosedRange<Int64> {
            #expect(try await server.result(of: .integer(id))["isError"] == false)
        }
        await server.finish()
        let asked = server.backend.asked
        let update: JSONObject = ["task_id": id, "title": "[1]", "labels": ["a"], "pinned": true, "complete_by": .null]
        #expect(asked.first { $0.operation == "update_task" }?.arguments == update)
        #expect(asked.first { $0.operation == "create_task" }?.arguments["desire"] == 0.5)
        let recorded = server.recorder.concluded.first { $0.request.operation == "update_task" }
        #expect(recorded?.request.arguments == update)
    }

    @Test("A fault in clear is told in the result with all others, and leaves its record")
    func faultyClear() async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "update_task", ["task_id": "7", "clear": ["title"]])
        let result = try await server.result(of: 1)
        #expect(result["isError"] == true)
        let text = try #require(result["content"]?.arrayValue?.first?["text"]?.stringValue)
        #expect(text.contains("task_id:") && text.contains("clear[0]: expected one of description, labels"))
        await server.finish()
        #expect(server.recorder.concluded.first?.outcome.result.error?.code == .invalidArguments)
        #expect(server.backend.asked.isEmpty)
    }

    @Test("A code that is refused after a sign-in says that somebody is signed in, and a refused token that nobody is")
    func repeatedSignIn() async throws {
        let refusal = OperationError(.notSignedIn, "no", status: 401)
        let server = try await TestServer(
            .november2025,
            backend: ScriptedBackend { invocation in
                guard invocation.request.arguments["code"] != "used", invocation.definition.name != "whoami" else {
                    return .failed(refusal)
                }
                return await ScriptedBackend.answer(invocation)
            })
        func advice(_ id: JSONValue, _ tool: String, _ code: JSONValue? = nil) async throws -> String? {
            server.call(id, tool, code.map { ["session_id": "s1", "code": $0] } ?? [:])
            let content = try await server.result(of: id)["content"]?.arrayValue
            return content.flatMap { $0.count > 1 ? $0.last?["text"]?.stringValue : nil }
        }
        let unknown = "Call whoami to see who is signed in; if nobody is, begin again with start_auth."
        #expect(try await advice(1, "complete_auth", "used")?.hasSuffix(unknown) == true)
        #expect(try await advice(2, "complete_auth", "good") == nil)
        #expect(try await advice(3, "complete_auth", "used")?.contains("The user is signed in already as ada") == true)
        #expect(try await advice(4, "whoami")?.contains("Nobody is signed in") == true)
        #expect(try await advice(5, "complete_auth", "used")?.hasSuffix(unknown) == true)
        #expect(try await advice(6, "complete_auth", "good") == nil)
        #expect(try await advice(7, "logout") == nil)
        #expect(try await advice(8, "complete_auth", "used")?.hasSuffix(unknown) == true)
        await server.finish()
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
        let offer = try ToolSelection(within: .readOnly)
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
