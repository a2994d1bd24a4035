package import OperationCatalogue

/// Where the pages get the log's records from.
package protocol RecordFeed: Sendable {
    /// The last records of an account that fit, the latest first, and how far the feed has come: what follows them comes after
    /// that. What others do meanwhile takes none of them away.
    func latest(
        _ count: Int, of account: UniqueIdentifier, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) async -> (records: [JSONValue], mark: FeedMark?)
    /// The records that fit as they come. It ends when the server stops, or the listener is too slow.
    ///
    /// - Parameter mark: begins with what has come since then, as far as that is still known; `nil` for now.
    func followed(after mark: FeedMark?, where fits: @escaping @Sendable (JSONValue) -> Bool) -> AsyncStream<FeedEvent>
}

/// What a ``RecordFeed`` hands on.
package enum FeedEvent: Sendable {
    case record(JSONValue, FeedMark)
    /// A sign of life when nothing has come for a while.
    case silence
}

/// A place in the feed of one server's run: how many records it has seen.
package struct FeedMark: Hashable, Sendable, Comparable {
    package let count: Int

    package init(count: Int) { self.count = count }

    package static func < (left: FeedMark, right: FeedMark) -> Bool { left.count < right.count }
}

/// Without a log, there is nothing to show.
package struct NoRecords: RecordFeed {
    package init() {}

    package func latest(
        _ count: Int, of account: UniqueIdentifier, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) async -> (records: [JSONValue], mark: FeedMark?) { ([], nil) }

    package func followed(
        after mark: FeedMark?, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) -> AsyncStream<FeedEvent> {
        AsyncStream { $0.finish() }
    }
}
