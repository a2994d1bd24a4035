import OperationCatalogue

/// What becomes of records that are not bound to the record before.
extension LogVerifier {
    mutating func addDoubtful(_ record: SealedRecord, _ line: UnsafeRawBufferPointer, at place: LinePlace) {
        // The beginning of one record and the end of another look like one.
        if addJoined(line, at: place, atLeast: 2) {
            summary.records -= 1
            return
        }
        let (writer, sequence) = (record.head.writer, record.head.sequence)
        let body = UnsafeRawBufferPointer(rebasing: line[..<record.bodyCount])
        if trails[writer] == nil, ended.contains(writer) {
            report(
                .duplicated, place, "is a record of a writer that had ended before: it was repeated, moved or put in")
            return
        }
        if acceptBoundToDoubt(record, body, at: place) || acceptMoved(record, body, at: place)
            || acceptAfterTruncation(record, body, at: place)
        {
            return
        }
        confirmTorn(mentionedIn: line)
        let isUnseen = trails[writer] == nil
        var trail = trails[writer] ?? WriterTrail(unseenBefore: place)
        if isUnseen { summary.writers += 1 }
        let trouble = trail.trouble ?? WriterTrouble()
        trail.trouble = trouble
        let isKept = doubtBytes + line.count <= Self.doubtLimit
        if isKept { doubtBytes += line.count }
        let computed = sequence == trail.next ? RecordDigest(after: trail.last, of: body) : nil
        trouble.doubts.append(
            DoubtfulRecord(
                place: place, record: record, writer: writer, computed: computed, line: isKept ? [UInt8](line) : nil,
                unknown: unknownLines(after: trail.place, before: place)))
        if trouble.doubts.count > Self.doubtsPerWriter { giveUp(trouble) }
        trails[writer] = trail
        // Its name may be what was changed: then another writer's next record is bound to it.
        addStray(StrayLine(place: place, candidates: [record.hash], writer: writer))
    }

    /// So many doubtful records of one writer are kept; the oldest then counts as changed.
    private static let doubtsPerWriter = 64

    private mutating func giveUp(_ trouble: WriterTrouble) {
        report(.edited, trouble.doubts.removeFirst().place, "was changed or put in: its hash is not that of its bytes")
    }

    private func unknownLines(after first: LinePlace, before last: LinePlace) -> [LinePlace] {
        strays.filter { $0.writer == nil && $0.place > first && $0.place < last }.map(\.place)
    }

    mutating func addStray(_ stray: StrayLine) {
        if strays.count >= Self.strayLimit { strays.removeFirst() }
        strays.append(stray)
    }

    // MARK: Bound to a line that is in doubt

    /// A record that is bound to a doubtful line, whose hash as it stands or should be is therefore the one that was written.
    private mutating func acceptBoundToDoubt(
        _ record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace
    ) -> Bool {
        let writer = record.head.writer
        guard record.head.sequence >= trails[writer]?.next ?? 0 else { return false }
        func isBound(to candidate: RecordDigest) -> Bool { RecordDigest(after: candidate, of: body) == record.hash }
        if let trouble = trails[writer]?.trouble,
            let index = trouble.doubts.lastIndex(where: { $0.candidates.contains(where: isBound) })
        {
            let doubt = trouble.doubts[index]
            accept(record, body, at: place, after: doubt, in: trouble)
            return true
        }
        guard let index = strays.lastIndex(where: { $0.candidates.contains(where: isBound) }) else { return false }
        let stray = strays.remove(at: index)
        if let other = stray.writer, other != writer { clearDoubt(of: other, at: stray.place) }
        var trail = trails[writer] ?? WriterTrail(unseenBefore: place)
        if trails[writer] == nil { summary.writers += 1 }
        if let trouble = trail.trouble { closeDoubts(of: &trail, in: trouble, before: record.head.sequence) }
        open(
            &trail, upTo: record.head.sequence == 0 ? 0 : record.head.sequence - 1, after: place,
            unknown: unknownLines(after: trail.place, before: place))
        trail.advance(to: record.head.sequence, record.hash, at: place)
        trails[writer] = trail
        settle(record, body, at: place)
        recheckDoubts(of: writer)
        return true
    }

    private mutating func accept(
        _ record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace, after doubt: DoubtfulRecord,
        in trouble: WriterTrouble
    ) {
        let (writer, sequence) = (record.head.writer, record.head.sequence)
        guard var trail = trails[writer] else { return }
        let isWhole = doubt.sequence >= trail.next && sequence == doubt.sequence + 1
        if isWhole, doubt.sequence > trail.next {
            trouble.doubts.removeAll { $0.place == doubt.place }
            // Without the record before it, it cannot be checked and may be good; with it, it would be bound to that.
            if trouble.doubts.contains(where: { $0.sequence + 1 == doubt.sequence }) {
                report(.edited, doubt.place, "was changed, or what it is bound to was")
            }
            closeDoubts(of: &trail, in: trouble, before: doubt.sequence)
            open(&trail, upTo: doubt.sequence, after: doubt.place, unknown: doubt.unknown)
            trail.next = doubt.sequence
            trail.advance(to: doubt.sequence, doubt.record.hash, at: doubt.place)
        } else {
            trouble.doubts.removeAll { $0.place == doubt.place }
            if doubt.sequence + 1 == trail.next, doubt.isBound(to: trail.beforeLast) {
                report(.edited, trail.place, "was put in: its writer went on from another record with its number")
            } else {
                report(.edited, doubt.place, "was changed: its hash is not that of its bytes")
            }
            closeDoubts(of: &trail, in: trouble, before: sequence)
            open(&trail, upTo: sequence == 0 ? 0 : sequence - 1, after: place, unknown: doubt.unknown)
        }
        trail.advance(to: sequence, record.hash, at: place)
        trails[writer] = trail
        settle(record, body, at: place)
        recheckDoubts(of: writer)
    }

    /// Doubts about earlier records that nothing has taken away: those were changed.
    private mutating func closeDoubts(of trail: inout WriterTrail, in trouble: WriterTrouble, before sequence: UInt64) {
        let next = trail.next
        for doubt in trouble.doubts where doubt.sequence < sequence && doubt.sequence >= next {
            trouble.broken[doubt.sequence] = doubt.place
            report(.edited, doubt.place, "was changed: its hash is not that of its bytes")
        }
        trouble.doubts.removeAll { $0.sequence < sequence && $0.sequence >= next }
    }

    /// Opens a gap for the numbers that have not been seen, up to one that stands, or stood, in a line.
    private func open(
        _ trail: inout WriterTrail, upTo sequence: UInt64, after place: LinePlace, unknown: [LinePlace],
        truncatedAfter last: LinePlace? = nil
    ) {
        guard sequence > trail.next else { return }
        let trouble = trail.trouble ?? WriterTrouble()
        var gap = RecordGap(trail.next...(sequence - 1), of: trail, after: place, unknown: unknown)
        gap.truncatedAfter = last
        trouble.gaps.append(gap)
        trail.trouble = trouble
    }

    private mutating func clearDoubt(of writer: UniqueIdentifier, at place: LinePlace) {
        guard let trail = trails[writer], let trouble = trail.trouble,
            trouble.doubts.contains(where: { $0.place == place })
        else { return }
        trouble.doubts.removeAll { $0.place == place }
        report(.edited, place, "was changed: its hash is not that of its bytes")
        if trail.last == nil, trouble.doubts.isEmpty {
            trails[writer] = nil
            summary.writers -= 1
        }
    }

    // MARK: Moved

    /// A record that was missing before.
    private mutating func acceptMoved(
        _ record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace
    ) -> Bool {
        guard let trail = trails[record.head.writer], record.head.sequence < trail.next, let trouble = trail.trouble,
            let (predecessor, index) = trouble.takeMissing(record.head.sequence),
            predecessor.map({ RecordDigest(after: $0, of: body) == record.hash }) ?? true
        else { return false }
        trouble.gaps[index].missing.remove(record.head.sequence)
        if predecessor != nil { trouble.gaps[index].predecessor = record.hash }
        let after = trouble.gaps[index].after
        if trouble.gaps[index].missing.isEmpty { trouble.gaps.remove(at: index) }
        report(.reordered, place, "was moved: it belongs before \(name(of: after))")
        if predecessor != nil { settle(record, body, at: place) }
        return true
    }

    /// Doubtful records that fit now that those before them have come: these were behind them.
    mutating func recheckDoubts(of writer: UniqueIdentifier) {
        while let trail = trails[writer], let trouble = trail.trouble,
            let index = trouble.doubts.firstIndex(where: { $0.sequence == trail.next && $0.isBound(to: trail.last) })
        {
            let doubt = trouble.doubts.remove(at: index)
            report(
                .reordered, doubt.place,
                "was moved: it belongs after \(name(of: trail.place)), where its writer's record before it stands")
            let line = doubt.line ?? []
            trails[writer]?.advance(to: doubt.sequence, doubt.record.hash, at: trail.place)
            line.withUnsafeBytes { line in
                settle(doubt.record, UnsafeRawBufferPointer(rebasing: line[..<doubt.record.bodyCount]), at: doubt.place)
            }
        }
    }

    // MARK: Cut off

    /// A header that goes on after records that are nowhere.
    private mutating func acceptAfterTruncation(
        _ record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace
    ) -> Bool {
        let writer = record.head.writer
        guard record.head.kind == .header, var trail = trails[writer], record.head.sequence > trail.next,
            let previous = HeaderMembers.previous(in: body), RecordDigest(after: previous, of: body) == record.hash
        else { return false }
        let last = trail.place
        if let trouble = trail.trouble { closeDoubts(of: &trail, in: trouble, before: record.head.sequence) }
        // Of a writer that was not met before nothing is missing here: its earlier records are in another file.
        if trail.last != nil {
            let unknown = unknownLines(after: last, before: place)
            open(&trail, upTo: record.head.sequence, after: place, unknown: unknown, truncatedAfter: last)
        }
        trail.advance(to: record.head.sequence, record.hash, at: place)
        trails[writer] = trail
        settle(record, body, at: place)
        recheckDoubts(of: writer)
        return true
    }

    func name(of place: LinePlace) -> String {
        place.segment == Int32(segments.count - 1)
            ? "line \(place.line)" : "line \(place.line) of \(LogFolder.name(of: segments[Int(place.segment)]))"
    }
}

extension DoubtfulRecord {
    fileprivate func isBound(to last: RecordDigest?) -> Bool {
        guard let line else { return false }
        return line.withUnsafeBytes { line in
            RecordDigest(after: last, of: UnsafeRawBufferPointer(rebasing: line[..<record.bodyCount])) == record.hash
        }
    }
}
