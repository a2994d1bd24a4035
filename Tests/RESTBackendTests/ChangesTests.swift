import OperationCatalogue
import RESTBackend
import SQLiteBackend
import Testing

/// What the backend's answers tell of what a write has done.
@Suite("Changes by the API")
struct ChangesTests {
    private static func changes(_ result: OperationResult) throws -> [JSONValue] {
        guard case .ok(_, let changes?) = result else {
            Issue.record("no changes: \(result)")
            return []
        }
        let all = try #require(try changes.value().arrayValue)
        #expect(all.allSatisfy { RecordedChange($0) != nil })
        return all
    }

    private static func payload(_ result: OperationResult) throws -> JSONValue {
        guard case .ok(let payload, _) = result else { return .null }
        return try payload.value()
    }

    /// Runs `body` with a backend in front of a store of its own.
    private func with(
        _ dialect: FaithfulServer.Dialect, _ body: @Sendable (RESTBackend) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let faithful = FaithfulServer(store.backend)
        try await TestServer.with({ request, _ in await faithful.reply(to: request) }) { server in
            let backend = try backend(at: server.address + dialect.pathPrefix)
            do { try await body(backend) } catch { Issue.record(error) }
            await backend.close()
        }
        await store.backend.close()
    }

    @Test(
        "A create tells what differs from a fresh task, an update what it has set, each with the title",
        arguments: FaithfulServer.Dialect.allCases)
    func single(dialect: FaithfulServer.Dialect) async throws {
        try await with(dialect) { backend in
            let id = JSONValue.string(someID)
            let made = try Self.changes(
                try await backend.call("create_task", ["title": "Buy milk", "labels": ["home"], "id": id]))
            try #require(made.count == 1)
            #expect(made[0]["task"] == id && made[0]["title"] == "Buy milk" && made[0]["change"] == "create")
            #expect(made[0]["after"]?["title"] == "Buy milk" && made[0]["after"]?["labels"] == ["home"])
            for name in ["id", "status", "description", "pinned", "actions", "rev", "parent_id"] {
                #expect(made[0]["after"]?[name] == nil, "\(name)")
            }
            let updated = try Self.changes(
                try await backend.call("update_task", ["task_id": id, "title": "Buy oat milk", "description": nil]))
            #expect(
                updated == [
                    [
                        "task": id, "title": "Buy oat milk", "change": "update",
                        "fields": ["title": ["after": "Buy oat milk"], "description": ["after": ""]],
                    ]
                ])
            let done = try await backend.call("set_task_status", ["task_id": id, "status": "done"])
            let finished = try Self.payload(done)["finished_at"] ?? .null
            #expect(
                try Self.changes(done).first?["fields"] == [
                    "status": ["after": "done"], "finished_at": ["after": finished],
                ])
            let deleted = try Self.changes(try await backend.call("delete_task", ["task_id": id]))
            #expect(deleted == [["task": id, "change": "delete"]])
        }
    }

    @Test(
        "A split tells of its children, a fold of its next task, a merge of those it prunes, a move of the parent",
        arguments: FaithfulServer.Dialect.allCases)
    func several(dialect: FaithfulServer.Dialect) async throws {
        try await with(dialect) { backend in
            let id = JSONValue.string(someID)
            _ = try await backend.call("create_task", ["title": "T", "id": id])
            let split = try await backend.call(
                "split_task", ["task_id": id, "first_title": "A", "second_title": "B"])
            let halves = try Self.changes(split)
            #expect(halves.map { $0["change"] } == ["create", "create"] && halves.map { $0["title"] } == ["A", "B"])
            #expect(halves.allSatisfy { $0["after"]?["parent_id"] == id })
            let first = try #require(halves.first?["task"])
            let fold = try Self.changes(try await backend.call("fold_task", ["task_id": first, "title": "N"]))
            try #require(fold.map { $0["title"] } == ["N", "A"])
            #expect(fold[1]["fields"] == ["next_task_id": ["after": fold[0]["task"] ?? .null]])
            let next = try #require(fold[0]["task"])
            let move = try Self.changes(try await backend.call("move_task", ["task_id": next, "new_parent_id": id]))
            #expect(move.map { $0["change"] } == ["place"] && move.first?["after"] == ["parent_id": id])
            let merge = try Self.changes(try await backend.call("merge_task", ["task_id": first]))
            #expect(merge.first?["task"] == id && merge.first?["fields"]?["description"]?["after"] != nil)
            #expect(merge.count == 4)
            #expect(merge.dropFirst().allSatisfy { $0["fields"]?["status"] == ["after": "pruned"] })
        }
    }

    @Test("What an answer does not tell is not made up: reads, imports and answers without a task")
    func none() async throws {
        let answers = ["/tasks": "[]", "/tasks/\(someID)": #"{"title":"x"}"#]
        try await TestServer.with({ request, _ in
            .json(200, answers[request.target] ?? #"{"imported":1,"existing":0}"#)
        }) { server in
            let backend = try backend(at: server.address)
            for (name, arguments) in [
                ("list_tasks", [:]), ("import_tasks", ["tasks": [["id": .string(someID), "title": "x"]]]),
                ("set_task_status", ["task_id": .string(someID), "status": "done"]),
            ] as [(String, JSONObject)] {
                guard case .ok(_, let changes) = try await backend.call(name, arguments) else {
                    Issue.record("\(name) failed")
                    continue
                }
                #expect(changes == nil, "\(name)")
            }
            await backend.close()
        }
    }
}
