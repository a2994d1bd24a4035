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
        /// The length of the lines of those that wait.
        var bytes = 0
        var hasEnded = false
    }

    /// One that is further behind, in records or in bytes of their lines, is let go of; a browser comes again by itself.
    private static let most = 1024
    private static let mostBytes = 1_048_576

    init(where fits: @escaping @Sendable (JSONValue) -> Bool) { self.fits = fits }

    /// - Parameter bytes: the length of the record's line.
    func offer(_ record: JSONValue, _ mark: FeedMark, bytes: Int) {
        guard fits(record) else { return }
        let consumer = state.withLock { state -> CheckedContinuation<FeedEvent?, Never>? in
            if let consumer = state.consumer.take() { return consumer }
            if state.waiting.count >= Self.most || state.bytes >= Self.mostBytes { state.hasEnded = true }
            if !state.hasEnded {
                state.waiting.append(.record(record, mark))
                state.bytes += bytes
            }
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
                if !state.waiting.isEmpty {
                    // What waits goes out without a pause: bytes are counted anew when all has gone.
                    if state.waiting.count == 1 { state.bytes = 0 }
                    return .some(state.waiting.removeFirst())
                }
                if state.hasEnded { return .some(nil) }
                state.consumer = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
