import OperationCatalogue
import OperationPipeline
import Synchronization

/// What the reader has read and the pipeline has not asked for yet.
final class SubmissionQueue: Sendable {
    private let state = Mutex(State())
    private let sink: any MessageSink

    /// The last moment at which operations could not begin, since the client was still reading earlier replies; `nil` where
    /// that never was.
    var lastHeldUp: ContinuousClock.Instant? { state.withLock { $0.lastHeldUp } }

    fileprivate struct State {
        var waiting: [Submission] = []
        /// Submissions at the front of `waiting` that were handed over already.
        var taken = 0
        var hasEnded = false
        var lastHeldUp: ContinuousClock.Instant?
        var consumer: CheckedContinuation<[Submission]?, Never>?
        /// The length of a reply as the last ones were, in bytes: the longest, forgotten bit by bit.
        var replySize = firstReplySize
    }

    /// What a reply is taken for before there was one: so the first operations come a few at a time.
    private static let firstReplySize = backlogLimit / 16

    /// Unwritten output beyond which no operation is begun: a client that does not read must not fill the memory.
    static let backlogLimit = 4 << 20

    init(sink: any MessageSink) { self.sink = sink }

    /// The submissions, pulled: up to ``PipelineLimits/pullSize`` at a time, as many as the output has room for by the length
    /// of the last replies, and no two whose payloads grow with the number of tasks.
    var stream: AsyncStream<[Submission]> {
        AsyncStream(unfolding: { await self.next() })
    }

    /// Takes note of how long a reply was, in bytes.
    func noteReply(of size: Int) {
        state.withLock { $0.replySize = max(size, $0.replySize - $0.replySize / 8) }
    }

    func add(_ submissions: [Submission]) {
        guard !submissions.isEmpty else { return }
        let room = self.room
        let handover = state.withLock { state in
            state.waiting += submissions
            return state.consumer.take().map { ($0, state.take(room)) }
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
            defer { (state.waiting, state.taken) = ([], 0) }
            return Array(state.waiting[state.taken...])
        }
    }

    /// The bytes that the output has room for.
    private var room: Int { max(0, Self.backlogLimit - sink.backlog) }

    private func next() async -> [Submission]? {
        // Only while the client is slow; there is nothing to wait on but its reading.
        while sink.backlog > Self.backlogLimit, !sink.isBroken {
            let taken = sink.taken
            try? await Task.sleep(for: .milliseconds(1))
            if sink.taken != taken { state.withLock { $0.lastHeldUp = .now } }
        }
        let room = self.room
        return await withCheckedContinuation { continuation in
            let answer: [Submission]?? = state.withLock { state in
                if let submissions = state.take(room) { return .some(submissions) }
                if state.hasEnded { return .some(nil) }
                state.consumer = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}

extension SubmissionQueue.State {
    fileprivate mutating func take(_ room: Int) -> [Submission]? {
        guard taken < waiting.count else { return nil }
        let count = min(max(1, room / max(1, replySize)), PipelineLimits.pullSize)
        let limit = min(waiting.count, taken + count)
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
