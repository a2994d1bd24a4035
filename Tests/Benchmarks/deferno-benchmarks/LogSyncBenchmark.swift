import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline

/// Log records at each level of syncing beside bare loops of `write(2)` and `fdatasync(2)` over the same lines.
enum LogSyncBenchmark {
    /// Operations at the same time.
    static let concurrency = 64

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        [
            try await measure(
                "log records one at a time, sync each", .each, callers: 1, rounds: 600, in: workspace,
                reference: "a bare write(2) and fdatasync(2) for each of the same lines", linesEach: 1),
            try await measure(
                "log records of \(concurrency) at once, sync group", .group, callers: concurrency, rounds: 300,
                in: workspace, reference: "one bare write(2) and fdatasync(2) for \(concurrency) of the same lines",
                linesEach: concurrency),
            try await measure(
                "log records of \(concurrency) at once, no sync", .none, callers: concurrency, rounds: 2000,
                in: workspace, reference: "a bare write(2) for each of the same lines", linesEach: 1),
        ]
    }

    private static func measure(
        _ name: String, _ sync: LogSync, callers: Int, rounds: Int, in workspace: Workspace,
        reference: String, linesEach: Int
    ) async throws -> Measurement {
        let caller = Caller(door: .mcp, user: "benchmark")
        let invocation = try LogBenchmark.invocation(1, caller)
        let (path, bare) = (workspace.file("sync.ndjson"), workspace.file("sync-bare.ndjson"))
        _ = try await records(invocation, sync, callers: 1, rounds: 2, to: path)
        let line = try LogBenchmark.lines(of: path)[0]
        let (records, writes) = try await sideBySide(
            {
                unlink(path)
                return try await self.records(invocation, sync, callers: callers, rounds: rounds, to: path)
            },
            {
                unlink(bare)
                let count = callers * rounds / linesEach
                return try self.writes(of: line, times: linesEach, count: count, synced: sync != .none, to: bare)
            }
        )
        return Measurement(name: name, unit: "records/s", value: records, reference: (reference, writes))
    }

    /// So many callers record one intent after the other, each waiting for its own.
    private static func records(
        _ invocation: Invocation, _ sync: LogSync, callers: Int, rounds: Int, to path: String
    ) async throws -> Double {
        let log = OperationLog(.file(path), settings: LogBenchmark.settings(sync), version: "benchmark")
        try log.open()
        let start = Clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    for _ in 0..<rounds { try await log.record(intents: [invocation]) }
                }
            }
            try await group.waitForAll()
        }
        return Double(callers * rounds) / (Clock.now - start)
    }

    private static func writes(
        of line: [UInt8], times: Int, count: Int, synced: Bool, to path: String
    ) throws -> Double {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchmarkFailure("\(path) cannot be written") }
        defer { close(descriptor) }
        let lines = Array(repeatElement(line, count: times).joined())
        let start = Clock.now
        for _ in 0..<count {
            _ = lines.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if synced { fdatasync(descriptor) }
        }
        return Double(count * times) / (Clock.now - start)
    }
}
