import Glibc
import OperationCatalogue
import OperationPipeline
import Testing

@testable import OperationLog

@Suite("What rotation keeps")
struct KeepingTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log(_ path: String? = nil, _ change: (inout LogSettings) -> Void = { _ in }) -> OperationLog {
        var settings = LogSettings()
        settings.sync = .none
        change(&settings)
        return OperationLog(.file(path ?? self.path), settings: settings, version: "0.2.0")
    }

    @Test("A log without an operation since the last rotation is not rotated, so what is kept is not pushed out")
    func idle() async throws {
        let writer = log()
        try await writer.record(intents: Sample.intents(1))
        try await writer.close()
        for round in 0..<4 {
            let log = log { $0.retention.count = 2 }
            #expect(try log.rotate() == (round == 0))
            try await log.close()
            // What does nothing but begin and end.
            let idle = self.log { $0.rotation.size = 1 }
            try idle.open()
            try await idle.close()
        }
        let segments = LogSegments.of(path)
        #expect(segments.count == 2)
        #expect(try records(of: segments[0].path).contains { $0["kind"] == "intent" })
    }

    @Test("A day begins with the first operation of a segment, not with its header")
    func day() async throws {
        let old =
            "\"time\":\"2020-02-03T04:05:06.000000Z\",\"writer\":\"0193bf2a-0000-7000-8000-000000000001\",\"seq\":0"
        try append("{\"v\":3,\"kind\":\"header\",\(old),\"hash\":\"x\"}\n", to: path)
        let log = log { $0.rotation.isDaily = true }
        for _ in 0..<3 { try await log.record(intents: Sample.intents(1)) }
        #expect(LogSegments.of(path).count == 1)
    }

    @Test("What a server answered counts as something that was recorded")
    func access() async throws {
        let log = log()
        await log.record(served: [
            ServedRequest(
                method: "GET", path: "/", status: 200, address: "::1", user: nil, agent: nil, trace: nil, bytes: 1,
                nanoseconds: 1)
        ])
        #expect(try log.rotate())
        #expect(try !log.rotate())
    }

    @Test("A new file has the mode of the one before, and where it is root's to give, its owner and group")
    func owner() async throws {
        let log = log()
        try await log.record(intents: Sample.intents(1))
        let isRoot = geteuid() == 0
        if isRoot { try #require(chown(path, 65_534, 65_534) == 0) }
        try #require(chmod(path, 0o640) == 0)
        #expect(try log.rotate())
        try await log.record(intents: Sample.intents(1))
        for file in LogSegments.of(path).map(\.path) {
            var status = stat()
            try #require(stat(file, &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o640)
            #expect(status.st_uid == (isRoot ? 65_534 : geteuid()))
            #expect(!isRoot || status.st_gid == 65_534)
        }
    }

    @Test("A compressed segment is its owner's still")
    func ownerOfCompressed() async throws {
        try append("{\"v\":3,\"kind\":\"intent\",\"time\":\"2026-02-03T04:05:06.000000Z\"}\n", to: path + ".1")
        if geteuid() == 0 { try #require(chown(path + ".1", 65_534, 65_534) == 0) }
        try #require(chmod(path + ".1", 0o640) == 0)
        let segment = try #require(LogSegments.of(path).first)
        guard case .done(let compressed, _) = try segment.compress() else {
            Issue.record("not compressed")
            return
        }
        var status = stat()
        try #require(stat(compressed, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o640 && status.st_uid == (geteuid() == 0 ? 65_534 : geteuid()))
    }

    @Test("A log that is a symbolic link stays one: new and finished files lie where it points, and are one log")
    func symbolicLink() async throws {
        for name in ["real", "link"] { try #require(mkdir(folder(name), 0o700) == 0) }
        let (real, link) = (folder("real/ops.ndjson"), folder("link/ops.ndjson"))
        // Relative, and to a file that is not there yet.
        try #require(symlink("../real/ops.ndjson", link) == 0)
        let log = log(link)
        for _ in 0..<3 {
            try await log.record(intents: Sample.intents(1))
            #expect(try log.rotate())
        }
        try #require(rename(real, real + ".1") == 0)
        try await log.record(intents: Sample.intents(1))
        try await log.close()
        var status = stat()
        #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(LogFolder.entries(of: folder("link")).filter { !$0.hasPrefix(".") } == ["ops.ndjson"])
        let segments = LogSegments.of(link)
        #expect(segments.count == 5 && segments.allSatisfy { $0.path.contains("/real/") })
        let verification = try LogVerification.ofLog(at: link)
        #expect(verification.faultTexts == [] && verification.summary.segments == 5)
        #expect(try LogHead.of(link) == LogHead.of(real))
    }

    @Test("Finished segments are compressed in the background, and the log stays whole")
    func compressed() async throws {
        let log = log {
            $0.rotation.size = 4096
            $0.compresses = true
        }
        for _ in 0..<40 { try await log.record(intents: Sample.intents(2)) }
        for _ in 0..<600 where LogSegments.of(path).dropLast().contains(where: { !$0.isCompressed }) {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await log.close()
        let segments = LogSegments.of(path)
        #expect(segments.count > 5 && segments.dropLast().allSatisfy(\.isCompressed))
        #expect(try LogVerification.ofLog(at: path).faultTexts == [])
    }
}
