import Glibc

/// How much each process may still append to a segment with blocks that have been kept: a lock on as many bytes far beyond any
/// content, which is gone with its process, however that ends. Claims are made and added up under ``SegmentLock/takeRoom``;
/// they are lowered without it, after the bytes that they stood for have been appended.
///
/// Where a file system has no locks, nobody knows of the others' claims.
struct SegmentClaims {
    /// Where nothing is claimed.
    static let none: Range<off_t> = space.lowerBound..<space.lowerBound
    /// Below the bytes of ``SegmentLock``.
    private static let space: Range<off_t> = 1 << 61..<1 << 62

    /// In the order of their places, which do not overlap.
    private let ranges: [Range<off_t>]

    /// In bytes.
    var total: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

    /// What all others claim.
    ///
    /// - Parameter descriptor: the segment, open for writing.
    static func ofOthers(_ descriptor: CInt) -> SegmentClaims {
        var (found, unseen): ([Range<off_t>], [Range<off_t>]) = ([], [space])
        while let range = unseen.popLast() {
            guard let claim = SegmentLock.foreignLock(in: range, descriptor) else { continue }
            found.append(claim)
            unseen += [range.lowerBound..<claim.lowerBound, claim.upperBound..<range.upperBound].filter { !$0.isEmpty }
        }
        return SegmentClaims(ranges: found.sorted { $0.lowerBound < $1.lowerBound })
    }

    /// Claims so many bytes in place of an earlier claim of this process.
    func move(_ claim: Range<off_t>, to count: Int64, _ descriptor: CInt) -> Range<off_t> {
        if !claim.isEmpty { SegmentLock.release(claim, descriptor) }
        guard count > 0 else { return Self.none }
        var start = Self.space.lowerBound
        for other in ranges {
            if other.lowerBound - start >= off_t(count) { break }
            start = other.upperBound
        }
        let claim = start..<start + off_t(count)
        SegmentLock.take(claim, descriptor)
        return claim
    }

    static func lower(_ claim: Range<off_t>, by bytes: Int64, _ descriptor: CInt) -> Range<off_t> {
        let end = min(claim.lowerBound + off_t(bytes), claim.upperBound)
        if claim.lowerBound < end { SegmentLock.release(claim.lowerBound..<end, descriptor) }
        return end..<claim.upperBound
    }
}
