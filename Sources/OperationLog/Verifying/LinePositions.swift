/// Where the last lines of a segment stand, so that a header can be held against what it says stood before it.
///
/// A bounded number of lines is kept: other writers' records come between a header's look and its writing, but it holds the lock
/// that all header writers share for less than a millisecond.
struct LinePositions {
    struct Entry {
        /// Where the line begins in the segment, in bytes.
        let offset: Int64
        /// What stands in it as its hash; `nil` where it is no record.
        let hash: RecordDigest?
        /// From 1.
        let line: Int
        /// Empty lines of the segment up to here.
        let emptyLines: Int
    }

    /// At least so many of the last lines are kept, once there are more, and at most twice as many.
    static let limit = 16_384

    private var entries: [Entry] = []
    /// Whether lines of the segment have been let go of.
    private var isCut = false

    mutating func add(_ entry: Entry) {
        if entries.count == 2 * Self.limit {
            entries.removeFirst(Self.limit)
            isCut = true
        }
        entries.append(entry)
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        isCut = false
    }

    /// The line that begins at an offset.
    func entry(at offset: Int64) -> Entry? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].offset == offset ? entries[low] : nil
    }

    /// The last record with a hash.
    func entry(with hash: RecordDigest) -> Entry? { entries.last { $0.hash == hash } }

    /// Whether a line at this offset may have been let go of.
    func hasForgotten(_ offset: Int64) -> Bool { isCut && offset < (entries.first?.offset ?? .max) }
}
