import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("Every request is answered once")
struct EveryRequestAnsweredTests {
    @Test("At the end of the input", arguments: [1, 256], [1, 4, 16])
    func endOfInput(batchSize: Int, concurrentBatches: Int) async {
        let bench = Bench()
        var generator = SystemRandomNumberGenerator()
        let sequence = Submission.Sequence()
        let submissions = (0..<3000).map { index in
            switch index % 4 {
            case 0: bench.write("n\(index)", in: sequence)
            case 1: bench.bad("n\(index)")
            case 2: bench.read("n\(index)")
            default: bench.bad("n\(index)", in: sequence)
            }
        }
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize, concurrentBatches: concurrentBatches)
        let recorder = await bench.run(submissions.cut(using: &generator), on: backend)
        #expect(bench.answeredOnce == 3000)
        #expect(bench.replyCount == 3000)
        #expect(recorder.concluded.count == 3000)
    }

    @Test("Of an empty source, of empty arrays, and of none", .timeLimit(.minutes(1)))
    func nothing() async {
        let bench = Bench()
        await bench.run([], on: ScriptedBackend(bench.journal))
        await bench.run([[], [bench.read("r")], [], []], on: ScriptedBackend(bench.journal))
        #expect(bench.answeredOnce == 1)
    }

    @Test("With a shutdown in the middle", arguments: 0..<40)
    func shutdownInTheMiddle(seed: Int) async {
        let bench = Bench()
        var generator = SystemRandomNumberGenerator()
        let moment = Int.random(in: 0..<1500, using: &generator)
        let sequence = Submission.Sequence()
        // More than may be held, what is carried out and what is pulled at a time added.
        let count = PipelineLimits.heldOperations + 2500
        let submissions = (0..<count).map { index in
            bench.write("n\(index)", in: index % 2 == 0 ? sequence : nil)
        }
        let source = Source(submissions.cut(using: &generator))
        let executed = Mutex(0)
        let backend = ScriptedBackend(bench.journal, batchSize: seed % 2 == 0 ? 1 : 64) { _ in
            if executed.withLock({
                $0 += 1
                return $0 == moment
            }) {
                bench.shutdown.begin()
            }
            await Task.yield()
            return .done
        }
        if moment == 0 { bench.shutdown.begin() }
        await bench.run(source.stream, on: backend)
        // What the source handed over at the very moment is refused from outside the run.
        #expect(await eventually { bench.replyCount == source.handedOver })
        #expect(bench.answeredOnce == source.handedOver)
        #expect(source.handedOver < count)
    }

    @Test("With a source that is blocked for ever at the shutdown", .timeLimit(.minutes(1)))
    func blockedSource() async {
        let bench = Bench()
        let never = Gate()
        let calls = Mutex(0)
        let source = AsyncStream<[Submission]>(unfolding: {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call == 1 { return [bench.write("first")] }
            if call == 2 {
                await never.wait()
                return [bench.write("late")]
            }
            return nil
        })
        async let run: JournalRecorder = bench.run(source, on: ScriptedBackend(bench.journal))
        #expect(await eventually { never.arrivals == 1 && bench.answeredOnce == 1 })
        bench.shutdown.begin()
        _ = await run
        #expect(bench.result("first")?.status == .ok)

        never.open()
        #expect(await eventually { bench.answeredOnce == 2 })
        #expect(bench.code("late") == .cancelled)
        #expect(bench.result("late")?.status == .skipped)
        #expect(bench.replies("late").map(\.isLogged) == [false])
        #expect(!bench.journal.started.contains("late"))
    }

    @Test("With a shutdown that began before the run", .timeLimit(.minutes(1)))
    func shutdownBefore() async {
        let bench = Bench()
        bench.shutdown.begin()
        await bench.run([[bench.write("w")]], on: ScriptedBackend(bench.journal))
        #expect(bench.replyCount == 0)
        #expect(bench.journal.all.isEmpty)
    }

    @Test("Of one pipeline that runs twice at a time, each run until its own shutdown", .timeLimit(.minutes(1)))
    func twoRuns() async {
        let (bench, other) = (Bench(), Bench())
        let pipeline = Pipeline(
            recorder: JournalRecorder(journal: bench.journal), backend: ScriptedBackend(bench.journal))
        let endless = AsyncStream<[Submission]>(unfolding: {
            await Task.yield()
            return [bench.read("stopped")]
        })
        async let stopped: Void = pipeline.run(endless, until: bench.shutdown)
        async let finished: Void = pipeline.run(
            Source((0..<200).map { [other.write("n\($0)")] }).stream, until: other.shutdown)
        #expect(await eventually { other.replyCount > 0 })
        bench.shutdown.begin()
        await stopped
        await finished
        #expect(other.answeredOnce == 200)
        #expect((0..<200).allSatisfy { other.result("n\($0)")?.status == .ok })
    }

    @Test("With a backend that gives too few results, or too many")
    func wrongNumberOfResults() async {
        let bench = Bench()
        let capacity = BackendCapacity(batchSize: 8, concurrentBatches: 1)
        await bench.run(
            [[bench.write("w1"), bench.write("w2"), bench.read("r1")]],
            on: RawBackend(capacity: capacity) { _ in [.done] })
        #expect(bench.result("w1")?.status == .ok)
        #expect(bench.result("w2")?.status == .unknown)
        #expect(bench.code("w2") == .internalError)
        #expect(bench.result("r1")?.status == .failed)
        #expect(bench.code("r1") == .internalError)

        await bench.run(
            [[bench.write("w3")]], on: RawBackend(capacity: capacity) { _ in [.done, .done, .done] })
        #expect(bench.result("w3")?.status == .ok)
        #expect(bench.answeredOnce == 4)
    }

    @Test("When the task that runs the pipeline is cancelled", .timeLimit(.minutes(1)))
    func cancelledRun() async {
        let bench = Bench()
        let gate = Gate()
        let source = Source((0..<50).map { [bench.write("n\($0)")] })
        let backend = ScriptedBackend(bench.journal, concurrentBatches: 8) { _ in
            await gate.wait()
            return .done
        }
        let run = Task { await bench.run(source.stream, on: backend) }
        #expect(await eventually { gate.arrivals == 8 })
        run.cancel()
        gate.open()
        _ = await run.value
        #expect(await eventually { bench.replyCount == source.handedOver })
        #expect(bench.answeredOnce == source.handedOver)
        #expect(source.handedOver < 50)
        #expect(bench.journal.started.allSatisfy { bench.result($0)?.status == .ok })
    }

    @Test("By a reply that begins the shutdown and takes requests back", .timeLimit(.minutes(1)))
    func replyThatActs() async {
        let bench = Bench()
        let other = bench.write("other")
        let request = OperationRequest("whoami", [:], id: "acting", caller: bench.caller)
        let acting = Submission(request) { _ in
            other.cancel()
            bench.shutdown.begin()
        }
        await bench.run([[acting, other]], on: ScriptedBackend(bench.journal))
        #expect(bench.replies("other").count == 1)
    }

    @Test("Ten thousand bad requests of one sequence in one array do not exhaust the stack")
    func manyBadOnes() async {
        let bench = Bench()
        let sequence = Submission.Sequence()
        await bench.run([(0..<10_000).map { bench.bad("b\($0)", in: sequence) }], on: ScriptedBackend(bench.journal))
        #expect(bench.answeredOnce == 10_000)
    }
}

@Suite("A bad request harms itself only")
struct BadNeighbourTests {
    @Test("Its neighbours in the same array go through", arguments: [1, 3, 256])
    func neighbours(batchSize: Int) async {
        let bench = Bench()
        let sequence = Submission.Sequence()
        await bench.run(
            [
                [
                    bench.write("w1", in: sequence), bench.bad("b1", in: sequence), bench.write("w2", in: sequence),
                    bench.submission("fly_to_moon", id: "b2"), bench.read("r1"),
                    bench.submission("get_task", ["task_id": "no uuid"], id: "b3"), bench.write("w3"),
                ]
            ],
            on: ScriptedBackend(bench.journal, batchSize: batchSize))
        for name in ["w1", "w2", "w3", "r1"] { #expect(bench.result(name)?.status == .ok) }
        #expect(bench.code("b1") == .invalidArguments)
        #expect(bench.code("b2") == .unknownOperation)
        #expect(bench.code("b3") == .invalidArguments)
        #expect(bench.answeredOnce == 7)
        #expect(Set(bench.journal.started) == ["w1", "w2", "w3", "r1"])
    }

    @Test("An operation that fails at the backend leaves the others of its sequence alone")
    func failureWithoutScope() async {
        let bench = Bench()
        let sequence = Submission.Sequence()
        let backend = ScriptedBackend(bench.journal, batchSize: 4) { invocation in
            invocation.name == "n1" ? .failed(OperationError(.notFound, "task not found")) : .done
        }
        await bench.run([(0..<6).map { bench.write("n\($0)", in: sequence) }], on: backend)
        #expect(bench.code("n1") == .notFound)
        #expect(bench.journal.started.count == 6)
    }
}
