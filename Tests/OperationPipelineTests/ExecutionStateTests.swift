import OperationCatalogue
import Testing

@testable import OperationPipeline

@Suite("What the execute stage decides")
struct ExecutionStateTests {
    private let bench = Bench()

    private func pending(
        _ name: String, in sequence: Submission.Sequence? = nil, write: Bool = false
    ) throws -> OperationInFlight {
        let submission = bench.read(name, in: sequence)
        let (definition, operation) = try Catalogue.standard.resolve(write ? "logout" : "whoami", [:])
        let id = UniqueIdentifier.version7()
        let invocation = Invocation(
            id: id, definition: definition, operation: operation, request: submission.request)
        return OperationInFlight(submission, id: id, accepted: 0, phase: .pending(invocation))
    }

    private func refused(_ name: String, in sequence: Submission.Sequence? = nil) throws -> OperationInFlight {
        var operation = try pending(name, in: sequence)
        operation.end(.failed(OperationError(.notPermitted, "not here")))
        return operation
    }

    /// The actions in words: `pull`, `start a b`, `resume a b`, `end`.
    private func words(_ actions: [ExecutionState.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .pull: "pull"
            case .start(let batch): "start " + names(batch.operations)
            case .resume(_, let operations): operations.map { "resume " + names($0) } ?? "end"
            case .free(let count): "free \(count)"
            }
        }
    }

    private func names(_ operations: [OperationInFlight]) -> String {
        operations.map { $0.submission.request.id ?? "" }.joined(separator: " ")
    }

    private func batches(_ actions: [ExecutionState.Action]) -> [ExecutionBatch] {
        actions.compactMap { if case .start(let batch) = $0 { batch } else { nil } }
    }

    private func state(batchSize: Int = 1, concurrentBatches: Int = 2) -> ExecutionState {
        ExecutionState(capacity: BackendCapacity(batchSize: batchSize, concurrentBatches: concurrentBatches))
    }

    @Test("It begins once, with one pull")
    func begins() {
        var state = state()
        let first = state.begin()
        #expect(first)
        let second = state.begin()
        #expect(!second)
        #expect(words(state.actions()) == ["pull"])
        #expect(words(state.actions()).isEmpty)
    }

    @Test("It pulls again while a slot is free, and not when none is")
    func pulls() throws {
        var state = state()
        _ = state.actions()
        let first = state.pulled([try pending("a")])
        #expect(words(first) == ["start a", "pull"])
        #expect(words(state.pulled([try pending("b")])) == ["start b"])
        let batch = try #require(batches(first).first)
        #expect(words(state.finished(batch, as: batch.ended(with: [.done]))) == ["pull"])
    }

    @Test("It does not pull while there is something ready")
    func ready() throws {
        var state = state()
        _ = state.actions()
        let started = batches(state.pulled([try pending("a"), try pending("b"), try pending("c")]))
        #expect(started.count == 2)
        #expect(words(state.finished(started[0], as: started[0].operations)) == ["start c"])
        #expect(words(state.finished(started[1], as: started[1].operations)) == ["pull"])
    }

    @Test("Where there is one writer, writes wait for it together, and reads go on")
    func oneWriter() throws {
        var state = ExecutionState(capacity: BackendCapacity(batchSize: 3, concurrentBatches: 3, hasOneWriter: true))
        _ = state.actions()
        let first = state.pulled([try pending("a", write: true), try pending("b"), try pending("c", write: true)])
        #expect(words(first) == ["start a c", "start b", "pull"])
        #expect(words(state.pulled([try pending("d", write: true)])) == ["pull"])
        #expect(words(state.pulled([try pending("e", write: true)])) == ["pull"])
        #expect(words(state.pulled([try pending("f")])) == ["start f"])
        let batches = batches(first)
        #expect(words(state.finished(batches[1], as: batches[1].operations)) == ["pull"])
        #expect(words(state.pulled([try pending("g", write: true)])) == ["pull"], "reads may come behind them")
        #expect(words(state.finished(batches[0], as: batches[0].operations)) == ["start d e g"])
    }

    @Test("It starts one batch of a sequence at a time, whatever slots are free, and the next one when it ends")
    func sequence() throws {
        var state = state(batchSize: 2, concurrentBatches: 4)
        let sequence = Submission.Sequence()
        _ = state.actions()
        let first = state.pulled(try ["a", "b", "c"].map { try pending($0, in: sequence) })
        #expect(words(first) == ["start a b", "pull"])
        #expect(words(state.pulled([try pending("d", in: sequence), try pending("x")])) == ["start x", "pull"])
        let batch = try #require(batches(first).first)
        let second = state.finished(batch, as: batch.ended(with: [.done, .done]))
        #expect(words(second) == ["start c"])
        let next = try #require(batches(second).first)
        #expect(words(state.finished(next, as: next.ended(with: [.done]))) == ["start d"])
    }

    @Test("It stops pulling when as many batches wait behind others as there are slots")
    func waiting() throws {
        var state = state(batchSize: 1, concurrentBatches: 2)
        let sequence = Submission.Sequence()
        _ = state.actions()
        #expect(words(state.pulled([try pending("a", in: sequence)])) == ["start a", "pull"])
        #expect(words(state.pulled([try pending("b", in: sequence)])) == ["pull"])
        #expect(words(state.pulled([try pending("c", in: sequence)])).isEmpty)
    }

    @Test("It says how many writes have ended that were let through the window, also of those that never began")
    func freed() throws {
        var state = state(batchSize: 8, concurrentBatches: 2)
        _ = state.actions()
        var operations = try ["a", "b", "c"].map { try pending($0, write: true) }
        for index in 0..<2 { operations[index].isInWindow = true }
        let batch = try #require(batches(state.pulled(operations)).first)
        #expect(words(state.finished(batch, as: batch.ended(with: [.done, .done, .done]))) == ["free 2"])
        var late = try refused("late")
        late.isInWindow = true
        #expect(words(state.pulled([late])) == ["free 1", "pull"])
    }

    @Test("It stops pulling when what has ended is not taken away")
    func untaken() throws {
        var state = state(batchSize: 256, concurrentBatches: 2)
        _ = state.actions()
        let started = state.pulled(try (0..<256).map { try pending("\($0)") })
        let batch = try #require(batches(started).first)
        _ = state.pulled([])
        #expect(words(state.finished(batch, as: batch.operations)).isEmpty)
    }

    @Test("What has ended before takes no slot and no attempt, and keeps its place in its sequence")
    func endedBefore() throws {
        var state = state(concurrentBatches: 1)
        let sequence = Submission.Sequence()
        _ = state.actions()
        let first = state.pulled([
            try refused("a", in: sequence), try refused("b", in: sequence), try pending("c", in: sequence),
            try refused("d", in: sequence),
        ])
        #expect(words(first) == ["start c"])
        let batch = try #require(batches(first).first)
        #expect(words(state.finished(batch, as: batch.ended(with: [.done]))) == ["pull"])
    }

    @Test("A consumer gets all there is, or waits for the next end, or hears that there is none any more")
    func consumer() async throws {
        let first = try pending("a")
        let second = try pending("b")
        let taken: [OperationInFlight]? = await withCheckedContinuation { continuation in
            var state = state()
            _ = state.actions()
            let started = batches(state.pulled([first, second]))
            let nothing = state.take(or: continuation)
            if nothing != nil { Issue.record("nothing has ended yet") }
            // The pull that the free slot allowed has found the end.
            _ = state.pulled(nil)
            let actions = state.finished(started[0], as: started[0].ended(with: [.done]))
            #expect(words(actions) == ["resume a"])
            _ = state.finished(started[1], as: started[1].ended(with: [.done]))
            let delivery = state.take(or: continuation)
            #expect(delivery?.operations.map(names) == "b")
            let end = state.take(or: continuation)
            #expect(end != nil)
            #expect(end?.operations == nil)
            for case .resume(let consumer, let operations) in actions { consumer.resume(returning: operations) }
        }
        #expect(taken.map(names) == "a")
    }

    @Test("Once it is stopped nothing starts, and everything that waits ends as cancelled")
    func stopped() throws {
        var state = state(concurrentBatches: 1)
        let sequence = Submission.Sequence()
        _ = state.actions()
        let first = batches(state.pulled(try ["a", "b", "c"].map { try pending($0, in: sequence) }))
        let attempts = state.stop()
        #expect(attempts.isEmpty)
        #expect(words(state.finished(first[0], as: first[0].ended(with: [.done]))) == ["pull"])
        #expect(words(state.pulled([try pending("late")])) == ["pull"])
    }
}
