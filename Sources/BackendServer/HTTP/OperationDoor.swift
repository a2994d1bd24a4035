import OperationCatalogue
import OperationPipeline
import Synchronization

/// The way from a request into the pipeline and back: what is submitted waits here until the pipeline pulls it.
///
/// No more can wait than there are connections, each of which has one request under way.
final class OperationDoor: Sendable {
    private struct State {
        var waiting: [Submission] = []
        var consumer: CheckedContinuation<[Submission]?, Never>?
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// What has been submitted, for the pipeline to pull.
    var submissions: AsyncStream<[Submission]> {
        AsyncStream(unfolding: { await self.next() })
    }

    /// Submits a request and waits for its outcome.
    func carryOut(_ request: OperationRequest) async -> OperationResult {
        await withCheckedContinuation { continuation in
            add(Submission(request) { continuation.resume(returning: $0.outcome.result) })
        }
    }

    /// Takes no more requests: those that come later are refused.
    func close() {
        let consumer = state.withLock { state in
            state.hasEnded = true
            return state.consumer.take()
        }
        consumer?.resume(returning: nil)
    }

    private func add(_ submission: Submission) {
        let (consumer, isRefused) = state.withLock { state -> (CheckedContinuation<[Submission]?, Never>?, Bool) in
            if state.hasEnded { return (nil, true) }
            if let consumer = state.consumer.take() { return (consumer, false) }
            state.waiting.append(submission)
            return (nil, false)
        }
        if isRefused { submission.refuseAtShutdown() }
        consumer?.resume(returning: [submission])
    }

    private func next() async -> [Submission]? {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Submission]?? in
                if !state.waiting.isEmpty {
                    let ready = Array(state.waiting.prefix(PipelineLimits.pullSize))
                    state.waiting.removeFirst(ready.count)
                    return .some(ready)
                }
                if state.hasEnded { return .some(nil) }
                state.consumer = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
