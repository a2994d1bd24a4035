import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization

/// Operations through every stage, with the log on, to a backend that does nothing.
enum PipelineBenchmark {
    static let count = 400_000

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        let rate = try await onOneCore {
            var rates: [Double] = []
            for round in 0..<5 {
                let log = OperationLog(.file(workspace.file("pipeline-\(round).ndjson")), version: "benchmark")
                rates.append(try await operationsPerSecond(through: IdleBackend(), log: log))
            }
            return median(rates)
        }
        return [
            Measurement(
                name: "whole pipeline, idle backend, log on, one core",
                unit: "operations/s",
                value: rate,
                reference: nil
            )
        ]
    }

    /// Creates per second, in arrays of 256, until the last reply.
    static func operationsPerSecond(
        _ count: Int = count,
        through backend: any Backend,
        log: any OperationRecorder
    ) async throws -> Double {
        let pipeline = Pipeline(recorder: log, backend: backend, shutdown: Shutdown())
        let replies = Atomic<Int>(0)
        let start = Clock.now
        await pipeline.run(
            creates(count) { conclusion in
                if case .ok = conclusion.outcome.result, conclusion.isLogged { replies.add(1, ordering: .relaxed) }
            }
        )
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

    private static func creates(
        _ count: Int,
        reply: @escaping @Sendable (Conclusion) -> Void
    ) -> AsyncStream<[Submission]> {
        let caller = Caller(door: .batch, user: "benchmark")
        let sequence = Submission.Sequence()
        let next = Atomic<Int>(0)
        return AsyncStream(unfolding: {
            let first = next.load(ordering: .relaxed)
            let last = min(count, first + PipelineLimits.pullSize)
            guard first < last else { return nil }
            next.store(last, ordering: .relaxed)
            return (first..<last).map { number in
                let place = SourcePlace(file: "benchmark.yaml", line: number + 1, column: 1)
                let request = OperationRequest(
                    "create_task",
                    arguments(number),
                    key: RequestKey(file: "benchmark.yaml", script: 1, step: number, element: nil),
                    caller: caller,
                    step: number + 1,
                    place: place
                )
                return Submission(request, sequence: sequence, reply: reply)
            }
        })
    }
}

/// Answers at once and does nothing.
private struct IdleBackend: Backend {
    let capacity = BackendCapacity(batchSize: 256, concurrentBatches: 4)
    private let payload = JSONText(["done": true])

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        batch.results { _ in .ok(payload) }
    }

    func close() async {}
}
