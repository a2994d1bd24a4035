import OperationCatalogue
import OperationPipeline
import Testing

@Suite("What stands in the record before what happens")
struct RecordOrderTests {
    @Test("A write's intent is recorded before the backend sees it, and its outcome before the reply")
    func orderOfTheJournal() async {
        let bench = Bench()
        var generator = SystemRandomNumberGenerator()
        let names = (0..<10_000).map { ($0 % 3 == 0 ? "r" : "w") + String($0) }
        let submissions = names.map { $0.hasPrefix("r") ? bench.read($0) : bench.write($0) }
        let backend = ScriptedBackend(bench.journal, batchSize: 16, concurrentBatches: 8) { _ in
            await Task.yield()
            return .done
        }
        await bench.run(submissions.cut(using: &generator), on: backend)

        let positions = bench.journal.positions
        var faults: [String] = []
        for name in names {
            let intent = positions[.intent(name)]
            guard let started = positions[.started(name)], let finished = positions[.finished(name)],
                let outcome = positions[.outcome(name)], let reply = positions[.reply(name)]
            else {
                faults.append("\(name) misses an entry")
                continue
            }
            if name.hasPrefix("r") {
                if intent != nil { faults.append("the read \(name) has an intent") }
            } else if intent ?? .max > started {
                faults.append("the write \(name) was carried out before its intent was there")
            }
            if !(finished < outcome && outcome < reply) { faults.append("\(name): reply before outcome") }
        }
        #expect(faults.isEmpty)
        #expect(bench.answeredOnce == 10_000)
    }

    @Test("What never gets to the backend has an outcome, and says truly whether it has an intent")
    func outcomesOfTheRefused() async {
        let bench = Bench()
        let policy = AdmissionPolicy(confirmsDestruction: false)
        let id: JSONValue = .string(UniqueIdentifier.version7().description)
        let recorder = await bench.run(
            [
                [
                    bench.bad("bad"), bench.submission("delete_task", ["task_id": id], id: "destroy"),
                    bench.write("write"),
                    bench.read("read"), bench.submission("fly_to_moon", id: "unknown"),
                ]
            ],
            on: ScriptedBackend(bench.journal), policy: policy)
        #expect(recorder.concluded.count == 5)
        #expect(recorder.concluded["bad"]?.hasIntent == false)
        #expect(recorder.concluded["destroy"]?.hasIntent == false)
        #expect(recorder.concluded["read"]?.hasIntent == false)
        #expect(recorder.concluded["write"]?.hasIntent == true)
        #expect(bench.code("destroy") == .notPermitted)
        #expect(bench.code("unknown") == .unknownOperation)
    }

    @Test("An outcome names the definition of its operation, also where the arguments failed the check")
    func definitionOfTheRefused() async {
        let bench = Bench()
        let recorder = await bench.run(
            [[bench.bad("bad"), bench.submission("fly_to_moon", id: "unknown")]], on: ScriptedBackend(bench.journal))
        #expect(recorder.concluded["bad"]?.definition?.name == "create_task")
        #expect(recorder.concluded["unknown"] != nil)
        #expect(recorder.concluded["unknown"]?.definition == nil)
    }

    @Test("The outcome carries the name that the reply carries, and names rise in the order of acceptance")
    func names() async throws {
        let bench = Bench()
        let names = (0..<600).map { "w\($0)" }
        let recorder = await bench.run(
            [names.map { bench.write($0) }], on: ScriptedBackend(bench.journal, batchSize: 256))
        let ids = try names.map { try #require(bench.replies($0).first).id }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        for name in names { #expect(recorder.concluded[name]?.id == bench.replies(name).first?.id) }
    }
}

@Suite("No log, no write")
struct UnavailableLogTests {
    @Test("When intents cannot be recorded, no write reaches the backend and reads do", arguments: [1, 256])
    func intentsFail(batchSize: Int) async {
        let bench = Bench()
        let recorder = JournalRecorder(journal: bench.journal, failsOnIntents: true)
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize)
        await bench.run(
            [[bench.write("w1"), bench.read("r1"), bench.write("w2")], [bench.read("r2")], [bench.write("w3")]],
            on: backend, recorder: recorder)
        #expect(bench.journal.started.sorted() == ["r1", "r2"])
        for name in ["w1", "w2", "w3"] {
            #expect(bench.result(name)?.status == .failed)
            #expect(bench.code(name) == .logUnavailable)
            #expect(recorder.concluded[name]?.hasIntent == false)
        }
        for name in ["r1", "r2"] { #expect(bench.result(name)?.status == .ok) }
        #expect(bench.answeredOnce == 5)
    }

    @Test("When all is recorded, the reply says so")
    func allIsWell() async {
        let bench = Bench()
        await bench.run([[bench.write("w"), bench.bad("b")]], on: ScriptedBackend(bench.journal))
        #expect(bench.replies("w").map(\.isLogged) == [true])
        #expect(bench.replies("b").map(\.isLogged) == [true])
    }
}
