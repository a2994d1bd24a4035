import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Bringing records to the disk")
struct SyncTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log(_ sync: LogSync, isRequired: Bool = true, report: Reports = Reports()) -> OperationLog {
        var settings = LogSettings()
        settings.sync = sync
        settings.isRequired = isRequired
        settings.report = { report.add($0) }
        return OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    @Test("The header says how it is done", arguments: LogSync.allCases)
    func header(sync: LogSync) async throws {
        try await log(sync).record(intents: Sample.intents(1))
        #expect(try records(of: path)[0]["sync"]?.stringValue == sync.rawValue)
    }

    @Test("What has no disk is not synced: a device takes records at every level", arguments: LogSync.allCases)
    func noDisk(sync: LogSync) async throws {
        var settings = LogSettings()
        settings.sync = sync
        let log = OperationLog(.file("/dev/null"), settings: settings, version: "0.2.0")
        try await log.record(intents: Sample.intents(1))
        try await log.record(outcomes: [Sample.read()])
    }

    @Test("Many at once are all served, at every level", arguments: LogSync.allCases)
    func many(sync: LogSync) async throws {
        let log = log(sync)
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<4 {
                        try await log.record(intents: Sample.intents(1))
                        try await log.record(outcomes: [Sample.read()])
                    }
                }
            }
        }
        try await log.close()
        #expect(lines(of: path).count == 1 + 64 * 8 + 1)
        expectIntactChains(lines(of: path))
    }

    @Test("A log that is not required says once what is wrong with it")
    func notRequired() async throws {
        let reports = Reports()
        let log = log(.group, isRequired: false, report: reports)
        try await log.record(intents: Sample.intents(1))
        try #require(rename(path, folder("aside")) == 0)
        for _ in 0..<3 { _ = try await refusal { try await log.record(intents: Sample.intents(1)) } }
        #expect(reports.all.count == 1)
        #expect(reports.all.first?.contains("deleted or moved") == true)
        #expect(!log.isRequired)
    }
}
