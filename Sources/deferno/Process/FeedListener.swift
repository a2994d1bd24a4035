import BackendServer
import OperationCatalogue
import Synchronization

/// Somebody who listens to the log. What has come and is not taken yet waits here, up to a bound.
final class FeedListener: Sendable {
    private let fits: @Sendable (JSONValue) -> Bool
    private let state = Mutex(State())

    private struct State {
        var waiting: [FeedEvent] = []
        var consumer: CheckedContinuation<FeedEvent?, Never>?
        var hasEnded = false
    }

    /// One that is further behind is let go of; a browser comes again by itself.
    private static let most = 1024

    init(where fits: @escaping @Sendable (JSONValue) -> Bool) { self.fits = fits }

    func offer(_ record: JSONValue, _ mark: FeedMark) {
        guard fits(record) else { return }
        let consumer = state.withLock { state -> CheckedContinuation<FeedEvent?, Never>? in
            if let consumer = state.consumer.take() { return consumer }
            if state.waiting.count >= Self.most { state.hasEnded = true }
            if !state.hasEnded { state.waiting.append(.record(record, mark)) }
            return nil
        }
        consumer?.resume(returning: .record(record, mark))
    }

    /// Says that it is still there, to one that waits.
    func breakSilence() {
        state.withLock { $0.consumer.take() }?.resume(returning: .silence)
    }

    func end() {
        let consumer = state.withLock { state in
            state.hasEnded = true
            return state.consumer.take()
        }
        consumer?.resume(returning: nil)
    }

    func next() async -> FeedEvent? {
        await withCheckedContinuation { continuation in
            let ready: FeedEvent?? = state.withLock { state in
                if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
                if state.hasEnded { return .some(nil) }
                state.consumer = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
