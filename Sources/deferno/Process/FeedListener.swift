import BackendServer
import OperationCatalogue
import OperationPipeline

/// Somebody who listens to the log. What has come and is not taken yet waits here, up to a bound.
final class FeedListener: Sendable {
    private struct Entry: Sendable {
        let event: FeedEvent
        /// The length of the record's line.
        let bytes: Int
    }

    private let fits: @Sendable (JSONValue) -> Bool
    private let queue: PullQueue<Entry>

    /// One that is further behind, in records or in bytes of their lines, is let go of; a browser comes again by itself.
    static let budget = (records: 1024, bytes: 1_048_576)

    init(where fits: @escaping @Sendable (JSONValue) -> Bool) {
        self.fits = fits
        queue = PullQueue(PullQueue.Budget(count: Self.budget.records, bytes: Self.budget.bytes)) { $0.bytes }
    }

    /// - Parameter bytes: the length of the record's line.
    func offer(_ record: JSONValue, _ mark: FeedMark, bytes: Int) {
        guard fits(record) else { return }
        if !queue.add([Entry(event: .record(record, mark), bytes: bytes)]) { queue.end() }
    }

    /// Says that it is still there, to one that waits.
    func breakSilence() { queue.giveToWaiting(Entry(event: .silence, bytes: 0)) }

    func end() { queue.end() }

    func next() async -> FeedEvent? { await queue.next { _ in 1 }?.first?.event }
}
