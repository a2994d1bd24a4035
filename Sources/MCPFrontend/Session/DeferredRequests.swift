/// Requests that came while very many were under way: kept as they came, which costs a small part of what one under way does,
/// so that a ping, a cancellation or the end behind them is heard at once.
struct DeferredRequests: ~Copyable {
    private var entries: [Entry] = []
    /// Entries at the front that have gone already.
    private var taken = 0
    private(set) var bytes = 0

    private struct Entry {
        /// `nil` for several messages in one array.
        let id: RequestID?
        /// Empty for one that was taken back.
        var line: [UInt8]
    }

    /// Beyond so many bytes nothing more is kept.
    private let limit: Int
    static let usualLimit = 32 << 20
    /// What an entry takes beside its line, in bytes.
    private static let overhead = 96

    var isEmpty: Bool { taken == entries.count }
    var isFull: Bool { bytes >= limit }

    init(limit: Int = DeferredRequests.usualLimit) { self.limit = limit }

    /// How long reading is to wait before the next portion, in nanoseconds: nothing up to a sixteenth of the limit, and then by the
    /// square of what waits up to two seconds, so that requests come little faster than they are served, and yet a ping behind
    /// them is heard soon.
    var pause: UInt64 {
        let fill = min(1, Double(bytes) / Double(limit))
        return fill < 1.0 / 16 ? 0 : UInt64(fill * fill * 2e9)
    }

    mutating func append(_ line: Span<UInt8>, id: RequestID?) {
        let entry = Entry(id: id, line: line.withUnsafeBufferPointer { Array($0) })
        entries.append(entry)
        bytes += entry.line.count + Self.overhead
    }

    /// The first line that waits.
    mutating func next() -> [UInt8]? {
        while taken < entries.count {
            let line = entries[taken].line
            entries[taken].line = []
            taken += 1
            bytes -= line.count + Self.overhead
            if taken * 2 >= entries.count {
                entries.removeFirst(taken)
                taken = 0
            }
            if !line.isEmpty { return line }
        }
        return nil
    }

    /// Takes a request back, of which nothing more is said.
    ///
    /// - Returns: whether it waits here.
    mutating func remove(_ id: RequestID) -> Bool {
        guard let index = entries[taken...].firstIndex(where: { $0.id == id && !$0.line.isEmpty }) else { return false }
        bytes -= entries[index].line.count
        entries[index].line = []
        return true
    }
}
