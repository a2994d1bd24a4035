import OperationCatalogue
import Synchronization

/// What a source gives until the shutdown begins: that ends it even while the source is still waiting for input.
///
/// Submissions that the source hands over after that are answered with ``ErrorCode/cancelled`` and go no further. One call of
/// ``next()`` at a time.
struct AcceptedSubmissions: Sendable {
    private let upstream: PulledIterator<[Submission]>
    private let shutdown: Shutdown

    init(of source: AsyncStream<[Submission]>, until shutdown: Shutdown) {
        upstream = PulledIterator(source)
        self.shutdown = shutdown
    }

    func next() async -> [Submission]? {
        if shutdown.hasBegun { return nil }
        return await withCheckedContinuation { continuation in
            let race = PullRace(continuation)
            let registration = shutdown.onBegin { race.end(with: nil) }
            Task {
                let submissions = await upstream.next()
                shutdown.forget(registration)
                if !race.end(with: submissions) { submissions?.forEach { $0.refuseAtShutdown() } }
            }
        }
    }
}

/// The first of two to answer a pull: the source or the shutdown.
private final class PullRace: Sendable {
    private let continuation: Mutex<CheckedContinuation<[Submission]?, Never>?>

    init(_ continuation: CheckedContinuation<[Submission]?, Never>) {
        self.continuation = Mutex(continuation)
    }

    /// Whether this call was the first.
    @discardableResult
    func end(with submissions: [Submission]?) -> Bool {
        let continuation = continuation.withLock { $0.take() }
        continuation?.resume(returning: submissions)
        return continuation != nil
    }
}

extension Submission {
    /// Answers a submission that came too late: nothing of it is begun or recorded.
    package func refuseAtShutdown() {
        let error = OperationError(.cancelled, "not accepted, since the process is stopping")
        reply(
            Conclusion(
                id: .version7(),
                outcome: Outcome(result: .skipped(error), nanoseconds: 0),
                recording: .notAccepted
            )
        )
    }
}
