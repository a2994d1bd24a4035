/// What is left in doubt when all lines have been seen.
extension LogVerifier {
    mutating func settleTrails() {
        for trail in trails.values {
            if !trail.hasEnded { summary.openWriters += 1 }
            summary.unsignedRecords += trail.unsigned
            if let trouble = trail.trouble { settle(trouble, from: trail.next) }
        }
        trails = [:]
    }

    private mutating func settle(_ trouble: WriterTrouble, from next: UInt64) {
        for gap in trouble.gaps { reportMissing(gap) }
        var next = next
        for doubt in trouble.doubts.sorted(by: { $0.sequence < $1.sequence }) {
            if doubt.sequence < next {
                report(.duplicated, doubt.place, "has a number that its writer has used: it was repeated, or put in")
            } else if doubt.sequence == next || trouble.broken.contains(doubt.sequence - 1) {
                report(.edited, doubt.place, "was changed: its hash is not that of its bytes")
            } else {
                report(
                    .removed, doubt.place,
                    "\(Self.records(next...(doubt.sequence - 1))) of its writer are missing before it, or it was changed"
                )
            }
            next = max(next, doubt.sequence + 1)
        }
    }

    private mutating func reportMissing(_ gap: RecordGap) {
        guard let first = gap.missing.min(), let last = gap.missing.max() else { return }
        let range = Self.records(first...(gap.range.count > gap.missing.count ? last : gap.range.upperBound))
        guard let end = gap.truncatedAfter else {
            report(
                .removed, gap.after,
                "\(range) of its writer are missing before it; hence it cannot be checked itself")
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
