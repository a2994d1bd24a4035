import BackendContract
import GRDB
import Glibc
import OperationCatalogue
import OperationPipeline
import SQLiteFile
import Synchronization
import Testing

@testable import SQLiteBackend

@Suite("A store that many use at once")
struct SharedStoreTests {
    @Test("answers whoever asks by number, by identifier and for everything, however many do", .timeLimit(.minutes(1)))
    func manyReaders() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let owner = try await backend.addOwner(named: "ada")
        let client = ContractClient(backend, owner: owner.id)
        let id = try await client.create("one")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<48 {
                group.addTask {
                    for _ in 0..<50 {
                        switch caller % 4 {
                        case 0: _ = try await backend.task(1, slug: nil, of: owner.id)
                        case 1: _ = try await client.task(id)
                        case 2: try await backend.check()
                        default: _ = try await client.call("list_tasks")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        await backend.close()
    }

    @Test("answers reads while another process holds the lock for writing, also one that opens it meanwhile")
    func behindWriter() async throws {
        let store = try TemporaryStore()
        let first = store.backend()
        let id = try await ContractClient(first).create("one")
        await first.close()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: store.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        let backend = store.backend()
        let client = ContractClient(backend)
        // With the deadline of its busy handler a read that waits for the lock would take ten seconds, and then fail.
        #expect(try await client.call("list_tasks").identifiers == [id])
        let write = Task { try await client.create("two") }
        for _ in 0..<20 { #expect(try await client.task(id)["title"] == "one") }
        try await backend.check()
        try await other.writeWithoutTransaction { try $0.commit() }
        _ = try await write.value
        try other.close()
        await backend.close()
    }

    @Test("answers a read behind a thousand writes that wait for another process's lock", .timeLimit(.minutes(1)))
    func behindManyWrites() async throws {
        let store = try TemporaryStore()
        let first = store.backend()
        let id = try await ContractClient(first).create("one")
        await first.close()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: store.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        let caller = Caller(door: .http, user: "ada")
        let writes = Mutex((answered: 0, done: 0))
        let recorder = CountingRecorder()
        let read: OperationResult = await withCheckedContinuation { continuation in
            let arrays = Mutex(
                (0..<4).map { array in
                    (0..<250).map { number in
                        let title = "\(array)-\(number)"
                        return Submission(OperationRequest("create_task", ["title": .string(title)], caller: caller)) {
                            let isDone = $0.outcome.result.status == .ok
                            writes.withLock { $0 = ($0.answered + 1, $0.done + (isDone ? 1 : 0)) }
                        }
                    }
                } + [
                    [
                        Submission(OperationRequest("get_task", ["task_id": .string(id)], caller: caller)) {
                            continuation.resume(returning: $0.outcome.result)
                        }
                    ]
                ])
            let backend = store.backend()
            let pipeline = Pipeline(recorder: recorder, backend: backend)
            Task {
                await pipeline.run(
                    AsyncStream(unfolding: { arrays.withLock { $0.isEmpty ? nil : $0.removeFirst() } }),
                    until: Shutdown())
                await backend.close()
                recorder.hasEnded.withLock { $0 = true }
            }
        }
        #expect(read.status == .ok)
        #expect(writes.withLock { $0.answered } == 0)
        #expect(recorder.most <= PipelineLimits.intendedWrites)
        try await other.writeWithoutTransaction { try $0.commit() }
        try other.close()
        while !recorder.hasEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(writes.withLock { $0.done } == 1000)
    }

    @Test("is read without being made, upgraded or written where the process is read-only")
    func readOnly() async throws {
        let store = try TemporaryStore()
        let none = SQLiteBackend(location: SQLiteLocation(path: store.path), mayWrite: false)
        let refusal = try await ContractClient(none).refusal("list_tasks", [:])
        #expect(refusal.code == .backendUnreachable && refusal.message.contains("there is no task store \(store.path)"))
        #expect(TemporaryStore.mode(store.path) == nil)
        let writing = store.backend()
        let id = try await ContractClient(writing).create("会議 one")
        // What is there meanwhile is found by the next operation.
        #expect(try await ContractClient(none).call("list_tasks").identifiers == [id])
        #expect(
            try await ContractClient(none).refusal("create_task", ["title": "x", "description": ""]).code
                == .notPermitted)
        await none.close()
        await writing.close()
        try store.makeOld()
        let before = store.bytes("tasks.sqlite")
        let old = SQLiteBackend(location: SQLiteLocation(path: store.path), mayWrite: false)
        #expect(try await ContractClient(old).call("list_tasks").identifiers == [id])
        #expect(try await ContractClient(old).search("one") == [id])
        await old.close()
        #expect(store.bytes("tasks.sqlite") == before)
    }
}

/// Keeps how many writes stood in the record without having ended, at most.
private final class CountingRecorder: OperationRecorder {
    private let state = Mutex((open: 0, most: 0))
    let hasEnded = Mutex(false)

    var most: Int { state.withLock { $0.most } }

    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? {
        state.withLock { state in
            state.open += intents.count
            state.most = max(state.most, state.open)
        }
        return nil
    }

    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        state.withLock { $0.open -= outcomes.count(where: \.hasIntent) }
    }
}

@Suite("Searching inside text without spaces")
struct UnspacedSearchTests {
    static let titles = ["明日の会議の準備", "重跑gen-itgc后清零悬空引用", "ชำระค่าไฟฟ้า", "프로젝트회의를 준비", "ラーメン"]

    @Test(
        "finds any part of it, a single character too",
        arguments: [
            ("会議", 0), ("準備", 0), ("会", 0), ("備", 0), ("悬空", 1), ("gen", 1), ("itgc后", 1), ("重跑gen", 1),
            ("ค่าไฟ", 2), ("ไฟฟ้า", 2), ("ชำ", 2), ("회의", 3), ("프로젝트 준비", 3), ("メン", 4), ("ー", 4),
            ("明日 準備", 0),
        ])
    func found(query: String, index: Int) async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        var ids: [String] = []
        for title in Self.titles { ids.append(try await client.create(title)) }
        #expect(try await client.search(query) == [ids[index]])
        await backend.close()
    }

    @Test("does not find what is not there side by side", arguments: ["議会", "空悬", "ค้าไฟ", "ก", "会備"])
    func notFound(query: String) async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        for title in Self.titles { try await client.create(title) }
        #expect(try await client.search(query) == [])
        await backend.close()
    }

    @Test("follows changes in title, labels and description")
    func changes() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        let id = try await client.create("会議", ["labels": ["家族旅行"], "description": "詳細は後で"])
        #expect(try await client.search("旅行") == [id])
        try await client.update(id, ["title": "準備", "labels": nil])
        #expect(try await client.search("会議") == [])
        #expect(try await client.search("旅行") == [])
        #expect(try await client.search("準備 細は") == [id])
        try await client.call("delete_task", ["task_id": .string(id)])
        #expect(try await client.search("準備") == [])
        await backend.close()
        let database = try DatabaseQueue(path: store.path)
        try await database.write { try $0.execute(sql: "INSERT INTO task_text (task_text) VALUES ('integrity-check')") }
        try database.close()
    }

    @Test("works in a store of an older version once it has been written to")
    func migration() async throws {
        let store = try TemporaryStore()
        var backend = store.backend()
        let ids = [
            try await ContractClient(backend).create("明日の会議の準備"),
            try await ContractClient(backend).create("Paint the kitchen"),
        ]
        await backend.close()
        try store.makeOld()
        backend = store.backend()
        let client = ContractClient(backend)
        #expect(try await client.search("会議") == [ids[0]])
        #expect(try await client.search("kitchen") == [ids[1]])
        try await client.update(ids[0], ["title": "Nothing"])
        #expect(try await client.search("会議") == [])
        #expect(try await backend.file.faults() == [])
        await backend.close()
    }
}

extension TemporaryStore {
    /// Makes the store one of the first version: without marks, and with every text in the index as it is.
    fileprivate func makeOld() throws {
        let database = try DatabaseQueue(path: path)
        try database.inDatabase { database in
            try database.execute(
                sql: """
                    DROP TABLE file_mark;
                    DELETE FROM grdb_migrations WHERE identifier NOT IN ('1 owners and tasks', '2 full-text search');
                    INSERT INTO task_text (task_text) VALUES ('delete-all');
                    INSERT INTO task_text (rowid, title, labels, description)
                        SELECT key, title, labels, description FROM task WHERE deleted_at IS NULL;
                    """)
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try database.close()
    }
}
