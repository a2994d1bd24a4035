import OperationCatalogue

/// How far the records of one writer have been followed.
struct WriterTrail {
    /// The number that its next record must have.
    var next: UInt64 = 0
    /// The hash of its last record; `nil` before the first.
    var last: RecordDigest?
    /// The hash of the one before that.
    var beforeLast: RecordDigest?
    /// Where its last record stands.
    var place: LinePlace
    var key = Key.unknown
    /// Records since the last checkpoint with a good signature.
    var unsigned: UInt64 = 0
    var hasEnded = false
    /// Only where something is not in order.
    var trouble: WriterTrouble?

    /// The key of its signatures.
    enum Key: Equatable {
        /// Its header is missing, or not to be trusted.
        case unknown
        case none
        /// The position among the keys that were met.
        case known(Int)
    }

    init(place: LinePlace) { self.place = place }

    /// Of a writer whose first records are not there: they may have stood anywhere in the segment before.
    init(unseenBefore place: LinePlace) { self.place = LinePlace(segment: place.segment, line: 0) }

    mutating func advance(to sequence: UInt64, _ hash: RecordDigest, at place: LinePlace) {
        next = sequence + 1
        beforeLast = last
        last = hash
        unsigned += 1
        self.place = place
    }
}

/// What is not in order in the records of one writer, until it is clear what was done to them.
final class WriterTrouble {
    /// Records that their hashes do not bind to what came before.
    var doubts: [DoubtfulRecord] = []
    var gaps: [RecordGap] = []
    /// Lines that can no longer be read as records, but still say which they were, by their numbers.
    var broken: [UInt64: LinePlace] = [:]

    /// A number among missing ones, whose record then stands in the wrong place.
    ///
    /// - Returns: the hash that it must be bound to, where that is known; `nil` where nothing is missing there.
    func takeMissing(_ sequence: UInt64) -> (predecessor: RecordDigest?, gap: Int)? {
        guard let index = gaps.firstIndex(where: { $0.missing.contains(sequence) }) else { return nil }
        return (sequence == gaps[index].missing.min() ? gaps[index].predecessor : nil, index)
    }
}

/// A record that its hash does not bind to what came before: it was changed, or what came before was.
struct DoubtfulRecord {
    let place: LinePlace
    let record: SealedRecord
    let writer: UniqueIdentifier
    /// What its hash would have to be after its writer's record before; that is what it was, if only the hash was changed.
    let computed: RecordDigest?
    /// Its line, kept to be looked at again once the records before it have come; `nil` where there are too many.
    let line: [UInt8]?
    /// Lines before it that no longer say whose they were.
    let unknown: [LinePlace]

    var sequence: UInt64 { record.head.sequence }
    var candidates: [RecordDigest] { [record.hash] + (computed.map { [$0] } ?? []) }
}

/// Numbers of a writer that have not been seen.
struct RecordGap {
    /// At most ``limit`` of them one by one.
    var missing: Set<UInt64>
    let range: ClosedRange<UInt64>
    /// The hash of the record before the first.
    var predecessor: RecordDigest?
    /// The record after them.
    let after: LinePlace
    /// Lines that may have been these records, should it turn out that they were changed and not torn: those that say which,
    /// and those that do not.
    let broken: [UInt64: LinePlace]
    let unknown: [LinePlace]
    /// The record before them, where they are missing at the end of its file.
    var truncatedAfter: LinePlace?

    static let limit: UInt64 = 100_000

    init(
        _ range: ClosedRange<UInt64>, of trail: WriterTrail, after: LinePlace, unknown: [LinePlace]
    ) {
        self.range = range
        self.after = after
        self.unknown = unknown
        missing = Set(range.prefix(Int(Self.limit)))
        predecessor = trail.last
        broken = trail.trouble?.broken.filter { range.contains($0.key) } ?? [:]
    }
}

/// A line that no writer's trail takes: a record that came after it may be bound to it.
struct StrayLine {
    let place: LinePlace
    /// The hashes that it may have had.
    let candidates: [RecordDigest]
    /// Whose record it says to be.
    let writer: UniqueIdentifier?
}
