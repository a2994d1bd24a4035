package import OperationCatalogue

/// A door for requests that are asked one by one, such as those over HTTP: each waits here until the pipeline pulls it, and whoever
/// asked waits until it has ended.
///
/// It takes in whatever comes: how many wait is for whoever asks to bound.
package final class RequestDoor: Sendable {
    private let queue = PullQueue<Submission>()

    package init() {}

    /// What has been asked for, for one pipeline.
    package var submissions: AsyncStream<[Submission]> { queue.stream }

    /// Submits a request and waits for its outcome. After ``close()`` that is ``ErrorCode/cancelled``.
    package func carryOut(_ request: OperationRequest) async -> OperationResult {
        await withCheckedContinuation { continuation in
            let submission = Submission(request) { continuation.resume(returning: $0.outcome.result) }
            if !queue.add([submission]) { submission.refuseAtShutdown() }
        }
    }

    /// Takes no more requests: those that come later are refused. Those that wait are still pulled, and then the stream ends.
    package func close() { queue.end() }
}
