import OperationCatalogue
import OperationPipeline
import Synchronization

/// What the reader has read and the pipeline has not asked for yet.
final class SubmissionQueue: Sendable {
    private let state = Mutex(State())
    private let sink: any MessageSink

    fileprivate struct State {
        var waiting: [Submission] = []
        /// Submissions at the front of `waiting` that were handed over already.
        var taken = 0
        var hasEnded = false
        var consumer: CheckedContinuation<[Submission]?, Never>?
    }

    /// Unwritten output beyond which no operation is begun: a client that does not read must not fill the memory.
    static let backlogLimit = 4 << 20

    init(sink: any MessageSink) { self.sink = sink }

    /// The submissions, pulled: up to ``PipelineLimits/pullSize`` at a time, but no two whose payloads can be large.
    var stream: AsyncStream<[Submission]> {
        AsyncStream(unfolding: { await self.next() })
    }

    func add(_ submissions: [Submission]) {
        guard !submissions.isEmpty else { return }
        let handover = state.withLock { state in
            state.waiting += submissions
            return state.consumer.take().map { ($0, state.take()) }
        }
        if let (consumer, submissions) = handover { consumer.resume(returning: submissions) }
    }

    /// Nothing more will come.
    func end() {
        let consumer = state.withLock { state in
            state.hasEnded = true
            return state.consumer.take()
        }
        consumer?.resume(returning: nil)
    }

    /// What nobody has asked for.
    func takeRest() -> [Submission] {
        state.withLock { state in
            defer { state.waiting = [] }
            return Array(state.waiting[state.taken...])
        }
    }

    private func next() async -> [Submission]? {
        // Only while the client is slow; there is nothing to wait on but its reading.
        while sink.backlog > Self.backlogLimit, !sink.isBroken {
            try? await Task.sleep(for: .milliseconds(1))
        }
        return await withCheckedContinuation { continuation in
            let answer: [Submission]?? = state.withLock { state in
                if let submissions = state.take() { return .some(submissions) }
                if state.hasEnded { return .some(nil) }
                state.consumer = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}

extension SubmissionQueue.State {
    fileprivate mutating func take() -> [Submission]? {
        guard taken < waiting.count else { return nil }
        let limit = min(waiting.count, taken + PipelineLimits.pullSize)
        let large = waiting[taken..<limit].firstIndex { submission in
            Catalogue.standard.definition(of: submission.request.operation)?.hasLargeResult == true
        }
        let end = large.map { $0 + 1 } ?? limit
        defer {
            taken = end
            // What has gone must not stay in memory, also where the queue is never empty; moving the rest is paid for by
            // the many that have gone.
            if taken * 2 >= waiting.count {
                waiting.removeFirst(taken)
                taken = 0
            }
        }
        return Array(waiting[taken..<end])
    }
}
