import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("The order of sequences")
struct OrderTests {
    @Test(
        "Operations of a sequence run one after the other and are answered in order, over many pulls",
        arguments: [1, 256], [1, 4, 16])
    func sequences(batchSize: Int, concurrentBatches: Int) async {
        let bench = Bench()
        var generator = SystemRandomNumberGenerator()
        let sequences = (0..<5).map { _ in Submission.Sequence() }
        // Of each sequence `s0-0`, `s0-1` and so on; `s5` are those of none.
        var counts = Array(repeating: 0, count: 6)
        let submissions = (0..<2400).map { index in
            let group = Int.random(in: 0..<6, using: &generator)
            defer { counts[group] += 1 }
            let name = "s\(group)-\(counts[group])"
            let sequence = group < 5 ? sequences[group] : nil
            return index % 7 == 0 ? bench.bad(name, in: sequence) : bench.write(name, in: sequence)
        }
        let backend = ScriptedBackend(
            bench.journal, batchSize: batchSize, concurrentBatches: concurrentBatches
        ) { invocation in
            for _ in 0..<(invocation.name.count % 3) { await Task.yield() }
            return .done
        }
        await bench.run(submissions.cut(using: &generator), on: backend)

        #expect(backend.traffic.most <= concurrentBatches)
        #expect(bench.answeredOnce == 2400)
        let (started, replied) = (bench.journal.started, bench.journal.replied)
        let positions = bench.journal.positions
        for group in 0..<5 {
            let names = (0..<counts[group]).map { "s\(group)-\($0)" }
            #expect(replied.filter { $0.hasPrefix("s\(group)-") } == names)
            let carriedOut = names.filter { positions[.started($0)] != nil }
            #expect(started.filter { $0.hasPrefix("s\(group)-") } == carriedOut)
            let overlaps = zip(carriedOut, carriedOut.dropFirst()).filter { earlier, later in
                positions[.finished(earlier)] ?? .max > positions[.started(later)] ?? .min
            }
            #expect(overlaps.isEmpty)
        }
    }

    @Test("Different sequences run at the same time", .timeLimit(.minutes(1)), arguments: [1, 256])
    func differentSequences(batchSize: Int) async {
        let bench = Bench()
        let gate = Gate()
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize, concurrentBatches: 4) { _ in
            await gate.wait()
            return .done
        }
        let sequences = (0..<4).map { _ in Submission.Sequence() }
        let submissions = (0..<8).map { bench.write("n\($0)", in: sequences[$0 % 4]) }
        async let run: JournalRecorder = bench.run([submissions], on: backend)
        #expect(await eventually { gate.arrivals == 4 })
        #expect(Set(bench.journal.started) == ["n0", "n1", "n2", "n3"])
        gate.open()
        _ = await run
        #expect(bench.answeredOnce == 8)
    }

    @Test(
        "Those of no sequence run at the same time, up to the limit and never above", .timeLimit(.minutes(1)),
        arguments: [1, 4, 16])
    func noSequence(concurrentBatches: Int) async {
        let bench = Bench()
        let gate = Gate()
        let backend = ScriptedBackend(bench.journal, concurrentBatches: concurrentBatches) { _ in
            await gate.wait()
            return .done
        }
        let source = Source((0..<40).map { [bench.write("a\($0)"), bench.write("b\($0)")] })
        async let run: JournalRecorder = bench.run(source.stream, on: backend)
        #expect(await eventually { gate.arrivals == concurrentBatches })
        try? await Task.sleep(for: .milliseconds(20))
        #expect(gate.arrivals == concurrentBatches)
        gate.open()
        _ = await run
        #expect(backend.traffic.most == concurrentBatches)
        #expect(bench.answeredOnce == 80)
    }

    @Test("What ends first is answered first, and does not wait for its array", .timeLimit(.minutes(1)))
    func quickOnesFirst() async {
        let bench = Bench()
        let gate = Gate()
        let backend = ScriptedBackend(bench.journal, concurrentBatches: 2) { invocation in
            if invocation.name == "slow" { await gate.wait() }
            return .done
        }
        async let run: JournalRecorder = bench.run([[bench.read("slow"), bench.read("quick")]], on: backend)
        #expect(await eventually { bench.answeredOnce == 1 })
        #expect(bench.journal.replied == ["quick"])
        gate.open()
        _ = await run
        #expect(bench.journal.replied == ["quick", "slow"])
    }

    @Test("A batch holds no more than the backend asked for, nor than may be intended", arguments: [1, 7, 256])
    func batchSize(size: Int) async {
        let bench = Bench()
        let largest = Mutex(0)
        let backend = RawBackend(capacity: BackendCapacity(batchSize: size, concurrentBatches: 2)) { batch in
            largest.withLock { $0 = max($0, batch.invocations.count) }
            return batch.invocations.map { _ in .done }
        }
        await bench.run([(0..<1000).map { bench.write("n\($0)") }], on: backend)
        #expect(largest.withLock { $0 } == min(size, PipelineLimits.intendedWrites / 2))
        #expect(bench.answeredOnce == 1000)
    }
}
