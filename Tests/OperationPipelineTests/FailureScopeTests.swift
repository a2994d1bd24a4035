import OperationCatalogue
import OperationPipeline
import Testing

@Suite("What a failure ends")
struct FailureScopeTests {
    enum Cause: CaseIterable, Sendable {
        case backend, unknownFate, badArguments, policy, log, takenBack
    }

    private static let id: JSONValue = .string(UniqueIdentifier.version7().description)

    /// The third step of a script, which fails in one way or the other, and what makes it fail.
    private func failing(_ cause: Cause, of bench: Bench, in script: Submission.Sequence, scope: FailureScope)
        -> Submission
    {
        switch cause {
        case .backend, .unknownFate: return bench.read("s2", in: script, scope: scope)
        case .badArguments: return bench.bad("s2", in: script, scope: scope)
        case .policy: return bench.submission("delete_task", ["task_id": Self.id], id: "s2", in: script, scope: scope)
        case .log: return bench.write("s2", in: script, scope: scope)
        case .takenBack:
            let submission = bench.read("s2", in: script, scope: scope)
            submission.cancel()
            return submission
        }
    }

    @Test(
        "Nothing of the scope runs after it, in its array and in later ones; what came before and other scopes do",
        arguments: Cause.allCases, [1, 4, 256])
    func scope(cause: Cause, batchSize: Int) async {
        let bench = Bench()
        let (script, otherScript) = (Submission.Sequence(), Submission.Sequence())
        let (scope, otherScope) = (FailureScope(), FailureScope())
        func step(_ number: Int) -> Submission { bench.read("s\(number)", in: script, scope: scope) }
        func other(_ number: Int) -> Submission { bench.read("o\(number)", in: otherScript, scope: otherScope) }
        var arrays = [
            [step(0), other(0), step(1), failing(cause, of: bench, in: script, scope: scope), other(1), step(3)],
            [step(4), other(2)],
        ]
        arrays += (5..<40).map { [step($0), other($0)] }
        let backend = ScriptedBackend(bench.journal, batchSize: batchSize) { invocation in
            await Task.yield()
            guard invocation.name == "s2" else { return .done }
            let error = OperationError(.invalidState, "the task has active children")
            return cause == .unknownFate ? .unknown(error) : .failed(error)
        }
        await bench.run(
            arrays, on: backend, recorder: JournalRecorder(journal: bench.journal, failsOnIntents: cause == .log),
            policy: AdmissionPolicy(confirmsDestruction: false))

        let expected: ErrorCode =
            switch cause {
            case .backend, .unknownFate: .invalidState
            case .badArguments: .invalidArguments
            case .policy: .notPermitted
            case .log: .logUnavailable
            case .takenBack: .cancelled
            }
        #expect(bench.code("s2") == expected)
        let reached = cause == .backend || cause == .unknownFate ? ["s0", "s1", "s2"] : ["s0", "s1"]
        #expect(bench.journal.started.filter { $0.hasPrefix("s") } == reached)
        for number in 3..<40 {
            #expect(bench.result("s\(number)")?.status == .skipped)
            #expect(bench.code("s\(number)") == .notRun)
        }
        #expect(["s0", "s1", "o0", "o1", "o2", "o5", "o39"].allSatisfy { bench.result($0)?.status == .ok })
        #expect(bench.answeredOnce == bench.replyCount)
    }

    @Test("A backend that looks at no scope still gets nothing of it after the failure's batch")
    func plainBackend() async {
        let bench = Bench()
        let (script, scope) = (Submission.Sequence(), FailureScope())
        let backend = RawBackend { batch in
            batch.invocations.map { invocation in
                bench.journal.note(.started(invocation.name))
                return invocation.name == "n1" ? .failed(OperationError(.notFound, "task not found")) : .done
            }
        }
        await bench.run([(0..<20).map { bench.write("n\($0)", in: script, scope: scope) }], on: backend)
        #expect(bench.journal.started == ["n0", "n1"])
        for number in 2..<20 { #expect(bench.code("n\(number)") == .notRun) }
    }

    @Test("Trying a batch again after it was rolled back runs all of it again")
    func repeatedBatch() {
        let catalogue = Catalogue.standard
        let caller = Caller(door: .cli, user: "tester")
        let (scope, other) = (FailureScope(), FailureScope())
        let invocations = (0..<4).compactMap { number -> Invocation? in
            guard let (definition, operation) = try? catalogue.resolve("whoami", [:]) else { return nil }
            let request = OperationRequest("whoami", [:], id: "n\(number)", caller: caller)
            return Invocation(id: .version7(), definition: definition, operation: operation, request: request)
        }
        let batch = OperationBatch(invocations, scopes: [scope, scope, other, scope])
        for _ in 0..<2 {
            let results = batch.results { invocation in
                invocation.name == "n0" ? .failed(OperationError(.notFound, "task not found")) : .done
            }
            #expect(results.map(\.code) == [.notFound, .notRun, nil, .notRun])
            #expect(results.map(\.status) == [.failed, .skipped, .ok, .skipped])
        }
        #expect(!scope.hasEnded)
        #expect(batch.results { _ in .done }.map(\.code) == [nil, nil, nil, nil])
    }

    @Test("In one batch, failures of two scopes each end their own")
    func twoScopes() async {
        let bench = Bench()
        let (left, right) = (FailureScope(), FailureScope())
        let backend = ScriptedBackend(bench.journal, batchSize: 16, concurrentBatches: 1) { invocation in
            ["l0", "r0"].contains(invocation.name) ? .failed(OperationError(.notFound, "task not found")) : .done
        }
        let sequence = Submission.Sequence()
        await bench.run(
            [
                [
                    bench.read("l0", in: sequence, scope: left), bench.read("r0", in: sequence, scope: right),
                    bench.read("l1", in: sequence, scope: left), bench.read("r1", in: sequence, scope: right),
                    bench.read("free", in: sequence),
                ]
            ],
            on: backend)
        #expect(bench.journal.started == ["l0", "r0", "free"])
        #expect(bench.code("l1") == .notRun)
        #expect(bench.code("r1") == .notRun)
    }
}
