import Glibc
import OperationCatalogue
import Testing

@testable import OperationLog

@Suite("The newest end of a log, kept elsewhere")
struct LogHeadTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func write(_ change: (inout LogSettings) -> Void = { _ in }) async throws {
        var settings = LogSettings()
        settings.sync = .none
        change(&settings)
        let log = OperationLog(.file(path), settings: settings, version: "0.2.0")
        try await log.record(intents: Sample.intents(1))
        try await log.close()
    }

    private func rotate(keeping count: Int? = nil) async throws {
        // A child that another test has just begun has all descriptors of this process for a moment.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        for _ in 0..<2000 where SegmentLock.isInUse(descriptor) { try await Task.sleep(for: .milliseconds(5)) }
        var settings = LogSettings()
        settings.retention.count = count
        let log = OperationLog(.file(path), settings: settings, version: "0.2.0")
        _ = try log.rotate()
        try await log.close()
    }

    private func verify(_ head: LogHead) throws -> LogVerification { try .ofLog(at: path, expecting: head) }

    @Test("It is one word that is read back, and nothing else is one")
    func text() async throws {
        try await write()
        let head = try LogHead.of(path)
        #expect(!head.text.contains(" ") && LogHead("\(head.text)\n") == head)
        let text = head.text
        for wrong in ["", "x", String(text.dropLast()), text + " x", text.uppercased(), text + ":1"] {
            #expect(LogHead(wrong) == nil)
        }
    }

    @Test("It is found in the log that it is of, at its very end and behind it, rotated and compressed too")
    func found() async throws {
        try await write()
        let head = try LogHead.of(path)
        let same = try verify(head)
        #expect(same.isIntact && same.summary.isHeadFound && same.summary.recordsAfterHead == 0)
        #expect(!same.doubts(isHeldAgainstKeys: false).contains(.openEnd))
        try await write()
        let grown = try verify(head)
        #expect(grown.isIntact && grown.summary.recordsAfterHead == 3)
        #expect(grown.doubts(isHeldAgainstKeys: false).contains(.openEnd))
        try await rotate()
        try await write()
        _ = try LogSegments.of(path)[0].compress()
        let rotated = try verify(head)
        #expect(rotated.isIntact && rotated.summary.recordsAfterHead > 3)
    }

    @Test("Where the newest writer was taken out, or anything before was changed, it is missing")
    func missing() async throws {
        try await write()
        let first = contents(of: path)
        try await write()
        let head = try LogHead.of(path)
        try #require(truncate(path, off_t(first.count)) == 0)
        let cut = try verify(head)
        #expect(cut.faultTexts == ["missing 3"] && !cut.summary.isHeadFound)
        #expect(try LogVerification.ofLog(at: path).isIntact)
        try #require(truncate(path, 0) == 0)
        try await write()
        #expect(try !verify(head).isIntact)
    }

    @Test("A log that is missing or empty is not intact where it was expected, and else an error")
    func noLog() async throws {
        try await write()
        let head = try LogHead.of(path)
        try #require(truncate(path, 0) == 0)
        #expect(try verify(head).summary.counts[.missing] == 1)
        #expect(try !LogVerification.ofLog(at: path, isExpected: true).isIntact)
        try #require(unlink(path) == 0)
        #expect(try !verify(head).isIntact)
        #expect(try LogVerification.ofLog(at: path, isExpected: true).findings.first?.file == path)
        #expect(throws: OperationError.self) { try LogVerification.ofLog(at: path) }
        #expect(throws: OperationError.self) { try LogHead.of(path) }
        #expect(try !LogVerification.ofFiles([path]).isIntact)
    }

    @Test("Where its whole file was removed as the settings say, the next one still proves it")
    func removed() async throws {
        try await write()
        let head = try LogHead.of(path)
        try await rotate(keeping: 0)
        #expect(LogSegments.of(path).count == 1)
        let verification = try verify(head)
        #expect(verification.isIntact && verification.summary.isHeadFound)
    }
}
