import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("Taking a request back")
struct CancellationTests {
    @Test("Before it starts: it never reaches the backend, and is answered", arguments: [1, 256])
    func beforeTheStart(batchSize: Int) async {
        let bench = Bench()
        let submission = bench.write("gone")
        submission.cancel()
        await bench.run(
            [[bench.write("before"), submission, bench.write("after")]],
            on: ScriptedBackend(bench.journal, batchSize: batchSize))
        #expect(bench.code("gone") == .cancelled)
        #expect(bench.result("gone")?.status == .failed)
        #expect(Set(bench.journal.started) == ["before", "after"])
        #expect(bench.answeredOnce == 3)
    }

    @Test("What has ended stays in nobody's memory, alone in its batch or not", arguments: [1, 256])
    func memory(batchSize: Int) async {
        let bench = Bench()
        let ended = WeakSubmission()
        do {
            let submission = bench.write("one")
            ended.set(submission)
            await bench.run(
                [[submission], [bench.write("two"), bench.write("three")]],
                on: ScriptedBackend(bench.journal, batchSize: batchSize))
        }
        #expect(bench.answeredOnce == 3)
        #expect(await eventually { ended.isGone })
    }

    @Test(
        "While it waits behind one of its sequence, or for a slot: it never reaches the backend",
        .timeLimit(.minutes(1)), arguments: [true, false])
    func whileItWaits(isInSequence: Bool) async {
        let bench = Bench()
        let gate = Gate()
        let sequence = isInSequence ? Submission.Sequence() : nil
        let scope = FailureScope()
        let backend = ScriptedBackend(bench.journal, concurrentBatches: 1) { _ in
            await gate.wait()
            return .done
        }
        let gone = bench.write("gone", in: sequence, scope: scope)
        async let run: JournalRecorder = bench.run(
            [[bench.write("first", in: sequence), gone, bench.write("next", in: sequence, scope: scope)]],
            on: backend)
        #expect(await eventually { gate.arrivals == 1 })
        gone.cancel()
        gate.open()
        _ = await run
        #expect(bench.journal.started == ["first"])
        #expect(bench.code("gone") == .cancelled)
        #expect(bench.result("gone")?.status == .failed)
        #expect(bench.code("next") == .notRun)
    }

    @Test("While it waits, in a batch of several: its neighbours run", .timeLimit(.minutes(1)))
    func whileItsBatchWaits() async {
        let bench = Bench()
        let gate = Gate()
        let sequence = Submission.Sequence()
        let scope = FailureScope()
        let backend = ScriptedBackend(bench.journal, batchSize: 4, concurrentBatches: 2) { _ in
            await gate.wait()
            return .done
        }
        let submissions = (0..<12).map {
            bench.write("n\($0)", in: sequence, scope: (4..<6).contains($0) || $0 == 9 ? scope : nil)
        }
        async let run: JournalRecorder = bench.run([submissions], on: backend)
        #expect(await eventually { gate.arrivals == 1 })
        submissions[5].cancel()
        gate.open()
        _ = await run
        #expect(bench.code("n5") == .cancelled)
        #expect(bench.code("n9") == .notRun)
        #expect(bench.journal.started == [0, 1, 2, 3, 4, 6, 7, 8, 10, 11].map { "n\($0)" })
    }

    @Test("While it runs alone: the backend is told to stop", .timeLimit(.minutes(1)), arguments: [1, 256])
    func whileItRuns(batchSize: Int) async {
        let bench = Bench()
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize) { invocation in
            await untilCancelled()
            let error = OperationError(.cancelled, "the backend's own words")
            return invocation.name == "lost" ? .unknown(error) : .failed(error)
        }
        for name in ["stopped", "lost"] {
            let submission = bench.write(name)
            async let run: JournalRecorder = bench.run([[submission]], on: backend)
            #expect(await eventually { bench.journal.started.contains(name) })
            submission.cancel()
            submission.cancel()
            _ = await run
            #expect(bench.code(name) == .cancelled)
            #expect(bench.replies(name).count == 1)
        }
        #expect(bench.result("stopped")?.status == .failed)
        #expect(bench.result("lost")?.status == .unknown)
    }

    @Test("While it runs alone, when the backend had done it after all", .timeLimit(.minutes(1)))
    func tooLate() async {
        let bench = Bench()
        let backend = ScriptedBackend(bench.journal) { _ in
            await untilCancelled()
            return .done
        }
        let submission = bench.write("done")
        async let run: JournalRecorder = bench.run([[submission]], on: backend)
        #expect(await eventually { !bench.journal.started.isEmpty })
        submission.cancel()
        _ = await run
        #expect(bench.result("done")?.status == .ok)
    }

    @Test(
        "Inside a batch of several, before its turn: it is not carried out, and the others are",
        .timeLimit(.minutes(1)))
    func insideABatch() async {
        let bench = Bench()
        let gate = Gate()
        let backend = ScriptedBackend(bench.journal, batchSize: 8) { _ in
            await gate.wait()
            return Task.isCancelled ? .failed(OperationError(.cancelled, "told to stop")) : .done
        }
        let submissions = (0..<3).map { bench.write("n\($0)") }
        async let run: JournalRecorder = bench.run([submissions], on: backend)
        #expect(await eventually { gate.arrivals == 1 })
        submissions[1].cancel()
        gate.open()
        _ = await run
        for name in ["n0", "n2"] { #expect(bench.result(name)?.status == .ok) }
        #expect(bench.code("n1") == .cancelled)
        #expect(bench.journal.started.sorted() == ["n0", "n2"])
    }

    @Test("After its end: nothing happens")
    func afterTheEnd() async {
        let bench = Bench()
        let submission = bench.write("done")
        await bench.run([[submission]], on: ScriptedBackend(bench.journal))
        submission.cancel()
        #expect(bench.replies("done").count == 1)
        #expect(bench.result("done")?.status == .ok)
    }

    @Test("At any moment: one answer, and a write that is said to have failed never finished at the backend")
    func anyMoment() async {
        let bench = Bench()
        let submissions = (0..<2000).map { bench.write("n\($0)") }
        let backend = ScriptedBackend(bench.journal) { _ in
            await Task.yield()
            if Task.isCancelled { return .failed(OperationError(.cancelled, "told to stop")) }
            bench.journal.note(.finished("effect"))
            return .done
        }
        async let run: JournalRecorder = bench.run(submissions.map { [$0] }, on: backend)
        let canceller = Task.detached {
            for submission in submissions.shuffled() {
                submission.cancel()
                await Task.yield()
            }
        }
        _ = await run
        await canceller.value
        #expect(bench.answeredOnce == 2000)
        let effects = bench.journal.all.count { $0 == .finished("effect") }
        let succeeded = submissions.indices.count { bench.result("n\($0)")?.status == .ok }
        #expect(effects == succeeded)
        #expect(submissions.indices.allSatisfy { bench.result("n\($0)")?.status != .unknown })
    }
}

/// Knows whether a submission is still there.
private final class WeakSubmission: Sendable {
    private struct Reference {
        weak var submission: Submission?
    }

    private let reference = Mutex(Reference())

    func set(_ submission: Submission) { reference.withLock { $0.submission = submission } }

    var isGone: Bool { reference.withLock { $0.submission == nil } }
}
