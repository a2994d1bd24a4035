import OperationCatalogue

/// The writers that have ended, in eight bytes each, so that a record of theirs that comes later is known to be a repetition.
/// Of the last half a million to a million of them; older ones are forgotten.
struct EndedWriters {
    private static let generation = 500_000

    private var recent: Set<UInt64> = []
    private var older: Set<UInt64> = []

    mutating func insert(_ writer: UniqueIdentifier) {
        if recent.count >= Self.generation {
            older = recent
            recent = []
        }
        // The low half of a version 7 UUID is random.
        recent.insert(writer.low ^ writer.high)
    }

    func contains(_ writer: UniqueIdentifier) -> Bool {
        let key = writer.low ^ writer.high
        return recent.contains(key) || older.contains(key)
    }
}
