import OperationCatalogue

/// Follows every writer's chain of hashes through the lines of a log, and finds out where it was changed, and how. It reads no
/// files: it is handed segments and their lines in order.
///
/// A record that fits is settled with one hash and forgotten. One that does not is kept in doubt until the next records of
/// its writer show what happened: they are bound to its hash as it stands (then something else of it was changed), or as it
/// should be (then the hash was), or to what was before it (then it was moved or put in). So a change is found at its own
/// line and its neighbours stay good.
///
/// Its memory does not grow with the log, but for findings (the first 10,000 are kept, the others counted).
package struct LogVerifier: ~Copyable {
    static let findingLimit = 10_000
    /// Writers that are followed at once; beyond, those that have been silent longest count as ended.
    static let trailLimit = 65_536
    static let strayLimit = 16
    /// Bytes of doubtful records that are kept to be looked at again.
    static let doubtLimit = 4 << 20

    let trusted: [LogPublicKey]
    var segments: [String] = []
    /// The last line of this segment.
    private var lineNumber = 0
    private var followsEmptyLine = false

    var trails: [UniqueIdentifier: WriterTrail] = [:]
    var ended = EndedWriters()
    var strays: [StrayLine] = []
    var doubtBytes = 0
    /// Lines of this segment that are no records.
    var broken: [BrokenLine] = []
    /// Where lines were changed: they explain that records are missing.
    var edited: Set<LinePlace> = []
    /// Public keys that headers name, by their texts; `nil` for what is no key.
    var keys: [LogPublicKey?] = []
    var keyIndices: [String: Int] = [:]

    /// Where the lines of this segment stand.
    var positions = LinePositions()
    /// Whether a record has been met in this segment.
    var hasRecords = false
    private var emptyLines = 0
    /// Where the record begins that is being looked at, in bytes.
    var offset: Int64 = 0
    var bound = BoundLine()
    /// What headers do not find as it was.
    var mismatches: [Mismatch] = []
    private var digest = SegmentDigest()
    /// What the segment before this one held, and its last line.
    var segmentBefore: (digest: SegmentDigest, last: LinePlace)?
    /// The end that must be in the log.
    let expected: LogHead?
    private var isSegmentOfHead = false

    var findings: [LogFinding] = []
    var summary = LogVerification.Summary()

    /// - Parameters:
    ///   - trusted: the keys that the log must be signed with; with none, each writer's own, which prove less.
    ///   - expected: an end that must be in it.
    package init(trusting trusted: [LogPublicKey] = [], expecting expected: LogHead? = nil) {
        self.trusted = trusted
        self.expected = expected
        summary.isHeadExpected = expected != nil
    }

    /// - Parameters:
    ///   - time: that of its first record.
    ///   - cuts: up to how many bytes its digest will be asked for, by what the next segment begins with.
    package mutating func beginSegment(_ path: String, from time: String = "", cuts: [Int64] = []) {
        segments.append(path)
        lineNumber = 0
        followsEmptyLine = false
        positions.removeAll()
        (hasRecords, emptyLines, bound) = (false, 0, BoundLine())
        isSegmentOfHead = expected.map { $0.isIn(segmentFrom: time) } ?? false
        digest = SegmentDigest(cuts + (isSegmentOfHead ? expected.map { [$0.bytes] } ?? [] : []))
    }

    /// Takes the next line of the segment.
    package mutating func addLine(_ line: LogLine) {
        digest.add(line)
        offset = line.offset
        // One writer could not tell whether another had ended its line: that is no fault.
        guard !line.bytes.isEmpty else {
            followsEmptyLine = true
            emptyLines += 1
            return
        }
        defer { followsEmptyLine = false }
        lineNumber = line.number
        let place = LinePlace(segment: Int32(segments.count - 1), line: line.number)
        guard !line.isTooLong, let record = SealedRecord(line.bytes) else {
            notePosition(nil, at: place)
            addOther(line, at: place, followsEmptyLine: followsEmptyLine)
            return
        }
        addRecord(record, line.bytes, at: place)
        if !line.isEnded {
            report(.torn, place, "lacks the newline at its end, as a crash leaves it; nothing else is missing")
        }
    }

    /// Ends the segment.
    ///
    /// - Parameter isDamaged: whether its last part could not be read.
    package mutating func endSegment(isDamaged: Bool = false) {
        settleBroken()
        let last = LinePlace(segment: Int32(segments.count - 1), line: max(1, lineNumber))
        segmentBefore = (digest, last)
        if isSegmentOfHead, let expected, digest.digest(of: expected.bytes) == expected.digest {
            summary.isHeadFound = true
        }
        guard isDamaged else { return }
        report(.truncated, last, "the file cannot be read beyond this line: it was damaged or cut short")
    }

    /// Remembers where a line stands.
    private mutating func notePosition(_ hash: RecordDigest?, at place: LinePlace) {
        positions.add(LinePositions.Entry(offset: offset, hash: hash, line: place.line, emptyLines: emptyLines))
    }

    /// Ends the log.
    package consuming func finish() -> LogVerification {
        settleTrails()
        settleMismatches()
        settleHead()
        let order = Dictionary(segments.enumerated().map { ($1, $0) }) { first, _ in first }
        func position(_ finding: LogFinding) -> (Int, Int) { (order[finding.file] ?? 0, finding.lines.lowerBound) }
        findings.sort { position($0) < position($1) }
        summary.segments = segments.count
        return LogVerification(findings: findings, summary: summary)
    }

    private mutating func settleHead() {
        guard expected != nil, !summary.isHeadFound else { return }
        // Its segment was removed, and the next one is bound to the whole of it.
        if summary.isHeadBound { summary.isHeadFound = true }
        guard !summary.isHeadFound else { return }
        let last = segmentBefore?.last ?? LinePlace(segment: 0, line: 1)
        guard !segments.isEmpty else { return }
        report(
            .missing, last,
            "the end that was expected is not in the log, or not as it was: records up to it were removed, or changed")
    }

    mutating func report(_ kind: LogFinding.Kind, _ place: LinePlace, to last: Int? = nil, _ message: String) {
        summary.counts[kind, default: 0] += 1
        if kind == .edited, edited.count < Self.findingLimit { edited.insert(place) }
        guard findings.count < Self.findingLimit else { return }
        findings.append(
            LogFinding(
                kind: kind, file: segments[Int(place.segment)], lines: place.line...(last ?? place.line),
                message: message))
    }
}

// MARK: - Records

extension LogVerifier {
    mutating func addRecord(_ record: SealedRecord, _ line: UnsafeRawBufferPointer, at place: LinePlace) {
        summary.records += 1
        if record.head.version < 3 { summary.versionTwoRecords += 1 }
        if isSegmentOfHead ? offset >= expected?.bytes ?? 0 : summary.isHeadFound { summary.recordsAfterHead += 1 }
        notePosition(record.hash, at: place)
        defer { hasRecords = true }
        let body = UnsafeRawBufferPointer(rebasing: line[..<record.bodyCount])
        if let index = trails.index(forKey: record.head.writer) {
            let trail = trails.values[index]
            guard record.head.sequence == trail.next, trail.last != nil || trail.next == 0,
                RecordDigest(after: trail.last, of: body) == record.hash
            else {
                addDoubtful(record, line, at: place)
                return
            }
            trails.values[index].advance(to: record.head.sequence, record.hash, at: place)
            checkBinding(of: record, body, at: place)
            if record.head.kind != .intent, record.head.kind != .outcome {
                settle(record, body, at: place)
            }
            if trail.trouble != nil { recheckDoubts(of: record.head.writer) }
        } else if begins(record, body), !ended.contains(record.head.writer) || record.head.sequence > 0 {
            if trails.count >= Self.trailLimit { forgetSilentTrails() }
            summary.writers += 1
            if record.head.sequence > 0 { summary.continuedWriters += 1 }
            var trail = WriterTrail(place: place)
            trail.advance(to: record.head.sequence, record.hash, at: place)
            trails[record.head.writer] = trail
            checkBinding(of: record, body, at: place)
            settle(record, body, at: place)
        } else {
            addDoubtful(record, line, at: place)
        }
    }

    /// Whether a record is the first of its writer here and is bound to nothing, or to what it says itself.
    private func begins(_ record: SealedRecord, _ body: UnsafeRawBufferPointer) -> Bool {
        guard record.head.kind == .header else { return false }
        let previous = HeaderMembers.previous(in: body)
        return (previous == nil) == (record.head.sequence == 0)
            && RecordDigest(after: previous, of: body) == record.hash
    }

    /// Takes what a record says of the log itself: its hash was found good.
    mutating func settle(_ record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace) {
        switch record.head.kind {
        case .header: settleHeader(record, body, at: place)
        case .checkpoint:
            let isFinal = body.hasSuffix(",\"final\":true")
            checkSignature(of: record, at: place)
            if isFinal { endTrail(of: record.head.writer) }
        case .recovered: confirmTorn(by: body)
        case .removed: summary.removals.append(contentsOf: LogKeepingMembers.removedSegments(in: body))
        case .intent, .outcome, .access, .runBegin, .runEnd: break
        }
    }

    private mutating func endTrail(of writer: UniqueIdentifier) {
        guard let index = trails.index(forKey: writer) else { return }
        trails.values[index].hasEnded = true
        guard trails.values[index].trouble == nil else { return }
        let trail = trails.remove(at: index).value
        summary.unsignedRecords += trail.unsigned
        ended.insert(writer)
    }

    /// Lets go of those that have been silent longest, half of all that have nothing wrong.
    private mutating func forgetSilentTrails() {
        let places = trails.values.filter { $0.trouble == nil }.map(\.place).sorted()
        guard !places.isEmpty else { return }
        let middle = places[places.count / 2]
        for (writer, trail) in trails where trail.trouble == nil && trail.place <= middle {
            trails[writer] = nil
            summary.openWriters += 1
            summary.unsignedRecords += trail.unsigned
            summary.forgottenWriters += 1
        }
    }
}
