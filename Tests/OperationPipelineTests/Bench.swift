import OperationCatalogue
import OperationPipeline
import Synchronization

/// One run of a pipeline under test: makes submissions, and keeps every reply.
final class Bench: Sendable {
    let journal = Journal()
    let shutdown = Shutdown()
    let caller = Caller(door: .batch, user: "tester")
    private let conclusions = Mutex<[String: [Conclusion]]>([:])

    /// All the replies that an operation got.
    func replies(_ name: String) -> [Conclusion] { conclusions.withLock { $0[name] ?? [] } }
    /// The result of the first reply.
    func result(_ name: String) -> OperationResult? { replies(name).first?.outcome.result }
    func code(_ name: String) -> ErrorCode? { result(name)?.code }
    var answeredOnce: Int { conclusions.withLock { $0.values.count { $0.count == 1 } } }
    var replyCount: Int { conclusions.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    func submission(
        _ operation: String,
        _ arguments: JSONObject = [:],
        id: String,
        key: String? = nil,
        in sequence: Submission.Sequence? = nil,
        scope: FailureScope? = nil
    ) -> Submission {
        let request = OperationRequest(operation, arguments, id: id, key: key.map { RequestKey($0) }, caller: caller)
        return Submission(request, sequence: sequence, scope: scope) { conclusion in
            self.journal.note(.reply(id))
            self.conclusions.withLock { $0[id, default: []].append(conclusion) }
        }
    }

    func write(_ id: String, in sequence: Submission.Sequence? = nil, scope: FailureScope? = nil) -> Submission {
        submission("create_task", ["title": "Buy milk"], id: id, in: sequence, scope: scope)
    }

    func read(_ id: String, in sequence: Submission.Sequence? = nil, scope: FailureScope? = nil) -> Submission {
        submission("whoami", id: id, in: sequence, scope: scope)
    }

    func bad(_ id: String, in sequence: Submission.Sequence? = nil, scope: FailureScope? = nil) -> Submission {
        submission("create_task", ["titel": "Buy milk"], id: id, in: sequence, scope: scope)
    }

    /// Carries the arrays through a pipeline, and returns when it returns.
    @discardableResult
    func run(
        _ arrays: [[Submission]],
        on backend: any Backend,
        recorder: JournalRecorder? = nil,
        policy: AdmissionPolicy = AdmissionPolicy(),
        limits: PipelineLimits = PipelineLimits()
    ) async -> JournalRecorder {
        await run(Source(arrays).stream, on: backend, recorder: recorder, policy: policy, limits: limits)
    }

    @discardableResult
    func run(
        _ source: AsyncStream<[Submission]>,
        on backend: any Backend,
        recorder: JournalRecorder? = nil,
        policy: AdmissionPolicy = AdmissionPolicy(),
        limits: PipelineLimits = PipelineLimits(),
        afterReplies: @escaping @Sendable () -> Void = {}
    ) async -> JournalRecorder {
        let recorder = recorder ?? JournalRecorder(journal: journal)
        let pipeline = Pipeline(policy: policy, recorder: recorder, backend: backend, limits: limits)
        await pipeline.run(source, until: shutdown, afterReplies: afterReplies)
        return recorder
    }
}

/// A source that counts what it was asked for and what it has handed over.
final class Source: Sendable {
    private let arrays: Mutex<ArraySlice<[Submission]>>
    private let counts = Mutex((pulls: 0, submissions: 0))

    init(_ arrays: [[Submission]]) {
        self.arrays = Mutex(arrays[...])
    }

    var pulls: Int { counts.withLock { $0.pulls } }
    var handedOver: Int { counts.withLock { $0.submissions } }

    var stream: AsyncStream<[Submission]> {
        AsyncStream(unfolding: {
            let next = self.arrays.withLock { $0.popFirst() }
            if let next {
                self.counts.withLock { counts in
                    counts.pulls += 1
                    counts.submissions += next.count
                }
            }
            return next
        })
    }
}

extension Array {
    /// The elements in arrays of random sizes up to 256.
    func cut(using generator: inout some RandomNumberGenerator) -> [[Element]] {
        var rest = self[...]
        var pieces: [[Element]] = []
        while !rest.isEmpty {
            let size = Int.random(in: 1...256, using: &generator)
            pieces.append(Array<Element>(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}
