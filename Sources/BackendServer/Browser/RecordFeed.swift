package import OperationCatalogue

/// Where the pages get the log's records from.
package protocol RecordFeed: Sendable {
    /// The last records that fit, the latest first.
    func latest(_ count: Int, where fits: @escaping @Sendable (JSONValue) -> Bool) async -> [JSONValue]
    /// The records that fit as they come from now on; `nil` is a sign of life when none have come for a while. It ends when
    /// the server stops.
    func followed(where fits: @escaping @Sendable (JSONValue) -> Bool) -> AsyncStream<JSONValue?>
}

/// Without a log, there is nothing to show.
package struct NoRecords: RecordFeed {
    package init() {}

    package func latest(_ count: Int, where fits: @escaping @Sendable (JSONValue) -> Bool) async -> [JSONValue] { [] }

    package func followed(where fits: @escaping @Sendable (JSONValue) -> Bool) -> AsyncStream<JSONValue?> {
        AsyncStream { $0.finish() }
    }
}
