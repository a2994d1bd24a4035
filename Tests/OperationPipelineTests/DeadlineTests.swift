import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("How long things may take")
struct DeadlineTests {
    private func limits(deadline: Duration = .seconds(60), drain: Duration = .seconds(60)) -> PipelineLimits {
        var limits = PipelineLimits()
        limits.deadline = deadline
        limits.ending.grace = .milliseconds(30)
        limits.ending.drain = drain
        return limits
    }

    @Test("After the deadline a backend that says it was cancelled gets the deadline's code", .timeLimit(.minutes(1)))
    func obedientBackend() async {
        let bench = Bench()
        let backend = ScriptedBackend(bench.journal) { invocation in
            await untilCancelled()
            let error = OperationError(.cancelled, "the backend's own words")
            switch invocation.name {
            case "halfway": return .unknown(error)
            case "other": return .failed(OperationError(.backendFailed, "broken pipe"))
            default: return .failed(error)
            }
        }
        await bench.run(
            [[bench.write("stopped"), bench.write("halfway"), bench.read("read"), bench.write("other")]],
            on: backend, limits: limits(deadline: .milliseconds(20)))
        #expect(bench.result("stopped")?.status == .failed)
        #expect(bench.code("stopped") == .deadlineExceeded)
        #expect(bench.result("halfway")?.status == .unknown)
        #expect(bench.code("halfway") == .deadlineExceeded)
        #expect(bench.code("read") == .deadlineExceeded)
        #expect(bench.code("other") == .backendFailed)
        #expect(bench.result("stopped")?.error?.message.contains("0.02 seconds") == true)
    }

    @Test(
        "A write that a backend never answers is unknown, a read has failed, and the run ends",
        .timeLimit(.minutes(1)), arguments: [1, 256])
    func deafBackend(batchSize: Int) async {
        let bench = Bench()
        let never = Gate()
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize) { _ in
            await never.wait()
            return .done
        }
        await bench.run(
            [[bench.write("w1"), bench.read("r1"), bench.write("w2")]], on: backend,
            limits: limits(deadline: .milliseconds(20)))
        for name in ["w1", "w2"] {
            #expect(bench.result(name)?.status == .unknown)
            #expect(bench.code(name) == .deadlineExceeded)
        }
        #expect(bench.result("r1")?.status == .failed)
        #expect(bench.code("r1") == .deadlineExceeded)
        // Answers that come after that are nobody's.
        never.open()
        #expect(await eventually { bench.journal.all.contains(.finished("w2")) })
        #expect(bench.answeredOnce == 3)
        #expect(bench.replyCount == 3)
    }

    @Test(
        "Each operation has the whole deadline from its own start, also long after the first", .timeLimit(.minutes(1)))
    func laterOnes() async {
        let bench = Bench()
        let backend = ScriptedBackend(bench.journal, concurrentBatches: 4) { invocation in
            if invocation.name.hasPrefix("quick") {
                try? await Task.sleep(for: .milliseconds(60))
                return .done
            }
            await untilCancelled()
            return .failed(OperationError(.cancelled, "told to stop"))
        }
        let sequence = Submission.Sequence()
        let quick = (0..<10).map { bench.write("quick\($0)", in: sequence) }
        let begin = ContinuousClock.now
        await bench.run(
            [[bench.read("slow")], quick, [bench.write("last", in: sequence)]], on: backend,
            limits: limits(deadline: .milliseconds(400)))
        for number in 0..<10 { #expect(bench.result("quick\(number)")?.status == .ok) }
        #expect(bench.code("slow") == .deadlineExceeded)
        #expect(bench.code("last") == .deadlineExceeded)
        #expect(ContinuousClock.now - begin >= .milliseconds(1000))
    }

    @Test("What ends in time hears nothing of the deadline")
    func inTime() async {
        let bench = Bench()
        let backend = ScriptedBackend(bench.journal) { _ in
            try? await Task.sleep(for: .milliseconds(5))
            return Task.isCancelled ? .failed(OperationError(.cancelled, "told to stop")) : .done
        }
        await bench.run([[bench.write("w")]], on: backend, limits: limits(deadline: .seconds(20)))
        #expect(bench.result("w")?.status == .ok)
    }

    @Test("What is under way at a shutdown may end within the drain", .timeLimit(.minutes(1)))
    func drainInTime() async {
        let bench = Bench()
        let gate = Gate()
        let backend = ScriptedBackend(bench.journal) { _ in
            await gate.wait()
            return .done
        }
        async let run: JournalRecorder = bench.run([[bench.write("w")]], on: backend, limits: limits())
        #expect(await eventually { gate.arrivals == 1 })
        bench.shutdown.begin()
        bench.shutdown.begin()
        try? await Task.sleep(for: .milliseconds(20))
        gate.open()
        _ = await run
        #expect(bench.result("w")?.status == .ok)
    }

    @Test(
        "After the drain what runs is cancelled, and what waits behind it never starts", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func drainOver(obeys: Bool) async {
        let bench = Bench()
        let never = Gate()
        let sequence = Submission.Sequence()
        let backend = ScriptedBackend(bench.journal, concurrentBatches: 2) { _ in
            if !obeys {
                await never.wait()
                return .done
            }
            await untilCancelled()
            return .failed(OperationError(.cancelled, "told to stop"))
        }
        let queued = (0..<20).map { bench.write("q\($0)", in: sequence) }
        async let run: JournalRecorder = bench.run(
            [[bench.write("w"), bench.read("r")] + queued], on: backend, limits: limits(drain: .milliseconds(30)))
        #expect(await eventually { bench.journal.started.count == 2 })
        bench.shutdown.begin()
        let clock = ContinuousClock()
        let begin = clock.now
        _ = await run
        #expect(clock.now - begin < .seconds(10))
        #expect(Set(bench.journal.started) == ["w", "r"])
        #expect(bench.answeredOnce == 22)
        #expect(bench.result("w")?.status == (obeys ? .failed : .unknown))
        #expect(bench.result("r")?.status == .failed)
        for submission in ["w", "r", "q0", "q19"] { #expect(bench.code(submission) == .cancelled) }
        for number in 0..<20 { #expect(bench.result("q\(number)")?.status == .skipped) }
        never.open()
    }

    @Test("Operations that end at once leave nothing behind that keeps them alive until their deadline")
    func timers() async {
        final class Token: Sendable {}
        let bench = Bench()
        let count = Mutex(0)
        weak var token: Token?
        do {
            let held = Token()
            token = held
            let backend = ScriptedBackend(bench.journal) { _ in
                _ = held
                count.withLock { $0 += 1 }
                return .done
            }
            await bench.run((0..<200).map { [bench.read("r\($0)")] }, on: backend, limits: limits())
        }
        for _ in 0..<400 where token != nil { try? await Task.sleep(for: .milliseconds(5)) }
        #expect(token == nil)
        #expect(count.withLock { $0 } == 200)
    }
}
