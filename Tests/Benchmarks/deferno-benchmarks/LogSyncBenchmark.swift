import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization

/// Log records at each level of syncing beside bare loops of `write(2)` and `fdatasync(2)` over the same lines: through the
/// pipeline, with a backend that does nothing, so that every operation leaves an intent and an outcome and waits for both.
enum LogSyncBenchmark {
    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        [
            try await measure(
                "log records of one operation after the other, sync each", .each, clients: 1, rounds: 300,
                in: workspace),
            try await measure(
                "log records of one operation after the other, sync group", .group, clients: 1, rounds: 300,
                in: workspace),
            try await measure(
                "log records of 64 operations at once, sync group", .group, clients: 64, rounds: 100, in: workspace),
        ]
    }

    private static func measure(
        _ name: String, _ sync: LogSync, clients: Int, rounds: Int, in workspace: Workspace
    ) async throws -> Measurement {
        let (path, bare) = (workspace.file("sync.ndjson"), workspace.file("sync-bare.ndjson"))
        _ = try await records(sync, clients: clients, rounds: 2, to: path)
        let lines = Array(try LogBenchmark.lines(of: path).prefix(2 * clients))
        let (records, writes) = try await sideBySide(
            {
                unlink(path)
                return try await self.records(sync, clients: clients, rounds: rounds, to: path)
            },
            {
                unlink(bare)
                return try self.writes(of: lines, each: clients, rounds: rounds, to: bare)
            }
        )
        let reference = "a bare write(2) and fdatasync(2) for every \(clients) of the same lines"
        return Measurement(name: name, unit: "records/s", value: records, reference: (reference, writes))
    }

    /// So many clients ask for one create after the other, each waiting for its reply.
    private static func records(_ sync: LogSync, clients: Int, rounds: Int, to path: String) async throws -> Double {
        let log = OperationLog(.file(path), settings: LogBenchmark.settings(sync), version: "benchmark")
        try log.open()
        let pipeline = Pipeline(recorder: log, backend: IdleBackend(), shutdown: Shutdown())
        let queue = ClientQueue()
        let carrying = Task { await pipeline.run(queue.stream) }
        let caller = Caller(door: .mcp, user: "benchmark")
        let start = Clock.now
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    let request = OperationRequest(
                        "create_task", PipelineBenchmark.arguments(client), caller: caller)
                    for _ in 0..<rounds { await queue.ask(request) }
                }
            }
        }
        let seconds = Clock.now - start
        queue.end()
        await carrying.value
        return Double(2 * clients * rounds) / seconds
    }

    private static func writes(of lines: [[UInt8]], each count: Int, rounds: Int, to path: String) throws -> Double {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchmarkFailure("\(path) cannot be written") }
        defer { close(descriptor) }
        let halves = [Array(lines.prefix(count).joined()), Array(lines.suffix(count).joined())]
        let start = Clock.now
        for _ in 0..<rounds {
            for half in halves {
                _ = half.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                fdatasync(descriptor)
            }
        }
        return Double(2 * count * rounds) / (Clock.now - start)
    }
}

/// Hands on what clients ask for, as much as there is.
private final class ClientQueue: Sendable {
    private let state = Mutex(State())

    private struct State {
        var submissions: [Submission] = []
        var consumer: CheckedContinuation<[Submission]?, Never>?
        var hasEnded = false
    }

    var stream: AsyncStream<[Submission]> { AsyncStream(unfolding: { await self.next() }) }

    func ask(_ request: OperationRequest) async {
        await withCheckedContinuation { continuation in
            add(Submission(request) { _ in continuation.resume() })
        }
    }

    func end() {
        state.withLock { state in
            state.hasEnded = true
            return state.consumer.take()
        }?.resume(returning: nil)
    }

    private func add(_ submission: Submission) {
        let consumer = state.withLock { state in
            if state.consumer == nil { state.submissions.append(submission) }
            return state.consumer.take()
        }
        consumer?.resume(returning: [submission])
    }

    private func next() async -> [Submission]? {
        await withCheckedContinuation { continuation in
            let (submissions, hasEnded) = state.withLock { state in
                let submissions = state.submissions
                state.submissions = []
                if submissions.isEmpty, !state.hasEnded { state.consumer = continuation }
                return (submissions, state.hasEnded)
            }
            if !submissions.isEmpty {
                continuation.resume(returning: submissions)
            } else if hasEnded {
                continuation.resume(returning: nil)
            }
        }
    }
}
