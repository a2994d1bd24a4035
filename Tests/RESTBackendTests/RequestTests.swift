import NIOHTTP1
import OperationCatalogue
import OperationPipeline
import RESTBackend
import Testing

@Suite("What is sent")
struct RequestTests {
    private static let parent = "3e218381-e57f-48fc-a078-c34632c662c0"

    /// Operation, arguments, and the request line with the body that they become.
    static let table: [(String, JSONObject, String, String)] = [
        ("whoami", [:], "GET /auth/me", ""),
        ("list_tasks", [:], "GET /tasks", ""),
        ("get_task", ["task_id": .string(someID)], "GET /tasks/\(someID)", ""),
        ("get_daily_tasks", [:], "GET /tasks/today", ""),
        ("get_mood_history", [:], "GET /tasks/mood-history", ""),
        ("export_tasks", [:], "GET /tasks/export", ""),
        (
            "import_tasks", ["tasks": [["id": .string(someID), "title": "a", "more": 1]]], "POST /tasks/import",
            #"{"tasks":[{"id":"\#(someID)","title":"a","more":1}]}"#
        ),
        (
            "create_task", ["title": "a\"\n", "id": .string(someID)], "POST /tasks",
            #"{"title":"a\"\n","description":"","id":"\#(someID)"}"#
        ),
        (
            "create_task",
            [
                "title": "a", "description": "b", "labels": ["x", "y"], "parent_id": .string(parent),
                "assignee": .string(parent), "complete_by": "2031-04-10T09:45:00+02:00", "productive": 0.5,
                "desire": -1, "id": .string(someID),
            ],
            "POST /tasks",
            #"{"title":"a","description":"b","labels":["x","y"],"parent_id":"\#(parent)","assignee":"\#(parent)","#
                + #""complete_by":"2031-04-10T07:45:00Z","productive":0.5,"desire":-1.0,"id":"\#(someID)"}"#
        ),
        ("update_task", ["task_id": .string(someID)], "PATCH /tasks/\(someID)", "{}"),
        (
            "update_task",
            [
                "task_id": .string(someID), "title": "t", "status": "in-review", "pinned": false,
                "mood_start": ["r": 1, "theta": 0.5], "labels": ["l"], "assignee": .string(parent),
            ],
            "PATCH /tasks/\(someID)",
            #"{"title":"t","status":"in-review","labels":["l"],"assignee":"\#(parent)","#
                + #""mood_start":{"r":1.0,"theta":0.5},"pinned":false}"#
        ),
        (
            "update_task",
            [
                "task_id": .string(someID), "description": nil, "labels": nil, "assignee": nil, "complete_by": nil,
                "productive": nil, "desire": nil, "mood_start": nil, "mood_finish": nil,
            ],
            "PATCH /tasks/\(someID)",
            #"{"description":"","labels":[],"assignee":null,"complete_by":null,"productive":null,"desire":null,"#
                + #""mood_start":null,"mood_finish":null}"#
        ),
        (
            "set_task_status", ["task_id": .string(someID), "status": "done"], "PATCH /tasks/\(someID)",
            #"{"status":"done"}"#
        ),
        (
            "split_task", ["task_id": .string(someID), "first_title": "a", "second_title": "b"],
            "POST /tasks/\(someID)/split",
            #"{"first_title":"a","first_description":"","second_title":"b","second_description":""}"#
        ),
        (
            "fold_task", ["task_id": .string(someID), "title": "a", "labels": [], "desire": 0.25],
            "POST /tasks/\(someID)/fold", #"{"title":"a","description":"","labels":[],"desire":0.25}"#
        ),
        ("merge_task", ["task_id": .string(someID)], "POST /tasks/\(someID)/merge", "{}"),
        (
            "move_task", ["task_id": .string(someID), "new_parent_id": .string(parent), "position": 3],
            "POST /tasks/\(someID)/move", #"{"new_parent_id":"\#(parent)","position":3}"#
        ),
        (
            "move_task", ["task_id": .string(someID), "new_parent_id": nil], "POST /tasks/\(someID)/move",
            #"{"new_parent_id":null}"#
        ),
        ("delete_task", ["task_id": .string(someID)], "DELETE /tasks/\(someID)", ""),
        (
            "search_tasks",
            [
                "query": "50% & more/ü?#", "status": "in-progress", "label": "a b", "from": "2031-01-01T00:00:00Z",
                "parent_id": .string(parent),
            ],
            "GET /tasks/search?q=50%25%20%26%20more%2F%C3%BC%3F%23&status=in-progress&label=a%20b"
                + "&from=2031-01-01T00%3A00%3A00Z&parent_id=\(parent)",
            ""
        ),
        ("logout", [:], "POST /auth/logout", ""),
    ]

    @Test("every operation goes to its endpoint with its body", arguments: table.indices)
    func request(_ index: Int) async throws {
        let (name, arguments, line, body) = Self.table[index]
        let isList =
            name.hasPrefix("list") || name.hasPrefix("get_daily") || name.hasPrefix("get_mood")
            || name.hasPrefix("search")
        for prefix in ["", "/api"] {
            try await TestServer.with({ _, _ in .json(200, isList ? "[]" : someTask) }) { server in
                let result = try await call(name, arguments, at: server.address + prefix)
                #expect(result.status == .ok)
                #expect(server.requests.count == 1)
                let request = try #require(server.requests.last)
                let (method, target) = (line.prefix { $0 != " " }, line.drop { $0 != " " }.dropFirst())
                #expect("\(request.method) \(request.target)" == "\(method) \(prefix)\(target)")
                #expect(request.text == body)
                #expect(request.token == "Bearer secret-token")
                #expect(request.headers["content-type"] == (body.isEmpty ? [] : ["application/json"]))
                #expect(request.headers["host"] == ["127.0.0.1:\(server.port)"])
                #expect(request.headers["accept"] == ["application/json"])
            }
        }
    }

    @Test("the table names every operation but those of signing in")
    func tableIsWhole() {
        let known = Set(Self.table.map(\.0)).union(["start_auth", "complete_auth"])
        #expect(known == Set(Catalogue.standard.definitions.map(\.name)))
    }

    @Test("a move that names no parent asks for the present one first, and names that")
    func moveAmongSiblings() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { request, _ in
            .json(200, #"{"id":"\#(someID)","parent_id":"\#(Self.parent)"}"#)
        }
        try await TestServer.with(handler) { server in
            let result = try await call("move_task", ["task_id": .string(someID), "position": 2], at: server.address)
            #expect(result.status == .ok)
            #expect(server.requests.map(\.method) == ["GET", "POST"])
            #expect(server.requests.last?.text == #"{"new_parent_id":"\#(Self.parent)","position":2}"#)
        }
    }

    @Test("a request's own credential beats the store's token; its trace goes along")
    func credential() async throws {
        try await TestServer.with({ _, _ in .json(200, someTask) }) { server in
            let backend = try backend(at: server.address)
            let trace = TraceContext(
                traceID: "4bf92f3577b34da6a3ce929d0e0e4736", spanID: "00f067aa0ba902b7", isSampled: false,
                state: "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7")
            _ = try await backend.call("whoami", credential: "of-somebody", trace: trace)
            _ = try await backend.call("whoami")
            #expect(server.requests.map(\.token) == ["Bearer of-somebody", "Bearer secret-token"])
            #expect(
                server.requests.first?.headers["traceparent"]
                    == ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"])
            #expect(server.requests.first?.headers["tracestate"] == ["congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"])
            #expect(server.requests.last?.headers["traceparent"] == [])
            await backend.close()
        }
    }

    @Test("many requests at once share no more connections than allowed, and each gets its own answer")
    func concurrency() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { request, _ in
            .json(200, #"{"id":"\#(request.path.dropFirst(7))"}"#)
        }
        try await TestServer.with(handler) { server in
            let backend = try backend(at: server.address, settings: .init())
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<300 {
                    group.addTask {
                        let id = "\(UniqueIdentifier.version7())"
                        let result = try? await backend.call("get_task", ["task_id": .string(id)])
                        #expect(result?.text == "{\"id\":\"\(id)\"}")
                    }
                }
            }
            await backend.close()
        }
    }
}
