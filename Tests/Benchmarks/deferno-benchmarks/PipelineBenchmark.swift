import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization

/// Operations through every stage, with the log on, to a backend that does nothing.
enum PipelineBenchmark {
    static let count = 200_000

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        [
            Measurement(
                name: "whole pipeline, idle backend, log on, one core",
                unit: "operations/s",
                value: try await onOneCore { try await rate(.none, in: workspace) },
                reference: nil
            ),
            Measurement(
                name: "whole pipeline, idle backend, log on and synced (group)",
                unit: "operations/s",
                value: try await rate(.group, in: workspace),
                reference: nil
            ),
        ]
    }

    private static func rate(_ sync: LogSync, in workspace: Workspace) async throws -> Double {
        var rates: [Double] = []
        for round in 0..<5 {
            let path = workspace.file("pipeline-\(round).ndjson")
            defer { unlink(path) }
            let log = OperationLog(.file(path), settings: LogBenchmark.settings(sync), version: "benchmark")
            let source = Source.same(count)
            rates.append(try await operationsPerSecond(count, from: source, through: IdleBackend(), log: log))
        }
        return median(rates)
    }

    /// Creates per second, in arrays of 256, until the last reply.
    static func operationsPerSecond(
        _ count: Int,
        from source: Source,
        through backend: any Backend,
        log: any OperationRecorder
    ) async throws -> Double {
        let pipeline = Pipeline(recorder: log, backend: backend)
        let replies = Atomic<Int>(0)
        let submissions = source.submissions { conclusion in
            if case .ok = conclusion.outcome.result, conclusion.isLogged { replies.add(1, ordering: .relaxed) }
        }
        let start = Clock.now
        await pipeline.run(submissions, until: Shutdown())
        let seconds = Clock.now - start
        guard replies.load(ordering: .relaxed) == count else {
            throw BenchmarkFailure("\(replies.load(ordering: .relaxed)) good replies of \(count)")
        }
        return Double(count) / seconds
    }

    static func arguments(_ number: Int) -> JSONObject {
        [
            "title": .string("Buy milk number \(number)"),
            "description": "From the shop around the corner",
            "labels": ["home", "shopping"],
        ]
    }

    /// Where the creates come from.
    enum Source {
        /// Each has a title and a key of its own, made as it is asked for.
        case different(Int)
        /// The same array again and again, so that nothing but the pipeline is measured.
        case same(Int)

        func submissions(reply: @escaping @Sendable (Conclusion) -> Void) -> AsyncStream<[Submission]> {
            let caller = Caller(door: .batch, user: "benchmark")
            let sequence = Submission.Sequence()
            let next = Atomic<Int>(0)
            @Sendable func submission(_ number: Int) -> Submission {
                let request = OperationRequest(
                    "create_task",
                    arguments(number),
                    key: RequestKey(file: "benchmark.yaml", script: 1, step: number, element: nil),
                    caller: caller,
                    step: number + 1,
                    place: SourcePlace(file: "benchmark.yaml", line: number + 1, column: 1)
                )
                return Submission(request, sequence: sequence, reply: reply)
            }
            let same = (0..<PipelineLimits.pullSize).map(submission)
            return AsyncStream(unfolding: {
                let first = next.add(PipelineLimits.pullSize, ordering: .relaxed).oldValue
                switch self {
                case .same(let count):
                    return first < count ? Array(same.prefix(count - first)) : nil
                case .different(let count):
                    let last = min(count, first + PipelineLimits.pullSize)
                    return first < last ? (first..<last).map(submission) : nil
                }
            })
        }
    }
}

/// Answers at once and does nothing.
struct IdleBackend: Backend {
    let capacity = BackendCapacity(batchSize: 256, concurrentBatches: 4)
    private let payload = JSONText(["done": true])

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        batch.results { _ in .ok(payload) }
    }

    func close() async {}
}
