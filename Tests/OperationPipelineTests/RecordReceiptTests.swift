import OperationCatalogue
import OperationPipeline
import Testing

@Suite("Writes wait until their intents are safe")
struct RecordReceiptTests {
    @Test("No write reaches the backend before its receipt is settled; a read does", arguments: [1, 256])
    func waiting(batchSize: Int) async {
        let bench = Bench()
        let receipt = RecordReceipt()
        let recorder = JournalRecorder(journal: bench.journal, receipt: receipt)
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize)
        let run = Task {
            await bench.run(
                [[bench.write("w1"), bench.write("w2")], [bench.read("r")]], on: backend, recorder: recorder)
        }
        while bench.result("r") == nil { await Task.yield() }
        #expect(bench.journal.started == ["r"])
        receipt.settle(nil)
        _ = await run.value
        #expect(bench.journal.started.sorted() == ["r", "w1", "w2"])
        #expect(bench.answeredOnce == 3)
    }

    @Test("When the intents will never be safe, no write is carried out, and reads of the same batch are")
    func failure() async {
        let bench = Bench()
        let receipt = RecordReceipt()
        receipt.settle(OperationError(.logUnavailable, "the disk is broken"))
        let recorder = JournalRecorder(journal: bench.journal, receipt: receipt)
        let backend = ScriptedBackend(bench.journal, batchSize: 256)
        await bench.run(
            [[bench.write("w1"), bench.read("r1"), bench.write("w2"), bench.read("r2")]], on: backend,
            recorder: recorder)
        #expect(bench.journal.started.sorted() == ["r1", "r2"])
        for name in ["w1", "w2"] {
            #expect(bench.code(name) == .logUnavailable)
            #expect(recorder.concluded[name]?.hasIntent == true)
        }
        for name in ["r1", "r2"] { #expect(bench.result(name)?.status == .ok) }
    }

    @Test("The next intents are recorded while earlier ones are on their way to the disk")
    func overlap() async {
        let bench = Bench()
        let receipt = RecordReceipt()
        let recorder = JournalRecorder(journal: bench.journal, receipt: receipt)
        let backend = ScriptedBackend(bench.journal, batchSize: 1, concurrentBatches: 4)
        let run = Task { await bench.run([[bench.write("a")], [bench.write("b")]], on: backend, recorder: recorder) }
        while bench.journal.positions[.intent("b")] == nil { await Task.yield() }
        #expect(bench.journal.started.isEmpty)
        receipt.settle(nil)
        _ = await run.value
        #expect(bench.answeredOnce == 2)
    }

    @Test("A receipt is settled once, and tells everybody who asks, before and after")
    func settledOnce() async {
        let receipt = RecordReceipt()
        async let early = receipt.wait()
        await Task.yield()
        receipt.settle(OperationError(.logUnavailable, "first"))
        receipt.settle(nil)
        #expect(await early?.message == "first")
        #expect(await receipt.wait()?.message == "first")
    }
}
