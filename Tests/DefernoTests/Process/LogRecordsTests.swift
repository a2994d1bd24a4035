import BackendServer
import Foundation
import OperationCatalogue
import OperationPipeline
import Testing

@testable import deferno

@Suite("The log on a page")
struct LogRecordsTests {
    private let ada = UniqueIdentifier.version7()
    private let bob = UniqueIdentifier.version7()

    @Test("shows what somebody did long ago, whatever others did since, before the server began and while it runs")
    func othersPushNothingOut() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log.ndjson")
        let before = (0..<3).map { line("create_task", of: ada, "before \($0)") }
        let others = (0..<20_000).map { line("create_task", of: bob, "other \($0)") }
        try (before + others).joined().write(toFile: path, atomically: false, encoding: .utf8)
        let shutdown = Shutdown()
        let records = LogRecords(path: path, until: shutdown)
        #expect(try await titles(of: ada, in: records, until: 3) == ["before 2", "before 1", "before 0"])
        try append([line("create_task", of: ada, "since")] + others, to: path)
        #expect(try await titles(of: ada, in: records, until: 4).first == "since")
        #expect(try await titles(of: bob, in: records, until: 150).count == 150)
        shutdown.begin()
    }

    @Test("shows what has only just been written, once, and in its order")
    func newest() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log.ndjson")
        try line("create_task", of: ada, "0").write(toFile: path, atomically: false, encoding: .utf8)
        let shutdown = Shutdown()
        let records = LogRecords(path: path, until: shutdown)
        for number in 1...20 {
            try append([line("create_task", of: ada, "\(number)")], to: path)
            let (latest, _) = await records.latest(150, of: ada) { OwnRecords.shows($0, to: ada) }
            #expect(latest.compactMap { $0["args"]?["title"]?.stringValue } == (0...number).reversed().map { "\($0)" })
        }
        shutdown.begin()
    }

    @Test("is not filled by what the page itself reads")
    func ownReads() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log.ndjson")
        let reads = (0..<20_000).map { _ in line("list_tasks", of: ada, "", client: OwnRecords.pageClient) }
        try ([line("create_task", of: ada, "mine")] + reads).joined()
            .write(toFile: path, atomically: false, encoding: .utf8)
        let shutdown = Shutdown()
        let records = LogRecords(path: path, until: shutdown)
        #expect(try await titles(of: ada, in: records, until: 1) == ["mine"])
        shutdown.begin()
    }

    @Test("waits for a slow listener up to a bound, in bytes as in records, and lets go of it then")
    func slowListeners() async {
        for (bytes, most) in [(1, 1024), (300_000, 4)] {
            let listener = FeedListener { _ in true }
            for number in 0..<2000 { listener.offer(.null, FeedMark(count: number), bytes: bytes) }
            var count = 0
            while await listener.next() != nil { count += 1 }
            #expect(count == most)
        }
    }

    // MARK: Lines

    private func line(_ operation: String, of account: UniqueIdentifier, _ title: String, client: String = "x")
        -> String
    {
        let id = UniqueIdentifier.version7().description
        return """
            {"v":2,"kind":"outcome","time":"2026-11-30T17:00:00.000000Z","id":"\(id)","op":"\(operation)","door":"http",\
            "user":"u","user_id":"\(account)","client":{"name":"\(client)","version":"1"},"args":{"title":"\(title)"},\
            "status":"ok","result_bytes":2,"ms":1}

            """
    }

    private func append(_ lines: [String], to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(lines.joined().utf8))
        try file.close()
    }

    /// The titles of the last records, the latest first, once there are so many.
    private func titles(
        of account: UniqueIdentifier, in records: LogRecords, until count: Int
    ) async throws -> [String] {
        while true {
            let (latest, _) = await records.latest(150, of: account) { OwnRecords.shows($0, to: account) }
            if latest.count >= count { return latest.compactMap { $0["args"]?["title"]?.stringValue } }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
