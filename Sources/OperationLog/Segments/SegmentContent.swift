import Glibc

/// Whether a segment holds more than what a log keeps of itself. One that does not is not finished: it would take the place of
/// one that does, where only so many are kept.
struct SegmentContent {
    /// The UTC date of the first record of an operation or a request, `2026-11-30`; empty where it cannot be read, `nil` where
    /// there is none.
    private(set) var day: String?
    /// Up to where there is none.
    private var searched: Int64 = 0

    private static let kindsOfLog: Set<RecordKind> = [.header, .checkpoint, .recovered, .removed]

    /// Looks through what has come since the last look, up to the first such record.
    ///
    /// - Parameter descriptor: the segment, open for reading; where there is none, it is taken to hold one.
    /// - Returns: whether there is one.
    mutating func look(in descriptor: CInt?, size: Int64) -> Bool {
        guard day == nil else { return true }
        guard let descriptor else { return true }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while searched < size, day == nil {
            let count = pread(descriptor, &buffer, Int(min(Int64(buffer.count), size - searched)), off_t(searched))
            guard count > 0 else { break }
            let passed = buffer.withUnsafeBytes { search(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            // A line that is longer than that is no header.
            if passed == 0, count == buffer.count { day = "" }
            guard passed > 0 else { break }
            searched += Int64(passed)
        }
        return day != nil
    }

    /// - Returns: how many bytes hold none.
    private mutating func search(_ bytes: UnsafeRawBufferPointer) -> Int {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if !line.isEmpty, RecordHead(line).map({ !Self.kindsOfLog.contains($0.kind) }) ?? true {
                day = String(LogSegment.time(in: [UInt8](line.prefix(96))).prefix(10))
                return start
            }
            start = end + 1
        }
        return start
    }
}
