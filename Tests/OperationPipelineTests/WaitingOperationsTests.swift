import OperationCatalogue
import Testing

@testable import OperationPipeline

@Suite("What waits for its turn to be intended")
struct WaitingOperationsTests {
    private let bench = Bench()
    private static let half = PipelineLimits.writesInPortion

    private func operation(
        _ submission: Submission, _ name: String
    ) throws -> OperationInFlight {
        let (definition, operation) = try Catalogue.standard.resolve(name, [:])
        let id = UniqueIdentifier.version7()
        let invocation = Invocation(id: id, definition: definition, operation: operation, request: submission.request)
        return OperationInFlight(submission, id: id, accepted: 0, phase: .pending(invocation))
    }

    private func write(
        _ name: String, in sequence: Submission.Sequence? = nil, scope: FailureScope? = nil
    ) throws -> OperationInFlight {
        try operation(bench.write(name, in: sequence, scope: scope), "logout")
    }

    private func read(
        _ name: String, in sequence: Submission.Sequence? = nil, scope: FailureScope? = nil
    ) throws -> OperationInFlight {
        try operation(bench.read(name, in: sequence, scope: scope), "whoami")
    }

    private func writes(_ count: Int, in sequence: Submission.Sequence? = nil) throws -> [OperationInFlight] {
        try (0..<count).map { try write("w\($0)", in: sequence) }
    }

    /// What is to be done next, in words: the ids of what is given, where those are more than three their number.
    private func step(_ waiting: inout WaitingOperations, ofAtMost size: Int = 1024) -> String {
        switch waiting.step(ofAtMost: size) {
        case .give(nil): "end"
        case .give(let operations?):
            operations.count > 3 ? "\(operations.count)" : operations.map { $0.submission.request.id ?? "" }.joined()
        case .pull: "pull"
        case .pullAside: "pull aside"
        case .wait: "wait"
        }
    }

    @Test("Two halves of the window go through, and the next when one has ended")
    func halves() throws {
        var waiting = WaitingOperations()
        #expect(step(&waiting) == "pull")
        waiting.pulled(try writes(3 * Self.half))
        #expect(step(&waiting) == "\(Self.half)")
        #expect(step(&waiting) == "\(Self.half)")
        #expect(step(&waiting) == "pull aside")
        #expect(step(&waiting) == "wait")
        waiting.leave(Self.half - 1)
        #expect(step(&waiting) == "wait")
        waiting.leave(1)
        #expect(step(&waiting) == "\(Self.half)")
        waiting.pulled(nil)
        waiting.leave(2 * Self.half)
        #expect(step(&waiting) == "end")
    }

    @Test("Reads go past the writes that wait, but for those that have an order or a scope with one of them")
    func reads() throws {
        var waiting = WaitingOperations()
        let (sequence, scope) = (Submission.Sequence(), FailureScope())
        waiting.pulled(try writes(2 * Self.half))
        for _ in 0..<2 { _ = step(&waiting) }
        waiting.pulled([
            try read("a"), try write("x", in: sequence), try read("b", in: sequence), try write("y", scope: scope),
            try read("c", scope: scope), try read("d"),
        ])
        #expect(step(&waiting) == "ad")
        waiting.pulled([try read("e", in: sequence), try read("f", in: Submission.Sequence())])
        #expect(step(&waiting) == "f")
        waiting.leave(Self.half)
        #expect(step(&waiting) == "5")
    }

    @Test("No more is given than the backend can have under way, and nothing is lost of what is left")
    func sizes() throws {
        var waiting = WaitingOperations()
        waiting.pulled(try (0..<5).map { try read("r\($0)") })
        #expect(step(&waiting, ofAtMost: 3) == "r0r1r2")
        #expect(step(&waiting, ofAtMost: 3) == "r3r4")
    }

    @Test("A source whose operations keep an order is not asked while the window is closed")
    func ordered() throws {
        var waiting = WaitingOperations()
        waiting.pulled(try writes(2 * Self.half, in: Submission.Sequence()))
        for _ in 0..<2 { _ = step(&waiting) }
        #expect(step(&waiting) == "wait")
        waiting.leave(Self.half)
        #expect(step(&waiting) == "pull")
    }

    @Test("So much is held, and no more is asked for")
    func bound() throws {
        var waiting = WaitingOperations()
        waiting.pulled(try writes(2 * Self.half))
        for _ in 0..<2 { _ = step(&waiting) }
        waiting.pulled(try writes(PipelineLimits.heldOperations - 1))
        #expect(step(&waiting) == "pull aside")
        waiting.pulled(try writes(1))
        #expect(step(&waiting) == "wait")
        waiting.leave(Self.half)
        #expect(step(&waiting) == "\(Self.half)")
    }

    @Test("Once it is stopped all that waits has ended, and takes up no room of the window")
    func stopped() throws {
        var waiting = WaitingOperations()
        waiting.pulled(try writes(2 * Self.half + 2))
        for _ in 0..<2 { _ = step(&waiting) }
        waiting.pulled(nil)
        waiting.stop()
        guard case .give(let rest?) = waiting.step(ofAtMost: 1024) else {
            Issue.record("nothing was given")
            return
        }
        #expect(rest.count == 2 && rest.allSatisfy { $0.pending == nil && !$0.isInWindow })
        #expect(step(&waiting) == "end")
    }
}
