import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline

/// Log records at each level of syncing beside bare loops of `write(2)` and `fdatasync(2)` over the same lines.
enum LogSyncBenchmark {
    static let concurrency = 64

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        var measurements: [Measurement] = []
        for sync in LogSync.allCases {
            measurements.append(
                try await measure(
                    "log records one at a time, sync \(sync.rawValue)",
                    Load(sync: sync, callers: 1, each: 1, rounds: sync == .none ? 20_000 : 500), in: workspace))
        }
        // What concurrent operations are in the pipeline: an array of all that are there.
        measurements.append(
            try await measure(
                "log records of \(concurrency) operations handed over together, sync group",
                Load(sync: .group, callers: 1, each: concurrency, rounds: 300), in: workspace))
        measurements.append(
            try await measure(
                "log records of \(concurrency) callers at once, sync group",
                Load(sync: .group, callers: concurrency, each: 1, rounds: 300), in: workspace))
        return measurements
    }

    private struct Load {
        let sync: LogSync
        let callers: Int
        /// Records in one call.
        let each: Int
        let rounds: Int

        var records: Int { callers * each * rounds }
    }

    private static func measure(_ name: String, _ load: Load, in workspace: Workspace) async throws -> Measurement {
        let caller = Caller(door: .mcp, user: "benchmark")
        let invocations = try (0..<load.each).map { try LogBenchmark.invocation($0, caller) }
        let (path, bare) = (workspace.file("sync.ndjson"), workspace.file("sync-bare.ndjson"))
        try await record(invocations, Load(sync: load.sync, callers: 1, each: load.each, rounds: 1), to: path)
        let lines = Array(try LogBenchmark.lines(of: path).prefix(load.each))
        let atOnce = load.callers * load.each
        let bytes = Array((0..<load.callers).flatMap { _ in lines.joined() })
        let (records, writes) = try await sideBySide(
            {
                unlink(path)
                return try await rate(load.records) { try await record(invocations, load, to: path) }
            },
            {
                unlink(bare)
                return try await rate(load.records) {
                    try write(bytes, times: load.rounds, isSynced: load.sync != .none, to: bare)
                }
            }
        )
        let calls = load.sync == .none ? "write(2)" : "write(2) and fdatasync(2)"
        let lot = atOnce == 1 ? "each" : "every \(atOnce)"
        let reference = "a bare \(calls) for \(lot) of the same lines"
        return Measurement(name: name, unit: "records/s", value: records, reference: (reference, writes))
    }

    private static func rate(_ count: Int, _ body: () async throws -> Void) async throws -> Double {
        let start = Clock.now
        try await body()
        return Double(count) / (Clock.now - start)
    }

    /// So many callers record one call after the other, each waiting until its records are safe.
    private static func record(_ invocations: [Invocation], _ load: Load, to path: String) async throws {
        let log = OperationLog(.file(path), settings: LogBenchmark.settings(load.sync), version: "benchmark")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<load.callers {
                group.addTask {
                    for _ in 0..<load.rounds {
                        if let failure = try await log.record(intents: invocations)?.wait() { throw failure }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func write(_ bytes: [UInt8], times: Int, isSynced: Bool, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchmarkFailure("\(path) cannot be written") }
        defer { close(descriptor) }
        for _ in 0..<times {
            _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if isSynced { fdatasync(descriptor) }
        }
    }
}
