import BackendContract
import GRDB
import Glibc
import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import Testing

@Suite("The store's file")
struct StoreFileTests {
    @Test("is touched by nothing before the first operation, and then made for this user alone")
    func laziness() async throws {
        let store = try TemporaryStore()
        let path = store.folder + "/a/b/tasks.sqlite"
        let backend = SQLiteBackend(location: SQLiteLocation(path: path))
        #expect(TemporaryStore.mode(store.folder + "/a") == nil)
        try await ContractClient(backend).create("x")
        #expect(TemporaryStore.mode(store.folder + "/a") == 0o700)
        #expect(TemporaryStore.mode(store.folder + "/a/b") == 0o700)
        for suffix in ["", "-wal", "-shm"] { #expect(TemporaryStore.mode(path + suffix) == 0o600) }
        await backend.close()
        #expect(TemporaryStore.mode(path + "-wal") == nil)
    }

    @Test("keeps everything over a restart")
    func persistence() async throws {
        let store = try TemporaryStore()
        var backend = store.backend()
        var client = ContractClient(backend)
        let parent = try await client.create("parent")
        let child = try await client.create("child", ["parent_id": .string(parent), "labels": ["a"]])
        try await client.update(child, ["status": "in-progress", "mood_start": ["r": 0.1, "theta": 3]])
        let before = [try await client.task(parent), try await client.task(child), try await client.call("whoami")]
        await backend.close()
        backend = store.backend()
        client = ContractClient(backend)
        let after = [try await client.task(parent), try await client.task(child), try await client.call("whoami")]
        #expect(before == after)
        #expect(try await client.search("child") == [child])
        await backend.close()
    }

    @Test("has its migrations by name, its mark, and strict tables with foreign keys in order")
    func schema() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        try await ContractClient(backend).create("x")
        await backend.close()
        let database = try DatabaseQueue(path: store.path)
        try await database.read { database in
            let names = try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations ORDER BY 1")
            #expect(
                names == [
                    "1 owners and tasks", "2 full-text search", "3 mark of the content",
                    "4 search inside text without spaces",
                ])
            #expect(try Int.fetchOne(database, sql: "PRAGMA application_id") == 0x4446_524E)
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
            #expect(try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") == nil)
            let loose = try String.fetchAll(
                database,
                sql: "SELECT name FROM pragma_table_list WHERE name IN ('owner','task','action') AND NOT strict")
            #expect(loose == [])
            let unowned = try String.fetchAll(
                database,
                sql: """
                    SELECT s.name FROM sqlite_schema s WHERE s.name IN ('task', 'action')
                    AND NOT EXISTS (SELECT 1 FROM pragma_table_info(s.name) i WHERE i.name = 'owner')
                    """)
            #expect(unowned == [])
        }
    }

    /// What an operation on a store is refused with.
    private func refusal(_ path: String) async throws -> OperationError {
        let backend = SQLiteBackend(location: SQLiteLocation(path: path))
        let client = ContractClient(backend)
        let results = await client.results([
            try client.invocation("create_task", ["title": "x"]), try client.invocation("list_tasks", [:]),
        ])
        await backend.close()
        #expect(results.map(\.status) == [.failed, .failed])
        let error = try #require(results[0].error)
        #expect(error.code == .backendUnreachable)
        #expect(error.message.contains(path))
        #expect(!error.message.contains("INSERT") && error.cause?.contains("INSERT") != true)
        return error
    }

    private func write(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }

    @Test("is refused clearly where it is a directory")
    func directory() async throws {
        let store = try TemporaryStore()
        mkdir(store.path, 0o700)
        #expect(try await refusal(store.path).message.contains("is a directory"))
    }

    @Test("is refused clearly where its folder is a file")
    func folderIsFile() async throws {
        let store = try TemporaryStore()
        write("x", to: store.path)
        #expect(
            try await refusal(store.path + "/tasks.sqlite").message.contains("is a file, and a folder was expected"))
    }

    @Test("is refused clearly where it is no database, and is left as it was")
    func noDatabase() async throws {
        let store = try TemporaryStore()
        let text = String(repeating: "name: a YAML file\n", count: 100)
        write(text, to: store.path)
        #expect(try await refusal(store.path).message.contains("is not an SQLite database"))
        var status = stat()
        stat(store.path, &status)
        #expect(status.st_size == text.utf8.count)
    }

    @Test("is refused clearly where it is another program's database, and is left as it was")
    func foreignDatabase() async throws {
        let store = try TemporaryStore()
        for (number, sql) in ["CREATE TABLE notes (x)", "PRAGMA application_id = 77"].enumerated() {
            let path = store.folder + "/\(number).sqlite"
            let database = try DatabaseQueue(path: path)
            try await database.writeWithoutTransaction { try $0.execute(sql: sql) }
            try database.close()
            #expect(try await refusal(path).message.contains("of another program"))
            let again = try DatabaseQueue(path: path)
            let mode = try await again.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect(mode == "delete")
            try again.close()
        }
    }

    @Test("is refused clearly where a newer deferno made it")
    func newer() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        try await ContractClient(backend).create("x")
        await backend.close()
        let database = try DatabaseQueue(path: store.path)
        try await database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
        try database.close()
        #expect(try await refusal(store.path).message.contains("newer version of deferno"))
    }

    @Test("is refused clearly where it is damaged")
    func damaged() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let client = ContractClient(backend)
        for number in 0..<300 { try await client.create("a rather long title for task \(number)") }
        await backend.close()
        let descriptor = open(store.path, O_RDWR)
        let junk = [UInt8](repeating: 0xA5, count: 4096)
        var offset: off_t = 4096
        while offset < lseek(descriptor, 0, SEEK_END) {
            pwrite(descriptor, junk, junk.count, offset)
            offset += 4096
        }
        close(descriptor)
        #expect(try await refusal(store.path).message.contains("is damaged"))
    }

    @Test("is tried again by the next operation after it could not be opened")
    func retry() async throws {
        let store = try TemporaryStore()
        mkdir(store.path, 0o700)
        let backend = store.backend()
        let client = ContractClient(backend)
        _ = try await client.refusal("list_tasks", [:])
        rmdir(store.path)
        #expect(try await client.call("list_tasks") == [])
        await backend.close()
    }

    @Test("is refused clearly where this user may not write it", .enabled(if: geteuid() != 0))
    func readOnly() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        try await ContractClient(backend).create("x")
        await backend.close()
        chmod(store.path, 0o400)
        #expect(try await refusal(store.path).message.contains("cannot be read and written by this user"))
    }
}

@Suite("The store's address")
struct SQLiteLocationTests {
    @Test(
        "names the file",
        arguments: [
            ("sqlite:/a/b.db", [:], "/a/b.db"),
            ("sqlite:", ["XDG_DATA_HOME": "/data", "HOME": "/home/me"], "/data/deferno/tasks.sqlite"),
            ("sqlite:", ["HOME": "/home/me"], "/home/me/.local/share/deferno/tasks.sqlite"),
            ("sqlite:", ["XDG_DATA_HOME": "", "HOME": "/h"], "/h/.local/share/deferno/tasks.sqlite"),
            ("sqlite:", ["XDG_DATA_HOME": "data", "HOME": "/h"], "/h/.local/share/deferno/tasks.sqlite"),
        ] as [(String, [String: String], String)]
    )
    func path(address: String, environment: [String: String], path: String) throws {
        #expect(try SQLiteLocation(address: address, environment: environment)?.path == path)
    }

    @Test("may be relative to the current folder")
    func relative() throws {
        let path = try #require(try SQLiteLocation(address: "sqlite:tasks.db", environment: [:])?.path)
        #expect(path.hasPrefix("/") && path.hasSuffix("/tasks.db"))
    }

    @Test("is another backend's where it does not begin with sqlite:")
    func foreign() throws {
        #expect(try SQLiteLocation(address: "https://example.org", environment: [:]) == nil)
    }

    @Test("is refused where no folder can be told")
    func homeless() {
        #expect(throws: OperationError.self) { try SQLiteLocation(address: "sqlite:", environment: [:]) }
    }
}
