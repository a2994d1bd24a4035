import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("An intent stands only for what is about to begin")
struct IntendedWritesTests {
    /// Keeps the most intents that stood without the end of their operation, each time a batch began and ended.
    private final class Lead: Sendable {
        private let state = Mutex((ended: 0, most: 0))
        let journal: Journal

        init(_ journal: Journal) { self.journal = journal }

        var most: Int { state.withLock { $0.most } }

        func look(ending count: Int = 0) {
            let intents = journal.all.count { if case .intent = $0 { true } else { false } }
            state.withLock { state in
                state.most = max(state.most, intents - state.ended)
                state.ended += count
            }
        }
    }

    @Test(
        "No more than 256 writes stand in the record without having ended, whatever the backend takes at a time",
        arguments: [(256, 4), (256, 1), (64, 4), (16, 1)], [true, false])
    func window(capacity: (Int, Int), isSequence: Bool) async {
        let bench = Bench()
        let lead = Lead(bench.journal)
        let backend = RawBackend(
            capacity: BackendCapacity(batchSize: capacity.0, concurrentBatches: capacity.1)
        ) { batch in
            lead.look()
            for _ in 0..<8 { await Task.yield() }
            lead.look(ending: batch.invocations.count)
            return batch.invocations.map { _ in .done }
        }
        let sequence = isSequence ? Submission.Sequence() : nil
        let arrays = (0..<12).map { array in (0..<256).map { bench.write("n\(array)-\($0)", in: sequence) } }
        await bench.run(arrays, on: backend)
        #expect(bench.answeredOnce == 12 * 256)
        #expect(lead.most <= PipelineLimits.intendedWrites)
    }

    @Test("While some writes are carried out the intents of the next are recorded", .timeLimit(.minutes(1)))
    func ahead() async {
        let bench = Bench()
        let gate = Gate()
        let backend = RawBackend(capacity: BackendCapacity(batchSize: 256, concurrentBatches: 4)) { batch in
            await gate.wait()
            return batch.invocations.map { _ in .done }
        }
        let sequence = Submission.Sequence()
        let arrays = (0..<4).map { array in (0..<256).map { bench.write("n\(array)-\($0)", in: sequence) } }
        async let run: JournalRecorder = bench.run(arrays, on: backend)
        #expect(await eventually { bench.journal.all.count == PipelineLimits.intendedWrites })
        try? await Task.sleep(for: .milliseconds(20))
        #expect(bench.journal.all.count == PipelineLimits.intendedWrites)
        gate.open()
        _ = await run
        #expect(bench.answeredOnce == 4 * 256)
    }

    @Test("Reads are not held up by it: all that the backend takes goes to it at once")
    func reads() async {
        let bench = Bench()
        let sizes = Mutex<[Int]>([])
        let backend = RawBackend(capacity: BackendCapacity(batchSize: 256, concurrentBatches: 1)) { batch in
            sizes.withLock { $0.append(batch.invocations.count) }
            return batch.invocations.map { _ in .done }
        }
        await bench.run([(0..<256).map { bench.read("r\($0)") }], on: backend)
        #expect(sizes.withLock { $0 } == [256])
    }

    @Test("What stands behind a request that is refused, in the same array, has no intent: it is skipped")
    func behindRefused() async {
        let bench = Bench()
        let (sequence, scope) = (Submission.Sequence(), FailureScope())
        let rest = (0..<20).map { bench.write("n\($0)", in: sequence, scope: scope) }
        await bench.run(
            [[bench.write("first", in: sequence, scope: scope), bench.bad("bad", in: sequence, scope: scope)] + rest],
            on: ScriptedBackend(bench.journal, batchSize: 256))
        #expect(bench.journal.all.filter { if case .intent = $0 { true } else { false } } == [.intent("first")])
        #expect(bench.result("first")?.status == .ok)
        #expect(rest.indices.allSatisfy { bench.result("n\($0)")?.status == .skipped })
    }
}

@Suite("What whoever reads a request has judged already")
struct VerdictTests {
    private func submission(
        _ id: String, _ verdict: OperationRequest.Verdict, of bench: Bench, in sequence: Submission.Sequence,
        scope: FailureScope
    ) -> Submission {
        let request = OperationRequest("create_task", ["title": "x"], id: id, caller: bench.caller, verdict: verdict)
        let plain = bench.write(id, in: sequence, scope: scope)
        return Submission(request, sequence: sequence, scope: scope, reply: plain.reply)
    }

    @Test("A faulty one fails and ends its scope, a skipped one does not; both have outcomes, and no intents")
    func verdicts() async {
        let bench = Bench()
        let (sequence, scope) = (Submission.Sequence(), FailureScope())
        let fault = OperationError(.invalidReference, "steps.a has no result")
        let recorder = await bench.run(
            [
                [
                    submission("unmet", .skipped(nil), of: bench, in: sequence, scope: scope),
                    bench.write("done", in: sequence, scope: scope),
                    submission("faulty", .faulty(fault), of: bench, in: sequence, scope: scope),
                    bench.write("behind", in: sequence, scope: scope),
                    submission("late", .skipped(.notRun), of: bench, in: sequence, scope: scope),
                ]
            ],
            on: ScriptedBackend(bench.journal, batchSize: 256))
        let ends = ["unmet", "done", "faulty", "behind", "late"].map { bench.result($0)?.status }
        #expect(ends == [.skipped, .ok, .failed, .skipped, .skipped])
        #expect(bench.code("unmet") == nil)
        #expect(bench.code("faulty") == .invalidReference)
        #expect(bench.code("late") == .notRun)
        #expect(recorder.concluded.count == 5)
        #expect(bench.journal.all.count { if case .intent = $0 { true } else { false } } == 1)
        #expect(recorder.concluded["faulty"]?.definition?.name == "create_task")
    }
}
