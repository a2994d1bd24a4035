import BackendContract
import GRDB
import OperationCatalogue
import OperationPipeline
import SQLiteFile
import Testing

@testable import SQLiteBackend

@Suite("Batches")
struct BatchTests {
    /// A store in which SQLite itself fails every create and update of a task that is called `boom`.
    private func trap(_ store: TemporaryStore, _ failure: String) async throws -> (SQLiteBackend, ContractClient) {
        let backend = store.backend()
        let client = ContractClient(backend)
        _ = try await client.call("whoami")
        let database = try DatabaseQueue(path: store.path)
        try await database.write { database in
            for event in ["INSERT", "UPDATE"] {
                try database.execute(
                    sql: """
                        CREATE TRIGGER boom_\(event) AFTER \(event) ON task WHEN new.title = 'boom'
                        BEGIN SELECT RAISE(\(failure), 'boom'); END
                        """)
            }
        }
        try database.close()
        return (backend, client)
    }

    @Test("lose only the operation that the store fails on", arguments: ["ABORT", "FAIL", "ROLLBACK"])
    func unexpectedFailure(_ failure: String) async throws {
        let store = try TemporaryStore()
        let (backend, client) = try await trap(store, failure)
        let results = await client.results(
            try ["one", "boom", "two"].map { try client.invocation("create_task", ["title": .string($0)]) })
        #expect(results.map(\.status) == [.ok, .failed, .ok])
        #expect(results[1].error?.code == .backendFailed)
        #expect(results[1].error?.cause?.contains("boom") == true)
        let list = try await client.call("list_tasks").arrayValue ?? []
        #expect(list.map { $0["title"] } == ["one", "two"])
        #expect(list.map { $0["sequence"] } == [1, 2])
        // What the results say is what is stored.
        for (result, entry) in zip([results[0], results[2]], list) {
            guard case .ok(let text, _) = result else { continue }
            #expect(try text.value() == (try await client.task(entry["id"]?.stringValue ?? "")))
        }
        await backend.close()
    }

    @Test("leave no trace of an operation of many rows that fails midway")
    func partialFailure() async throws {
        let store = try TemporaryStore()
        let (backend, client) = try await trap(store, "FAIL")
        let id = try await client.create("big")
        let before = try await client.call("list_tasks")
        let error = try await client.refusal(
            "split_task", ["task_id": .string(id), "first_title": "fine", "second_title": "boom"])
        #expect(error.code == .backendFailed)
        #expect(try await client.call("list_tasks") == before)
        #expect(try await client.search("fine") == [])
        #expect(try await client.call("create_task", ["title": "next"])["sequence"] == 2)
        await backend.close()
    }

    @Test("go no further in a scope after a failure, and go on outside of it")
    func scopes() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        let scope = FailureScope()
        let missing: JSONObject = ["task_id": .string("\(UniqueIdentifier.version7())")]
        let results = await client.results(
            [
                try client.invocation("create_task", ["title": "one"]),
                try client.invocation("delete_task", missing),
                try client.invocation("create_task", ["title": "never"]),
                try client.invocation("create_task", ["title": "other"]),
            ],
            scopes: [scope, scope, scope, nil])
        #expect(results.map { $0.error?.code } == [nil, .notFound, .notRun, nil])
        #expect(try await client.call("list_tasks").arrayValue?.map { $0["title"] } == ["one", "other"])
        await backend.close()
    }

    @Test("go no further in a scope after the store fails either")
    func scopeAfterUnexpectedFailure() async throws {
        let store = try TemporaryStore()
        let (backend, client) = try await trap(store, "ABORT")
        let scope = FailureScope()
        let results = await client.results(
            try ["one", "boom", "never"].map { try client.invocation("create_task", ["title": .string($0)]) },
            scopes: [scope, scope, scope])
        #expect(results.map { $0.error?.code } == [nil, .backendFailed, .notRun])
        #expect(try await client.call("list_tasks").arrayValue?.map { $0["title"] } == ["one"])
        await backend.close()
    }

    @Test("change nothing when the task was cancelled before")
    func cancelledBefore() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        _ = try await client.call("whoami")
        let batch = [try client.invocation("create_task", ["title": "x"])]
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await client.results(batch)
        }
        #expect(await task.value.map { $0.error?.code } == [.cancelled])
        #expect(try await client.call("list_tasks") == [])
        await backend.close()
    }

    @Test("change nothing when the task is cancelled while another process holds the lock, and return soon")
    func cancelledWaiting() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        _ = try await client.call("whoami")
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: store.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        let batch = try ["x", "y"].map { try client.invocation("create_task", ["title": .string($0)]) }
        let task = Task { await client.results(batch) }
        try await Task.sleep(for: .milliseconds(30))
        task.cancel()
        // Whoever waited to the end for the lock would say that the store is locked.
        #expect(await task.value.map { $0.error?.code } == [.cancelled, .cancelled])
        try await other.writeWithoutTransaction { try $0.commit() }
        #expect(try await client.call("list_tasks") == [])
        try other.close()
        await backend.close()
    }

    @Test("wait for a lock that another process holds for a while")
    func waiting() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        _ = try await client.call("whoami")
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: store.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        let task = Task { try await client.create("x") }
        try await Task.sleep(for: .milliseconds(30))
        try await other.writeWithoutTransaction { try $0.commit() }
        _ = try await task.value
        try other.close()
        await backend.close()
    }

    @Test("are cut back to what fits when the disk is full, with a sentence that says so")
    func fullDisk() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        try await client.create("small")
        try await backend.file.write { access in
            let pages = try Int.fetchOne(access.database, sql: "PRAGMA page_count") ?? 0
            try access.database.execute(sql: "PRAGMA max_page_count = \(pages + 8)")
        }
        let huge = JSONValue.string(String(repeating: "long ", count: 100_000))
        let results = await client.results([
            try client.invocation("create_task", ["title": "before"]),
            try client.invocation("create_task", ["title": "huge", "description": huge]),
            try client.invocation("create_task", ["title": "after"]),
        ])
        #expect(results.map(\.status) == [.ok, .failed, .ok])
        #expect(results[1].error?.message.hasPrefix("there is no space left for the task store \(store.path)") == true)
        let list = try await client.call("list_tasks").arrayValue ?? []
        #expect(list.map { $0["title"] } == ["small", "before", "after"])
        await backend.close()
    }

    @Test("of two backends on one file lose nothing", .timeLimit(.minutes(1)))
    func twoBackends() async throws {
        let store = try TemporaryStore()
        let backends = [store.backend(), store.backend()]
        let ids = try await withThrowingTaskGroup(of: [String].self) { group in
            for backend in backends {
                group.addTask {
                    let client = ContractClient(backend)
                    var ids: [String] = []
                    for number in 0..<200 { ids.append(try await client.create("task \(number)")) }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for backend in backends {
            let list = try await ContractClient(backend).call("list_tasks")
            #expect(Set(list.identifiers) == Set(ids))
            #expect(list.arrayValue?.compactMap { $0["sequence"]?.integerValue } == Array(1...400))
        }
        for backend in backends { await backend.close() }
    }

    @Test("of 20,000 tasks in a tree are listed, searched and counted", .timeLimit(.minutes(1)))
    func many() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        let root = try await client.create("root")
        for start in stride(from: 0, to: 20_000, by: 256) {
            let results = await client.results(
                try (start..<min(start + 256, 20_000)).map {
                    try client.invocation("create_task", ["title": .string("task t\($0)"), "parent_id": .string(root)])
                })
            #expect(results.allSatisfy { $0.status == .ok })
        }
        let list = try await client.call("list_tasks").arrayValue ?? []
        #expect(list.count == 20_001)
        #expect(list.first?["descendant_total"] == 20_000)
        #expect(list.first?.children.count == 20_000)
        #expect(try await client.search("t12345").count == 1)
        #expect(try await client.search("task").count == 200)
        #expect(try await client.call("get_daily_tasks").arrayValue?.count == 10)
        let merged = try await client.call("merge_task", ["task_id": list.last?["id"] ?? .null])
        #expect(merged["merged_children"]?.arrayValue?.count == 20_000)
        await backend.close()
    }
}
