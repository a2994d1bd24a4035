import OperationCatalogue
import Testing

@testable import OperationPipeline

@Suite("How long an operation took")
struct ExecutionTimeTests {
    private static let second: UInt64 = 1_000_000_000

    private func milliseconds(_ times: [ExecutionTime?]) -> [UInt64?] {
        times.map { $0.map { $0.nanoseconds / 1_000_000 } }
    }

    @Test("What a batch cost beside its operations is shared among those that were carried out")
    func sharing() {
        let times = BatchTimes()
        times.begin()
        let began = times.shared(among: 1, until: 0).first??.began ?? 0
        times.measured([
            ExecutionTime(began: began, nanoseconds: 3_000_000), nil,
            ExecutionTime(began: began + 3_000_000, nanoseconds: 1_000_000),
        ])
        let shared = times.shared(among: 3, until: began + 10_000_000)
        #expect(milliseconds(shared) == [6, nil, 4])
        #expect(shared[2]?.began == began + 3_000_000)
    }

    @Test(
        "Of a batch that nobody has measured each has its part of the whole; of one that was never handed over, nothing"
    )
    func unmeasured() {
        let times = BatchTimes()
        #expect(times.shared(among: 2, until: Self.second) == [nil, nil])
        times.handOver()
        let began = times.shared(among: 1, until: 0).first??.began ?? 0
        #expect(milliseconds(times.shared(among: 4, until: began + 8_000_000)) == [2, 2, 2, 2])
    }

    @Test("A batch is measured from when the backend's work on it began, not from when it was handed over")
    func beginning() {
        let times = BatchTimes()
        times.handOver()
        let handedOver = times.shared(among: 1, until: 0).first??.began ?? 0
        times.begin()
        let begun = times.shared(among: 1, until: 0).first??.began ?? 0
        times.begin()
        #expect(begun >= handedOver)
        #expect(times.shared(among: 1, until: 0).first??.began == begun)
    }

    @Test("Each operation of a batch has its own time, and the wait before it beside that", arguments: [1, 256])
    func ownTime(batchSize: Int) async throws {
        let bench = Bench()
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize, concurrentBatches: 1) { invocation in
            if invocation.name == "slow" { try? await Task.sleep(for: .milliseconds(200)) }
            return .done
        }
        let sequence = Submission.Sequence()
        await bench.run(
            [
                [
                    bench.write("quick", in: sequence), bench.write("slow", in: sequence),
                    bench.write("last", in: sequence),
                ]
            ],
            on: backend)
        let outcomes = try ["quick", "slow", "last"].map { try #require(bench.replies($0).first).outcome }
        #expect(outcomes[1].milliseconds >= 200)
        #expect(outcomes[0].nanoseconds < outcomes[1].nanoseconds && outcomes[2].nanoseconds < outcomes[1].nanoseconds)
        #expect(outcomes[2].queuedNanoseconds >= 200_000_000)
        #expect(outcomes[2].queuedNanoseconds > outcomes[0].queuedNanoseconds)
    }

    @Test("What never began took no time, however long it waited")
    func neverBegan() async throws {
        let bench = Bench()
        let (sequence, scope) = (Submission.Sequence(), FailureScope())
        let backend = ScriptedBackend(bench.journal) { _ in
            try? await Task.sleep(for: .milliseconds(50))
            return .failed(OperationError(.notFound, "task not found"))
        }
        await bench.run(
            [[bench.write("tried", in: sequence, scope: scope), bench.write("never", in: sequence, scope: scope)]],
            on: backend)
        let never = try #require(bench.replies("never").first).outcome
        #expect(never.nanoseconds == 0)
        #expect(never.queuedNanoseconds >= 50_000_000)
    }

    @Test("An operation that its backend never answers has the time until it was given up", .timeLimit(.minutes(1)))
    func deaf() async throws {
        let bench = Bench()
        let never = Gate()
        let backend = ScriptedBackend(bench.journal) { _ in
            await never.wait()
            return .done
        }
        var limits = PipelineLimits()
        limits.deadline = .milliseconds(300)
        limits.ending.grace = .milliseconds(10)
        await bench.run([[bench.write("w")]], on: backend, limits: limits)
        #expect(try #require(bench.replies("w").first).outcome.milliseconds >= 100)
        never.open()
    }
}
