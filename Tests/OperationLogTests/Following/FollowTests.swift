import Glibc
import OperationCatalogue
import OperationLog
import Testing

@Suite("Following a log")
struct FollowTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    /// A line that begins as records do.
    private func line(_ number: Int) -> String {
        "{\"v\":2,\"kind\":\"intent\",\"time\":\"2026-11-28T05:53:06.\(100_000 + number)Z\",\"n\":\(number)}\n"
    }

    private func lines(_ numbers: some Sequence<Int>) -> String { numbers.map { line($0) }.joined() }

    @Test("The last records are handed on, across segments and compressed ones", arguments: [0, 1, 3, 7, 40])
    func lastRecords(count: Int) async throws {
        for segment in 0..<3 { try append(lines(segment * 3..<segment * 3 + 3), to: "\(path).\(segment)") }
        try append(lines(9..<12), to: path)
        for segment in LogSegments.of(path).prefix(2) { _ = try segment.compress() }
        let following = FollowingLog(path, from: .last(count), follows: false)
        #expect(await following.wait { !$0.isRunning })
        #expect(following.text == lines(max(0, 12 - count)..<12))
    }

    @Test("A log that is not there is an error, or waited for, folder and all")
    func missing() async throws {
        let once = FollowingLog(path, follows: false)
        #expect(await once.wait { !$0.isRunning })
        #expect(once.error?.message.contains("there is no log at") == true)
        let path = folder("deep/down/operations.ndjson")
        let following = FollowingLog(path)
        try await Task.sleep(for: .milliseconds(20))
        try #require(mkdir(folder("deep"), 0o700) == 0 && mkdir(folder("deep/down"), 0o700) == 0)
        try append(line(1), to: path)
        #expect(await following.wait { $0.text == line(1) })
        #expect(await following.end())
    }

    @Test("What is written within a line waits for its newline")
    func partialLine() async throws {
        let following = FollowingLog(path)
        let whole = line(1)
        try append(whole + String(line(2).prefix(20)), to: path)
        #expect(await following.wait { $0.text == whole })
        try append(String(line(2).dropFirst(20)), to: path)
        #expect(await following.wait { $0.text == lines(1...2) })
        #expect(await following.end())
    }

    @Test("A line longer than what is read at once comes whole")
    func longLine() async throws {
        let following = FollowingLog(path)
        let long = "{\"v\":2,\"time\":\"\(String(repeating: "x", count: 1_500_000))\"}\n"
        try append(line(1) + long + line(2), to: path)
        #expect(await following.wait { $0.text.utf8.count == (line(1) + long + line(2)).utf8.count })
        #expect(following.text == line(1) + long + line(2))
        #expect(await following.end())
    }

    @Test("A log that is renamed is read to its end, while its writer goes on there, and then the new one")
    func renamed() async throws {
        try append(line(1), to: path)
        let following = FollowingLog(path)
        #expect(await following.wait { $0.text == line(1) })
        try #require(rename(path, path + ".1") == 0)
        try append(line(2), to: path + ".1")
        #expect(await following.wait { $0.text == lines(1...2) })
        try append(line(3), to: path)
        #expect(await following.wait { $0.text == lines(1...3) })
        try #require(rename(path + ".1", path + ".2") == 0 && rename(path, path + ".1") == 0)
        try append(line(4), to: path)
        #expect(await following.wait { $0.text == lines(1...4) })
        #expect(await following.end() && following.reports == [])
    }

    @Test("A log that is cut short is said to be, and goes on without a repetition")
    func truncated() async throws {
        try append(lines(1...4), to: path)
        let following = FollowingLog(path)
        #expect(await following.wait { $0.text == lines(1...4) })
        // Two and a half lines are left.
        try #require(truncate(path, off_t(line(1).utf8.count * 5 / 2)) == 0)
        #expect(await following.wait { $0.reports.count == 1 })
        try append("\n" + line(5), to: path)
        #expect(await following.wait { $0.text.hasSuffix(line(5)) })
        #expect(following.count == 6)
        try #require(truncate(path, 0) == 0)
        #expect(await following.wait { $0.reports.count == 2 })
        try append(lines(6...7), to: path)
        #expect(await following.wait { $0.text.hasSuffix(lines(6...7)) })
        #expect(following.count == 8)
        #expect(following.reports.allSatisfy { $0.contains("cut short") })
        #expect(await following.end())
    }

    @Test("A finished segment that ends within a record is reported, one that lacks only its newline comes whole")
    func unfinishedEnds() async throws {
        try append(line(1) + line(2).dropLast(), to: path)
        let following = FollowingLog(path)
        #expect(await following.wait { $0.text == line(1) })
        try #require(rename(path, path + ".1") == 0)
        try append(line(3) + line(4).dropLast(9), to: path)
        #expect(await following.wait { $0.text == lines(1...3) })
        try #require(rename(path, path + ".2") == 0)
        try append(line(5), to: path)
        #expect(await following.wait { $0.text == lines(1...3) + line(5) })
        #expect(following.reports.count == 1 && following.reports.first?.contains("ends within a record") == true)
        #expect(await following.end())
    }

    @Test("A record is handed on within 5 ms of being written")
    func latency() async throws {
        try append(line(0), to: path)
        let following = FollowingLog(path)
        #expect(await following.wait { $0.count == 1 })
        var best = Double.infinity
        for number in 1...50 {
            let start = ContinuousClock.now
            try append(line(number), to: path)
            while following.count <= number, ContinuousClock.now - start < .seconds(5) { sched_yield() }
            best = min(best, (ContinuousClock.now - start) / .milliseconds(1))
        }
        // The least of many: a busy machine may hold up some.
        #expect(best < 5)
        #expect(await following.end())
    }
}
