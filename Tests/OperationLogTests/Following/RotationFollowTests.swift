import Foundation
import Glibc
import OperationCatalogue
import OperationLog
import Synchronization
import Testing

@Suite("Following through rotations", .serialized)
struct RotationFollowTests {
    let folder: TemporaryFolder
    let path: String

    /// `DEFERNO_LONG_TESTS=1` asks for the long form.
    static let rotations = ProcessInfo.processInfo.environment["DEFERNO_LONG_TESTS"] == "1" ? 1000 : 100

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log() -> OperationLog {
        var settings = LogSettings()
        settings.sync = .none
        return OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    /// Writes with several writers while the log is rotated so many times, at full speed.
    private func write(rotations: Int, compresses: Bool = false) async throws {
        let isDone = Shared(false)
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                let log = log()
                group.addTask {
                    while !isDone.get() {
                        try await log.record(intents: Sample.intents(2))
                        try await log.record(outcomes: [Sample.read()])
                        await Task.yield()
                    }
                    try await log.close()
                }
            }
            let log = log()
            group.addTask {
                defer { isDone.set(true) }
                for _ in 0..<rotations {
                    try await log.record(intents: Sample.intents(1))
                    _ = try log.rotate()
                    await Task.yield()
                    guard compresses else { continue }
                    for segment in LogSegments.of(path).suffix(3) { _ = try segment.compress() }
                }
                try await log.close()
            }
            try await group.waitForAll()
        }
    }

    /// All lines of the log, whichever their order.
    private func written() throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for segment in LogSegments.of(path) {
            var reader = try LogLineReader(segment.path)
            while let line = try reader.next({ [UInt8]($0.bytes) }) { lines.append(line) }
        }
        return lines
    }

    /// Checks that what was handed on is the whole log, once, and each writer's records in their order.
    private func expectWhole(_ lines: [[UInt8]], location: SourceLocation = #_sourceLocation) throws {
        let written = try written()
        #expect(lines.count == written.count, sourceLocation: location)
        #expect(Set(lines) == Set(written), sourceLocation: location)
        expectUnbrokenSequences(try lines.map { try JSONText(validating: $0).value() }, location: location)
    }

    @Test("Nothing is lost, nothing comes twice, every order is kept, at full speed")
    func fullSpeed() async throws {
        let following = FollowingLog(path)
        try await write(rotations: Self.rotations)
        let count = try written().count
        #expect(await following.wait(60) { $0.count >= count })
        #expect(await following.end() && following.reports == [])
        #expect(LogSegments.of(path).count > Self.rotations)
        try expectWhole(following.lines)
    }

    @Test("The same while finished segments are compressed")
    func compressing() async throws {
        let following = FollowingLog(path)
        try await write(rotations: 40, compresses: true)
        let count = try written().count
        #expect(await following.wait(60) { $0.count >= count })
        #expect(await following.end())
        #expect(LogSegments.of(path).contains { $0.isCompressed })
        try expectWhole(following.lines)
    }

    @Test("A consumer that ends again and again and goes on from its bookmark has everything once")
    func bookmarks() async throws {
        let bookmark = folder("bookmark")
        let (folder, path) = (folder, path)
        let isWritten = Shared(false)
        let consumer = Task { () -> (runs: Int, lines: [[UInt8]]) in
            var (runs, lines) = (0, [[UInt8]]())
            while true {
                let wasWritten = isWritten.get()
                let following = FollowingLog(
                    path, bookmark: bookmark, follows: !wasWritten,
                    deliveries: wasWritten ? .max : .random(in: 1...12))
                _ = await following.wait { !$0.isRunning || !wasWritten && isWritten.get() }
                _ = await following.end()
                lines += following.lines
                runs += 1
                if wasWritten { return (runs, lines) }
            }
        }
        try await write(rotations: 60, compresses: true)
        isWritten.set(true)
        let (runs, lines) = await consumer.value
        #expect(runs > 3)
        try expectWhole(lines)
        #expect(try mode(of: bookmark) == 0o600)
        #expect(try folder.names().filter { $0.hasPrefix("bookmark") } == ["bookmark"])
    }

    @Test("A bookmark into a segment that is gone says so, and goes on with what there is")
    func goneSegment() async throws {
        let bookmark = folder("bookmark")
        let log = log()
        try await log.record(intents: Sample.intents(1))
        let first = FollowingLog(path, bookmark: bookmark, follows: false)
        #expect(await first.wait { !$0.isRunning } && first.count == 2)
        for _ in 0..<2 {
            _ = try log.rotate()
            try await log.record(intents: Sample.intents(1))
        }
        try #require(unlink(LogSegments.of(path)[0].path) == 0)
        let second = FollowingLog(path, bookmark: bookmark, follows: false)
        #expect(await second.wait { !$0.isRunning })
        #expect(second.count == 4 && second.reports.count == 1)
        #expect(second.reports.first?.contains("is gone") == true)
    }

    @Test("A file that is no bookmark is refused and stays as it is")
    func noBookmark() async throws {
        try append("precious", to: folder("bookmark"))
        let following = FollowingLog(path, bookmark: folder("bookmark"))
        #expect(await following.wait { !$0.isRunning })
        #expect(following.error?.message.contains("holds something else") == true)
        #expect(contents(of: folder("bookmark")) == Array("precious".utf8))
    }
}

/// A value that several tasks look at.
private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func get() -> Value { value.withLock { $0 } }

    func set(_ new: Value) { value.withLock { $0 = new } }
}
