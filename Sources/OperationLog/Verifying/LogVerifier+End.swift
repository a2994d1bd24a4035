/// What is left in doubt when all lines have been seen.
extension LogVerifier {
    mutating func settleTrails() {
        for trail in trails.values {
            if !trail.hasEnded { summary.openWriters += 1 }
            summary.unsignedRecords += trail.unsigned
            if let trouble = trail.trouble { settle(trouble, of: trail) }
        }
        trails = [:]
    }

    private mutating func settle(_ trouble: WriterTrouble, of trail: WriterTrail) {
        for gap in trouble.gaps { reportMissing(gap) }
        var next = trail.next
        var isBehindDoubt = false
        for doubt in trouble.doubts.sorted(by: { $0.sequence < $1.sequence }) {
            if doubt.sequence < next {
                report(.duplicated, doubt.place, "has a number that its writer has used: it was repeated, or put in")
                continue
            }
            if doubt.sequence == next {
                report(
                    .edited, doubt.place,
                    isBehindDoubt
                        ? "was changed, or what it is bound to was" : "was changed: its hash is not that of its bytes")
            } else {
                let missing = next...(doubt.sequence - 1)
                reportMissing(
                    RecordGap(missing, of: trail, after: doubt.place, unknown: doubt.unknown),
                    orElse: ", or it was changed")
            }
            next = doubt.sequence + 1
            isBehindDoubt = true
        }
    }

    /// - Parameter alternative: what else may have happened.
    private mutating func reportMissing(
        _ gap: RecordGap, orElse alternative: String = "; hence it cannot be checked itself"
    ) {
        var missing = gap.missing
        for (sequence, place) in gap.broken where edited.contains(place) { missing.remove(sequence) }
        guard missing.count > gap.unknown.count(where: { edited.contains($0) }), let first = missing.min(),
            let last = missing.max()
        else { return }
        let isListed = gap.range.count <= Int(RecordGap.limit)
        let range = Self.records(first...(isListed ? last : gap.range.upperBound))
        guard let end = gap.truncatedAfter else {
            report(.removed, gap.after, "\(range) of its writer are missing before it\(alternative)")
            return
        }
        report(
            .truncated, end,
            "\(range) of its writer are missing after it: the end of the file was cut off, or a file is missing")
    }

    private static func records(_ range: ClosedRange<UInt64>) -> String {
        range.count == 1 ? "record \(range.lowerBound)" : "records \(range.lowerBound) to \(range.upperBound)"
    }
}
