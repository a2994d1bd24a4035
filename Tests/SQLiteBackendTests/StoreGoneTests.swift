import BackendContract
import GRDB
import Glibc
import OperationCatalogue
import SQLiteFile
import Testing

@testable import SQLiteBackend

@Suite("A store that is taken away from under a running process")
struct StoreGoneTests {
    /// What somebody does to it, and a part of what is said then.
    struct Mishap: Sendable, CustomStringConvertible {
        let description: String
        let sentence: String
        let harm: @Sendable (TemporaryStore) throws -> Void
    }

    static let mishaps = [
        Mishap(description: "deleted", sentence: "is gone") { store in
            for ending in ["", "-wal", "-shm"] { remove(store.path + ending) }
        },
        Mishap(description: "moved", sentence: "is gone") { rename($0.path, $0.path + ".old") },
        Mishap(description: "replaced by another file", sentence: "has been replaced by another file") { store in
            try store.copy("backup", to: "incoming")
            for ending in ["-wal", "-shm"] { remove(store.path + ending) }
            rename(store.folder + "/incoming", store.path)
        },
        Mishap(description: "overwritten with a backup", sentence: "was overwritten with another one") { store in
            try store.copy("backup", to: "tasks.sqlite")
        },
        Mishap(description: "left without its -wal file", sentence: "has lost") { remove($0.path + "-wal") },
        Mishap(description: "left without its -shm file", sentence: "has lost") { remove($0.path + "-shm") },
    ]

    @Test("is noticed before the next write, and nothing is said to be done that is nowhere", arguments: mishaps)
    func noticed(_ mishap: Mishap) async throws {
        let store = try TemporaryStore()
        // The backup is a store of the same kind at an earlier time.
        var backend = store.backend()
        try await ContractClient(backend).create("of the backup")
        await backend.close()
        try store.copy("tasks.sqlite", to: "backup")
        backend = store.backend()
        try await ContractClient(backend).create("later than the backup")
        await backend.close()
        backend = store.backend()
        let client = ContractClient(backend)
        for number in 0..<20 { try await client.create("before \(number)") }
        try mishap.harm(store)
        let error = try await client.refusal("create_task", ["title": "after", "description": ""])
        #expect(error.code == .backendUnreachable)
        #expect(error.message.contains(store.path) && error.message.contains(mishap.sentence), "\(error.message)")
        await #expect(throws: OperationError.self) { try await backend.check() }
        await backend.close()
    }

    @Test("does no harm to the store that stands there by then when it ends", arguments: [mishaps[0], mishaps[2]])
    func ending(_ mishap: Mishap) async throws {
        let store = try TemporaryStore()
        let old = store.backend()
        try await ContractClient(old).create("of the backup")
        try store.copy("tasks.sqlite", to: "backup")
        try await ContractClient(old).create("before")
        try mishap.harm(store)
        // Somebody else goes on with what is there, and has work that only the files beside it hold.
        let new = store.backend()
        try await ContractClient(new).create("of the other process")
        _ = try? await ContractClient(old).create("lost")
        await old.close()
        #expect(TemporaryStore.mode(store.path + "-wal") != nil)
        let third = store.backend()
        #expect(try await ContractClient(third).search("other process").count == 1)
        try await ContractClient(third).create("later")
        #expect(try await ContractClient(new).search("later").count == 1)
        await third.close()
        await new.close()
    }

    @Test("is opened anew where that is wanted, once an operation was refused that says so", arguments: mishaps)
    func anew(_ mishap: Mishap) async throws {
        let store = try TemporaryStore()
        let first = store.backend()
        try await ContractClient(first).create("of the backup")
        await first.close()
        try store.copy("tasks.sqlite", to: "backup")
        let between = store.backend()
        try await ContractClient(between).create("later than the backup")
        await between.close()
        let backend = SQLiteBackend(location: SQLiteLocation(path: store.path), reopens: true)
        let client = ContractClient(backend)
        for number in 0..<5 { try await client.create("before \(number)") }
        try mishap.harm(store)
        let error = try await client.refusal("create_task", ["title": "refused", "description": ""])
        #expect(error.message.contains(mishap.sentence))
        if mishap.description.hasPrefix("overwritten") || mishap.description == "moved" {
            // What is left beside it would be applied to it.
            _ = try await client.refusal("create_task", ["title": "after", "description": ""])
        } else {
            try await client.create("after")
            let other = store.backend()
            #expect(try await ContractClient(other).search("after").count == 1, "what is acknowledged is at the path")
            let isRescued = mishap.description.hasPrefix("left")
            #expect(try await ContractClient(other).search("before").count == (isRescued ? 5 : 0))
            await other.close()
        }
        await backend.close()
    }

    @Test("and brought back is used again")
    func back() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        try await client.create("before")
        rename(store.path, store.path + ".old")
        _ = try await client.refusal("create_task", ["title": "meanwhile", "description": ""])
        rename(store.path + ".old", store.path)
        try await client.create("after")
        #expect(try await client.call("list_tasks").arrayValue?.count == 2)
        await backend.close()
    }
}

@Suite("A file that stands beside a -wal file")
struct ForeignLogTests {
    /// The store, its `-wal` file and an older backup, as a killed process leaves them; in a folder of their own.
    private struct Crash {
        let store: TemporaryStore
        let tasks: Int

        init(checkpoint: Bool = false) async throws {
            store = try TemporaryStore()
            var backend = store.backend()
            for number in 0..<30 { try await ContractClient(backend).create("task \(number)") }
            await backend.close()
            try store.copy("tasks.sqlite", to: "backup")
            backend = store.backend()
            try await ContractClient(backend).create("later than the backup")
            await backend.close()
            backend = store.backend()
            let client = ContractClient(backend)
            for number in 31..<60 { try await client.create("task \(number)") }
            if checkpoint {
                // The file has all of it, and the -wal file is not begun anew yet.
                try await backend.file.write {
                    try $0.database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
                }
            }
            for number in 60..<90 { try await client.create("task \(number)") }
            mkdir(store.folder + "/crashed", 0o700)
            for ending in ["", "-wal"] { try store.copy("tasks.sqlite\(ending)", to: "crashed/tasks.sqlite\(ending)") }
            await backend.close()
            tasks = 90
        }

        var path: String { store.folder + "/crashed/tasks.sqlite" }
    }

    @Test("is opened with it where it is its own, brought home in part or not", arguments: [false, true])
    func own(checkpoint: Bool) async throws {
        let crash = try await Crash(checkpoint: checkpoint)
        let backend = SQLiteBackend(location: SQLiteLocation(path: crash.path))
        #expect(try await ContractClient(backend).call("list_tasks").arrayValue?.count == crash.tasks)
        try await ContractClient(backend).create("one more")
        #expect(try await backend.file.faults() == [])
        await backend.close()
    }

    @Test("is refused where it is a backup that was copied there, and both stay as they are", arguments: [false, true])
    func foreign(checkpoint: Bool) async throws {
        let crash = try await Crash(checkpoint: checkpoint)
        try crash.store.copy("backup", to: "crashed/tasks.sqlite")
        let before = ["", "-wal"].map { crash.store.bytes("crashed/tasks.sqlite\($0)") }
        let backend = SQLiteBackend(location: SQLiteLocation(path: crash.path))
        for operation in ["list_tasks", "create_task"] {
            let arguments: JSONObject = operation == "list_tasks" ? [:] : ["title": "x", "description": ""]
            let error = try await ContractClient(backend).refusal(operation, arguments)
            #expect(error.code == .backendUnreachable)
            #expect(error.message.contains("do not belong together"))
            #expect(error.message.contains("move \(crash.path)-wal"))
        }
        await backend.close()
        #expect(["", "-wal"].map { crash.store.bytes("crashed/tasks.sqlite\($0)") } == before)
        // What the sentence says to do helps, without a new process.
        for ending in ["-wal", "-shm"] { remove(crash.path + ending) }
        let again = SQLiteBackend(location: SQLiteLocation(path: crash.path))
        #expect(try await ContractClient(again).call("list_tasks").arrayValue?.count == 30)
        await again.close()
    }

    @Test("is refused where it is new, and the -wal file that of a store that was deleted")
    func deleted() async throws {
        let crash = try await Crash()
        remove(crash.path)
        let backend = SQLiteBackend(location: SQLiteLocation(path: crash.path))
        #expect(
            try await ContractClient(backend).refusal("list_tasks", [:]).message.contains("do not belong together"))
        await backend.close()
        #expect(!crash.store.bytes("crashed/tasks.sqlite-wal").isEmpty)
    }

    @Test("is refused where it is a copy of the same time that no -wal file belongs to")
    func copy() async throws {
        let crash = try await Crash()
        let whole = SQLiteBackend(location: SQLiteLocation(path: crash.path))
        let copy = crash.store.folder + "/copy"
        try await whole.file.copy(to: copy)
        try crash.store.copy("crashed/tasks.sqlite-wal", to: "copy-wal")
        await whole.close()
        let backend = SQLiteBackend(location: SQLiteLocation(path: copy))
        #expect(
            try await ContractClient(backend).refusal("list_tasks", [:]).message.contains("do not belong together"))
        await backend.close()
    }
}
