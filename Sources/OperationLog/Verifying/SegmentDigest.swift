import Crypto

/// The SHA-256 of what a segment holds, up to one byte or another that something else names.
struct SegmentDigest {
    private var sum = SHA256()
    /// How many bytes have come.
    private(set) var count: Int64 = 0
    /// Where the digest is wanted and has not been reached, ascending.
    private var cuts: ArraySlice<Int64>
    private var digests: [Int64: RecordDigest] = [:]

    /// - Parameter cuts: up to how many bytes digests are wanted. Beyond the last nothing is worked out.
    init(_ cuts: [Int64] = []) {
        self.cuts = Set(cuts).filter { $0 > 0 }.sorted()[...]
    }

    mutating func add(_ line: LogLine) {
        add(line.bytes)
        // What stands behind a line that is too long is not known; that it stands there is a fault itself.
        if line.isTooLong { cuts = [] }
        if line.isEnded { withUnsafeBytes(of: UInt8(ascii: "\n")) { add($0) } }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while let cut = cuts.first {
            guard cut <= count + Int64(rest.count) else {
                sum.update(bufferPointer: rest)
                break
            }
            let part = UnsafeRawBufferPointer(rebasing: rest[..<Int(cut - count)])
            sum.update(bufferPointer: part)
            digests[cut] = RecordDigest(sum.finalize())
            count = cut
            rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
            cuts.removeFirst()
        }
        count += Int64(rest.count)
    }

    /// The digest of so many bytes, where it was asked for and there are so many.
    func digest(of bytes: Int64) -> RecordDigest? { digests[bytes] }
}
