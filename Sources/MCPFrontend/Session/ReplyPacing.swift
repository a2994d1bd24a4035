import OperationCatalogue
import OperationPipeline
import Synchronization

/// Hands operations over no faster than the client reads the replies: as many at a time as the output has room for.
final class ReplyPacing: Sendable {
    private let sink: any MessageSink
    private let state = Mutex(State())

    private struct State {
        /// The length of a reply as the last ones were, in bytes: the longest, forgotten bit by bit.
        var replySize = firstReplySize
        var lastHeldUp: ContinuousClock.Instant?
    }

    /// Unwritten output beyond which no operation is begun: a client that does not read must not fill the memory. In bytes.
    static let backlogLimit = 4 << 20
    /// What a reply is taken for before there was one: so the first operations come a few at a time.
    private static let firstReplySize = backlogLimit / 16

    init(sink: any MessageSink) { self.sink = sink }

    /// Takes note of how long a reply was, in bytes.
    func noteReply(of size: Int) {
        state.withLock { $0.replySize = max(size, $0.replySize - $0.replySize / 8) }
    }

    /// The last moment at which operations could not begin, since the client was still reading earlier replies; `nil` where
    /// that never was.
    var lastHeldUp: ContinuousClock.Instant? { state.withLock { $0.lastHeldUp } }

    /// What waits in a queue, pulled: up to ``PipelineLimits/pullSize`` at a time, as many as the output has room for by the length
    /// of the last replies, and no two whose payloads grow with the number of tasks.
    func stream(of queue: PullQueue<Submission>) -> AsyncStream<[Submission]> {
        AsyncStream(unfolding: {
            await self.outputHasRoom()
            return await queue.next { self.portion(of: $0) }
        })
    }

    private func portion(of waiting: ArraySlice<Submission>) -> Int {
        let room = max(0, Self.backlogLimit - sink.backlog)
        let size = max(1, state.withLock { $0.replySize })
        let portion = waiting.prefix(min(max(1, room / size), PipelineLimits.pullSize))
        let large = portion.firstIndex { submission in
            Catalogue.standard.definition(of: submission.request.operation)?.hasLargeResult == true
        }
        return large.map { $0 + 1 - portion.startIndex } ?? portion.count
    }

    private func outputHasRoom() async {
        // Only while the client is slow; there is nothing to wait on but its reading.
        while sink.backlog > Self.backlogLimit, !sink.isBroken {
            let taken = sink.taken
            try? await Task.sleep(for: .milliseconds(1))
            if sink.taken != taken { state.withLock { $0.lastHeldUp = .now } }
        }
    }
}
