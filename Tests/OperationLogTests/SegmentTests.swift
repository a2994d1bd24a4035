import Glibc
import OperationCatalogue
import Testing

@testable import OperationLog

@Suite("Finished segments")
struct SegmentTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log(_ change: (inout LogSettings) -> Void = { _ in }) -> OperationLog {
        var settings = LogSettings()
        settings.sync = .none
        change(&settings)
        return OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    /// Waits until no process holds the finished segments: a child that another test has just begun has all descriptors of
    /// this process for a moment.
    private func waitUntilUnused() {
        for segment in LogSegments.of(path) where !segment.isLive {
            let descriptor = open(segment.path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            for _ in 0..<2000 where SegmentLock.isInUse(descriptor) { usleep(5000) }
        }
    }

    /// Makes finished segments of one record and its header each.
    private func finish(_ count: Int, with log: OperationLog) async throws {
        for _ in 0..<count {
            try await log.record(intents: Sample.intents(1))
            waitUntilUnused()
            #expect(try log.rotate())
        }
        waitUntilUnused()
    }

    @Test("The segments of a log are found whatever they are called, in the order of their records, the live one last")
    func discovery() async throws {
        let log = log()
        try await finish(3, with: log)
        let found = LogSegments.of(path)
        #expect(found.count == 4 && found.last?.path == path && found.map(\.isLive) == [false, false, false, true])
        #expect(found.map(\.time) == found.map(\.time).sorted())
        // As logrotate numbers them: the newest first.
        for (index, segment) in found.dropLast().enumerated() {
            try #require(rename(segment.path, "\(path).\(3 - index)") == 0)
        }
        try append("no record", to: path + ".note")
        try append("{\"v\":2", to: folder("operations.ndjsonx"))
        try #require(mkdir(path + ".d", 0o700) == 0)
        let names = [3, 2, 1].map { "operations.ndjson.\($0)" } + ["operations.ndjson"]
        #expect(LogSegments.of(path).map(\.name) == names)
        try #require(unlink(path) == 0)
        #expect(LogSegments.of(path).map(\.time) == found.dropLast().map(\.time))
        #expect(LogSegments.of(folder("none")).isEmpty)
    }

    @Test("A finished segment is compressed whole, keeps its place, and is one that gzip reads")
    func compression() async throws {
        let log = log()
        try await finish(2, with: log)
        let before = LogSegments.of(path)
        let content = contents(of: before[0].path)
        guard case .done(let compressed, let size) = try before[0].compress() else {
            Issue.record("not compressed")
            return
        }
        let after = LogSegments.of(path)
        #expect(after.map(\.time) == before.map(\.time))
        #expect(after[0].path == compressed && after[0].isCompressed && after[0].size == size)
        #expect(after[0].modified == before[0].modified)
        #expect(try mode(of: compressed) == 0o600)
        #expect(access(before[0].path, F_OK) != 0)
        let reader = try #require(GzipReader(path: compressed))
        var bytes = [UInt8](repeating: 0, count: content.count + 1)
        #expect(bytes.withUnsafeMutableBytes { reader.read(into: $0) } == content.count)
        #expect(Array(bytes.dropLast()) == content)
        #expect(try after[0].compress() == .unnecessary)
        #expect(try after[2].compress() == .unnecessary)
    }

    @Test("A compressed segment that is cut short is damaged, and not taken for its end")
    func damagedGzip() async throws {
        try await finish(1, with: log())
        guard case .done(let compressed, let size) = try LogSegments.of(path)[0].compress() else { return }
        try #require(truncate(compressed, off_t(size - 9)) == 0)
        let reader = try #require(GzipReader(path: compressed))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var last = 1
        while last > 0 { last = buffer.withUnsafeMutableBytes { reader.read(into: $0) } }
        #expect(last == -1)
    }

    @Test("A segment that a process may still write to is neither compressed nor removed")
    func inUse() async throws {
        let (idle, busy) = (log(), log { $0.retention.count = 0 })
        try await idle.record(intents: Sample.intents(1))
        #expect(try busy.rotate())
        #expect(try LogSegments.of(path)[0].compress() == .inUse)
        try await finish(1, with: busy)
        #expect(LogSegments.of(path).count == 3)
        try await idle.record(intents: Sample.intents(1))
        try await finish(1, with: busy)
        #expect(LogSegments.of(path).count == 2, "the live one, and the one that idle writes to now")
    }

    @Test("Only the newest segments stay, and the log says which were removed before they are")
    func retention() async throws {
        let reports = Reports()
        let log = log {
            $0.retention.count = 2
            $0.report = { reports.add($0) }
        }
        try await finish(5, with: log)
        let segments = LogSegments.of(path)
        #expect(segments.count == 3)
        let all = try segments.flatMap { try records(of: $0.path) }
        let removed = all.filter { $0["kind"] == "log.removed" }
        let last = try #require(removed.last)
        #expect(last["reason"] == "keep")
        #expect(last["segments"]?.arrayValue?.count == 1)
        #expect(last["segments"]?.arrayValue?.first?["name"]?.stringValue?.hasPrefix("operations.ndjson.2") == true)
        #expect(reports.all.count == 3)
        expectIntactChains(segments.flatMap { lines(of: $0.path) })
    }

    @Test("Segments go when they are older than their time, those that are not stay")
    func age() async throws {
        try await finish(3, with: log())
        var old = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
        for segment in LogSegments.of(path).prefix(2) {
            try #require(utimensat(AT_FDCWD, segment.path, &old, 0) == 0)
        }
        let log = log { $0.retention.seconds = 3600 }
        try await finish(1, with: log)
        #expect(LogSegments.of(path).count == 3)
        #expect(try records(of: path).contains { $0["reason"] == "keep_for" })
    }

    @Test("An empty log has nothing to finish")
    func nothingToFinish() throws {
        #expect(try !log().rotate())
        #expect(LogSegments.of(path).count == 1)
    }
}
