/// What headers say of what stood before them, whoever wrote that: so it shows where all records of a writer were taken out (the
/// article <doc:Verifying>).
extension LogVerifier {
    /// Something that a header does not find as it was. It counts only where no other finding explains it: an edited line need not
    /// be told twice.
    struct Mismatch {
        let kind: LogFinding.Kind
        let place: LinePlace
        /// The lines in which something must have happened.
        let first: LinePlace
        let last: LinePlace
        let message: String
    }

    /// Up to where a segment was found as a header says.
    struct BoundLine {
        var line = 0
        var emptyLines = 0
        /// By how many bytes lines stand elsewhere than they did, from here on.
        var shift: Int64 = 0
        /// Whether something has been missed since, so that lines may stand elsewhere.
        var isLost = false
    }

    /// So many empty lines may stand between two bound lines: writers leave one where they cannot tell whether another has ended
    /// its line, and the shortest writer's records are longer than so many.
    static let emptyLineLimit = 128

    /// Holds a header whose own hash was found good against what stands before it.
    mutating func checkBinding(of record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace) {
        guard record.head.kind == .header, record.head.version > 2 else { return }
        switch (HeaderMembers.binding(in: body), hasRecords) {
        case (.after(let offset, let hash)?, true): checkLine(at: offset, hash, before: place)
        case (.after?, false):
            bound.isLost = true
            mismatch(
                .removed, place, from: 1, "records are missing before it: it says that others stood before it here")
        case (.segment(let bytes, let digest)?, false): checkSegment(bytes, digest, before: place)
        case (.segment?, true):
            mismatch(
                .edited, place, from: 1,
                "begins the file, as it says, but others stand before it: they were put in")
        case (nil, true): summary.unboundWriters += 1
        case (nil, false): if segments.count > 1 { summary.unboundSegments += 1 }
        }
    }

    // MARK: Within a segment

    private mutating func checkLine(at offset: Int64, _ hash: RecordDigest, before place: LinePlace) {
        if let entry = positions.entry(at: offset + bound.shift) {
            guard entry.hash == hash else {
                bound.isLost = true
                mismatch(
                    .removed, place, from: bound.line,
                    "records are missing before it: another stood where \(name(of: at(entry.line))) stands")
                return
            }
            advanceBound(to: entry, before: place)
        } else if let entry = positions.entry(with: hash) {
            let shift = entry.offset - offset
            let moved = shift - bound.shift
            let what = moved < 0 ? "\(-moved) bytes are missing" : "\(moved) bytes were put in"
            if !bound.isLost {
                mismatch(
                    moved < 0 ? .removed : .edited, place, from: bound.line, upTo: entry.line,
                    "\(what) before it: \(name(of: at(entry.line))) stood elsewhere when it was written")
            }
            bound.shift = shift
            advanceBound(to: entry, before: place)
        } else if positions.hasForgotten(offset + bound.shift) {
            summary.unboundWriters += 1
        } else {
            bound.isLost = true
            mismatch(
                .removed, place, from: bound.line,
                "records are missing before it: the one that stood last before it is not here")
        }
    }

    private mutating func advanceBound(to entry: LinePositions.Entry, before place: LinePlace) {
        guard entry.line > bound.line else { return }
        let empty = entry.emptyLines - bound.emptyLines
        if empty > Self.emptyLineLimit {
            report(
                .removed, place,
                "\(empty) empty lines stand before it, more than writers leave: they may be in the place of records")
        }
        (bound.line, bound.emptyLines, bound.isLost) = (entry.line, entry.emptyLines, false)
    }

    private func at(_ line: Int) -> LinePlace { LinePlace(segment: Int32(segments.count - 1), line: line) }

    // MARK: The segment before

    private mutating func checkSegment(_ bytes: Int64, _ digest: RecordDigest, before place: LinePlace) {
        if let expected, expected.bytes == bytes, expected.digest == digest { summary.isHeadBound = true }
        guard let before = segmentBefore else {
            if segments.count == 1 { summary.unseenSegmentBytes = bytes }
            return
        }
        guard bytes <= before.digest.count else {
            mismatch(
                .truncated, before.last, from: before.last,
                "the file had \(bytes) bytes when the next one was begun, and has \(before.digest.count)")
            return
        }
        guard let found = before.digest.digest(of: bytes) else {
            summary.unboundSegments += 1
            return
        }
        guard found != digest else { return }
        mismatch(
            .removed, before.last, from: LinePlace(segment: before.last.segment, line: 1),
            "the file is not the one that stood before the next, as that says: records were removed or put in, "
                + "or a file between them is missing")
    }

    // MARK: At the end

    private mutating func mismatch(
        _ kind: LogFinding.Kind, _ place: LinePlace, from line: Int, upTo last: Int? = nil, _ message: String
    ) {
        mismatch(
            kind, place, from: at(line), upTo: last.map { at($0) }, message)
    }

    private mutating func mismatch(
        _ kind: LogFinding.Kind, _ place: LinePlace, from first: LinePlace, upTo last: LinePlace? = nil,
        _ message: String
    ) {
        guard mismatches.count < Self.findingLimit else { return }
        mismatches.append(
            Mismatch(kind: kind, place: place, first: first, last: max(place, last ?? place), message: message))
    }

    /// Reports what no other finding explains. Asked when all others are known.
    mutating func settleMismatches() {
        let faults = findings.filter(\.kind.isFault)
        // Of more findings than are kept nobody can say what they explain.
        guard findings.count < Self.findingLimit else { return }
        for mismatch in mismatches {
            let file = segments[Int(mismatch.place.segment)]
            let lines = mismatch.first.line...max(mismatch.first.line, mismatch.last.line)
            let isExplained = faults.contains { fault in
                fault.file == file
                    && (fault.lines.overlaps(lines) || fault.kind == .reordered || fault.kind == .duplicated)
            }
            if !isExplained { report(mismatch.kind, mismatch.place, mismatch.message) }
        }
    }
}
