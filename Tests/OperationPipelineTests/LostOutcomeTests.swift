import OperationCatalogue
import OperationPipeline
import Testing

@Suite("What was done and is not in the record")
struct LostOutcomeTests {
    @Test("A write is told as unknown, by an error that says that it was done and why the log does not; a read is told")
    func told() async {
        let bench = Bench()
        var recorder = JournalRecorder(journal: bench.journal)
        recorder.failsOnOutcomes = true
        await bench.run(
            [[bench.write("write"), bench.read("read"), bench.bad("bad")]], on: ScriptedBackend(bench.journal),
            recorder: recorder)
        #expect(bench.result("write")?.status == .unknown)
        #expect(bench.result("write")?.isDoneWithoutRecord == true)
        let message = bench.result("write")?.error?.message ?? ""
        #expect(message.contains("it was done") && message.hasSuffix("the disk is full"))
        #expect(bench.result("read")?.status == .ok)
        // Nothing was done, whatever the record says.
        #expect(bench.code("bad") == .invalidArguments)
        for name in ["write", "read", "bad"] { #expect(bench.replies(name).map(\.isLogged) == [false]) }
    }

    @Test("It ends its scope as a failure does: no further write is tried")
    func scope() async {
        let bench = Bench()
        var recorder = JournalRecorder(journal: bench.journal)
        recorder.failsOnOutcomes = true
        let (sequence, scope) = (Submission.Sequence(), FailureScope())
        let arrays = (0..<50).map { [bench.write("n\($0)", in: sequence, scope: scope)] }
        let backend = ScriptedBackend(bench.journal, concurrentBatches: 1) { invocation in
            if invocation.name != "n0" { _ = await eventually { scope.hasEnded } }
            return .done
        }
        await bench.run(arrays, on: backend, recorder: recorder)
        #expect(bench.answeredOnce == 50)
        #expect(bench.result("n0")?.isDoneWithoutRecord == true)
        #expect((2..<50).allSatisfy { bench.result("n\($0)")?.status == .skipped })
    }

    @Test("Where the log is not required, it is told as it ended")
    func waived() async {
        struct Waiving: OperationRecorder {
            var isRequired: Bool { false }
            func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? { nil }
            func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
                throw OperationError(.logUnavailable, "the disk is full")
            }
        }
        let bench = Bench()
        let pipeline = Pipeline(recorder: Waiving(), backend: ScriptedBackend(bench.journal))
        await pipeline.run(Source([[bench.write("write")]]).stream, until: bench.shutdown)
        #expect(bench.result("write")?.status == .ok)
    }
}
