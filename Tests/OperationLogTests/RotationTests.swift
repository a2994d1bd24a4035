import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Rotation")
struct RotationTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log(size: Int64? = nil, isDaily: Bool = false) -> OperationLog {
        var settings = LogSettings()
        settings.sync = .none
        settings.rotation.size = size
        settings.rotation.isDaily = isDaily
        return OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    /// The files of the log by name, the live one last.
    private func segments() throws -> [String] {
        let names = try folder.names().filter { $0.hasPrefix("operations.ndjson.") }
        return names.map { folder($0) } + [path]
    }

    private func allLines() throws -> [[UInt8]] { try segments().flatMap { lines(of: $0) } }

    private func allRecords() throws -> [JSONValue] {
        try allLines().map { try JSONText(validating: $0).value() }
    }

    @Test("A segment that has its size makes way for a new one, and the writer's numbers and hashes run on")
    func size() async throws {
        let log = log(size: 4096)
        for _ in 0..<40 { try await log.record(intents: Sample.intents(2)) }
        let segments = try segments()
        #expect(segments.count > 5)
        for segment in segments {
            #expect(contents(of: segment).count < 4096 + 2048)
            #expect(try records(of: segment).first?["kind"] == "header")
        }
        let records = try allRecords()
        #expect(records.count { $0["kind"] == "intent" } == 80)
        #expect(records.count { $0["kind"] == "header" } == segments.count)
        expectUnbrokenSequences(records)
        expectIntactChains(try allLines())
        let headers = records.indices.filter { records[$0]["kind"] == "header" }.dropFirst()
        #expect(headers.allSatisfy { records[$0]["prev"] == records[$0 - 1]["hash"] })
    }

    @Test("A finished segment's name tells when it was finished, so names sort by time")
    func names() async throws {
        let log = log(size: 1)
        for _ in 0..<5 { try await log.record(intents: Sample.intents(1)) }
        let segments = try segments().dropLast()
        #expect(segments.count == 4)
        for segment in segments {
            #expect(segment.firstMatch(of: #/operations\.ndjson\.\d{8}T\d{6}\.\d{6}Z$/#) != nil)
        }
        let numbers = try allRecords().compactMap { $0["seq"]?.integerValue }
        #expect(numbers == (0..<Int64(numbers.count)).map { $0 })
    }

    @Test("A segment of an earlier day makes way for a new one, one of today does not")
    func daily() async throws {
        try append("{\"v\":2,\"kind\":\"intent\",\"time\":\"2020-02-03T04:05:06.000000Z\"}\n", to: path)
        let log = log(isDaily: true)
        for _ in 0..<3 { try await log.record(intents: Sample.intents(1)) }
        #expect(try segments().count == 2)
        #expect(lines(of: path).count == 4)
    }

    @Test("A log that somebody renames as logrotate does goes on in a new file, whether that is made for it or not")
    func logrotate() async throws {
        let log = log()
        try await log.record(intents: Sample.intents(1))
        try #require(rename(path, path + ".1") == 0)
        try await log.record(intents: Sample.intents(1))
        #expect(try records(of: path).map { $0["kind"] } == ["header", "intent"])
        try #require(rename(path + ".1", path + ".2") == 0 && rename(path, path + ".1") == 0)
        try append("", to: path)
        try await log.record(intents: Sample.intents(1))
        let whole = [path + ".2", path + ".1", path].flatMap { lines(of: $0) }
        #expect(whole.count == 6)
        expectIntactChains(whole)
    }

    @Test("A torn line is set apart before its segment is finished")
    func tornBeforeRotation() async throws {
        try append("{\"v\":2,\"ki", to: path)
        let log = log(size: 1)
        for _ in 0..<2 { try await log.record(intents: Sample.intents(1)) }
        let first = try segments()[0]
        let kinds = lines(of: first).map { (try? JSONText(validating: $0).value())?["kind"] }
        #expect(kinds == [nil, "header", "log.recovered", "intent"])
        #expect(try segments().count == 2)
    }

    @Test("A log that was cut short and then renamed is refused all the same")
    func cutAndRenamed() async throws {
        let log = log()
        try await log.record(intents: Sample.intents(1))
        try #require(truncate(path, 10) == 0 && rename(path, path + ".1") == 0)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("shorter"))
    }

    @Test("A log that cannot be rotated says so once and grows on")
    func closedFolder() async throws {
        try #require(chmod(folder.path, 0o755) == 0)
        let file = path
        try append("", to: file)
        chmod(file, 0o666)
        await #expect(processExitsWith: .success) { [file = file as String] in
            // Permissions do not hold for root.
            if geteuid() == 0 { try #require(setgid(65_534) == 0 && setuid(65_534) == 0) }
            let reports = Reports()
            var settings = LogSettings()
            settings.rotation.size = 1
            settings.report = { reports.add($0) }
            let log = OperationLog(.file(file), settings: settings, version: "0.2.0")
            for _ in 0..<3 { try await log.record(intents: Sample.intents(1)) }
            try #require(lines(of: file).count == 4)
            try #require(reports.all.count == 1)
            try #require(reports.all[0].contains("could not be rotated") && reports.all[0].contains(file))
        }
    }

    @Test("Many writers rotate one log at full speed: nothing lost, nothing torn, every order kept")
    func manyWriters() async throws {
        let rounds = 100
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                let log = log(size: 16_384)
                group.addTask { try await ConcurrencyTests.write(to: log, rounds: rounds) }
            }
            try await group.waitForAll()
        }
        let segments = try segments()
        #expect(segments.count > 10)
        // A writer that had not noticed a rotation yet has written on in the segment before: its order is that of seq.
        let records = try allRecords()
        #expect(records.count { $0["kind"] == "intent" } == 6 * ConcurrencyTests.written(rounds: rounds))
        let byWriter = Dictionary(grouping: records) { $0["writer"]?.stringValue ?? "" }
        #expect(byWriter.count == 6)
        for records in byWriter.values {
            #expect(records.compactMap { $0["seq"]?.integerValue } == (0..<Int64(records.count)).map { $0 })
        }
        expectIntactChains(try allLines())
    }

    @Test("A segment is marked as in use as long as a writer may still write to it")
    func inUse() async throws {
        let log = log()
        try await log.record(intents: Sample.intents(1))
        let finished = path + ".1"
        try #require(rename(path, finished) == 0)
        let descriptor = open(finished, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(SegmentLock.isInUse(descriptor))
        try await log.record(intents: Sample.intents(1))
        #expect(!SegmentLock.isInUse(descriptor))
    }
}
