import OperationCatalogue

/// A line that is no record of version 2, 3 or 4.
struct BrokenLine {
    let place: LinePlace
    /// Where it begins in its segment, in bytes.
    let offset: Int64
    let count: Int
    /// The SHA-256 of its bytes.
    let digest: RecordDigest
    let beginsLikeRecord: Bool
    let followsEmptyLine: Bool
    let isEnded: Bool
    /// Whether a record says that it was torn.
    var isConfirmed = false
}

/// Lines that are no records: torn ones, records of version 1, and what somebody has changed.
extension LogVerifier {
    private static let beginning = "{\"v\":".utf8Bytes
    private static let versionOne = "{\"v\":1,".utf8Bytes
    private static let hashMember = "\(RecordChain.member)".utf8Bytes
    /// So many broken lines wait for a record that says they were torn; the oldest then counts as changed.
    private static let brokenLimit = 1000

    mutating func addOther(_ line: LogLine, at place: LinePlace, followsEmptyLine: Bool) {
        let bytes = line.bytes
        if bytes.has(Self.versionOne, at: 0), bytes.firstOffset(of: Self.hashMember) == nil,
            (try? JSONText(validating: bytes)) != nil
        {
            summary.versionOneRecords += 1
            if hasRecords {
                report(
                    .edited, place, "is a record of version 1 behind later ones: it was put in, or in another's place")
            }
            return
        }
        if addJoined(bytes, at: place, atLeast: 1) { return }
        confirmTorn(mentionedIn: bytes)
        addStray(of: bytes, at: place)
        if broken.count >= Self.brokenLimit { settleBroken() }
        broken.append(
            BrokenLine(
                place: place, offset: line.offset, count: bytes.count, digest: RecordDigest(after: nil, of: bytes),
                beginsLikeRecord: bytes.has(Self.beginning, at: 0), followsEmptyLine: followsEmptyLine,
                // What holds a whole record and more was not torn.
                isEnded: line.isEnded || Self.holdsMoreThanRecord(bytes)))
    }

    /// Where the hash of a line stands: the last member of that name, but for the one that a header has within `after`.
    private static func marker(in line: UnsafeRawBufferPointer) -> (body: Int, start: Int, end: Int)? {
        guard let member = line.lastOffset(of: hashMember),
            !HeaderMembers.isWithinBinding(UnsafeRawBufferPointer(rebasing: line[..<member]))
        else { return nil }
        let start = member + hashMember.count
        return (member, start, start + RecordChain.digits)
    }

    /// Whether something stands behind the end of a record: a line that was torn ends before that.
    private static func holdsMoreThanRecord(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let marker = marker(in: line), marker.end < line.count else { return false }
        let member = SealedRecord.signatureMember
        let rest = UnsafeRawBufferPointer(rebasing: line[marker.end...])
        let isSigned = rest.prefix(member.count).elementsEqual(member.prefix(rest.count))
        let seal = isSigned ? member.count + SealedRecord.signatureDigits + 2 : 2
        return rest.count > seal
    }

    // MARK: Several in one

    /// Records that stand in one line, since what ended the first was changed or removed; or one with something behind it.
    ///
    /// - Parameter count: how many there must be.
    /// - Returns: whether there are.
    mutating func addJoined(_ line: UnsafeRawBufferPointer, at place: LinePlace, atLeast count: Int) -> Bool {
        var starts = [0]
        while let last = starts.last, let next = RecordHead.firstOffset(in: line, from: last + 1) {
            starts.append(next)
        }
        let parts = starts.indices.map { index in
            UnsafeRawBufferPointer(
                rebasing: line[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : line.count)])
        }
        guard parts.count >= count, parts.dropFirst().allSatisfy({ RecordHead($0) != nil }) else { return false }
        let records = parts.map { part in
            // One byte may stand where the newline was.
            SealedRecord(part).map { ($0, part) }
                ?? SealedRecord(UnsafeRawBufferPointer(rebasing: part.dropLast())).map {
                    ($0, UnsafeRawBufferPointer(rebasing: part.dropLast()))
                }
        }
        guard records.contains(where: { $0 != nil }) else { return false }
        report(
            .edited, place,
            parts.count > 1
                ? "holds \(parts.count) records: the newline between them was changed or removed"
                : "goes on behind its record: the newline that ended it was changed")
        let beginning = offset
        for (index, (record, part)) in zip(records, parts).enumerated() {
            offset = beginning + Int64(starts[index])
            if let (record, bytes) = record {
                addRecord(record, bytes, at: place)
            } else {
                addStray(of: part, at: place)
            }
        }
        return true
    }

    /// Remembers which hashes the record may have had that a line was.
    private mutating func addStray(of line: UnsafeRawBufferPointer, at place: LinePlace) {
        var candidates: [RecordDigest] = []
        var bodies: [Int] = []
        func stored(_ start: Int) {
            guard start >= 0, start + RecordChain.digits <= line.count else { return }
            let digits = UnsafeRawBufferPointer(rebasing: line[start..<(start + RecordChain.digits)])
            if let digest = RecordDigest(digits: digits) { candidates.append(digest) }
        }
        if let marker = Self.marker(in: line) {
            stored(marker.start)
            bodies.append(marker.body)
        }
        // Where they stand in whole lines, without and with a signature.
        let signature = SealedRecord.signatureMember.count + SealedRecord.signatureDigits
        for end in [line.count - 2, line.count - 2 - signature] {
            stored(end - RecordChain.digits)
            bodies.append(end - RecordChain.digits - Self.hashMember.count)
        }
        let head = RecordHead(line)
        if let head, let trail = trails[head.writer] {
            let trouble = trail.trouble ?? WriterTrouble()
            trouble.broken[head.sequence] = place
            trails[head.writer]?.trouble = trouble
            for count in bodies where head.sequence == trail.next && count > 0 {
                candidates.append(
                    RecordDigest(after: trail.last, of: UnsafeRawBufferPointer(rebasing: line[..<count])))
            }
        } else if let head, head.sequence == 0 {
            for count in bodies where count > 0 {
                candidates.append(RecordDigest(after: nil, of: UnsafeRawBufferPointer(rebasing: line[..<count])))
            }
        }
        addStray(StrayLine(place: place, candidates: candidates, writer: nil))
    }

    // MARK: Torn

    /// A record says which line was torn: its bytes must still be the same.
    mutating func confirmTorn(by body: UnsafeRawBufferPointer) {
        guard let torn = LogKeepingMembers.torn(in: body) else { return }
        for index in broken.indices
        where Int64(broken[index].count) == torn.count && broken[index].digest.text == torn.digest {
            broken[index].isConfirmed = true
        }
    }

    /// A record that was changed itself still says, by one part of it or another, that a line was torn.
    mutating func confirmTorn(mentionedIn line: UnsafeRawBufferPointer) {
        for index in broken.indices.suffix(8) where !broken[index].isConfirmed {
            let place = ",\"offset\":\(broken[index].offset),\"bytes\":\(broken[index].count),".utf8Bytes
            broken[index].isConfirmed =
                line.firstOffset(of: broken[index].digest.text.utf8Bytes) != nil || line.firstOffset(of: place) != nil
        }
    }

    /// At the end of a segment: what nobody says was torn was changed, unless it is at the very end, as a crash leaves it.
    mutating func settleBroken() {
        defer { broken = [] }
        var index = 0
        while index < broken.count {
            let first = broken[index]
            var last = first.place.line
            index += 1
            if first.isConfirmed {
                summary.confirmedTornLines += 1
                report(.torn, first.place, "was torn by a crash or a full disk, as a log.recovered record says")
                continue
            }
            if !first.isEnded {
                report(
                    .torn, first.place,
                    "ends within a record: it is still being written, was torn by a crash, or was cut off")
                continue
            }
            // The rest of a record in which a newline was put.
            edited.insert(first.place)
            while index < broken.count, !broken[index].beginsLikeRecord, !broken[index].isConfirmed,
                broken[index].isEnded, broken[index].place.line == last + 1
            {
                edited.insert(broken[index].place)
                last += 1
                index += 1
            }
            let start = first.followsEmptyLine && !first.beginsLikeRecord ? first.place.line - 1 : first.place.line
            report(
                .edited, LinePlace(segment: first.place.segment, line: start), to: last,
                last > start ? "are no records: they were changed or put in" : "is no record: it was changed or put in")
        }
    }
}
