import Glibc
import OperationCatalogue
import OperationPipeline

/// What an ``OperationLog`` keeps under its lock: the open segment, the buffer, the sequence and the chain.
struct LogWriter: ~Copyable {
    /// Records are handed over when this many bytes of them have come together, and at the end of a call.
    static let writeSize = 1_048_576
    /// A checkpoint follows when this many records have been written since the last one.
    static let checkpointInterval: UInt64 = 1024
    /// So often a writer follows a log that is rotated while it opens it.
    private static let openingTries = 16

    private let destination: LogDestination
    private let settings: LogSettings
    private let origin: Origin
    private let compressor: SegmentCompressor
    private var file: LogFile?
    private var encoder: RecordEncoder
    /// The sequence number of the next record: as many records as are in the log.
    private var sequence: UInt64 = 0
    /// The sequence number after the last checkpoint.
    private var checkpointed: UInt64 = 0
    private var hasEnded = false
    /// Whether this writer has just finished a segment: then it also sees which finished ones are to go.
    private var hasRotated = false
    /// Writes whose intents are in the log and whose outcomes are not: room for these is kept.
    private var outstanding = 0
    /// Whether what is in the buffer may take the room that is kept.
    private var takesRoom = false
    /// Whether people know already that the segment cannot be rotated.
    private var hasReportedRotation = false

    /// What a header says of the process.
    struct Origin {
        let process: Int32
        let version: String
        let host: String?
    }

    init(
        _ destination: LogDestination, settings: LogSettings, version: String, writer: UniqueIdentifier,
        compressor: SegmentCompressor
    ) {
        self.destination = destination
        self.settings = settings
        self.compressor = compressor
        origin = Origin(process: getpid(), version: version, host: Self.hostName())
        encoder = RecordEncoder(writer: writer, key: settings.key)
    }

    private static func hostName() -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, gethostname(start, buffer.count) == 0 else { return nil }
            buffer[255] = 0
            return String(cString: start)
        }
    }
}

// MARK: - Writing

extension LogWriter {
    mutating func open() throws(OperationError) {
        defer { file?.unlockForHeader() }
        let (file, _) = try begin()
        try end(in: file)
    }

    /// Where the disk has no room for what will have come of them, too, none of them is recorded.
    ///
    /// - Returns: where the records went.
    mutating func write(intents: [Invocation]) throws(OperationError) -> LogDescriptor {
        outstanding += intents.count
        do throws(OperationError) {
            return try write(intents, as: .intent) { $0.intent($1, sequence: $2) }
        } catch {
            outstanding -= intents.count
            throw error
        }
    }

    /// - Returns: where the records went.
    mutating func write(outcomes: [ConcludedOperation]) throws(OperationError) -> LogDescriptor {
        let settled = outcomes.count { $0.hasIntent }
        let left = max(0, outstanding - settled)
        takesRoom = settled > 0
        defer {
            takesRoom = false
            // Those that could not be written never will be.
            outstanding = left
        }
        return try write(outcomes, as: .outcome, settling: \.hasIntent) { $0.outcome($1, sequence: $2) }
    }

    /// - Returns: where the records went.
    mutating func write(served: [ServedRequest]) throws(OperationError) -> LogDescriptor {
        try write(served, as: .access) { $0.access($1, sequence: $2) }
    }

    /// - Returns: where the record went.
    mutating func write(beginning run: RunBeginning) throws(OperationError) -> LogDescriptor {
        try write([run], as: .runBegin) { $0.beginning($1, sequence: $2) }
    }

    /// - Returns: where the record went.
    mutating func write(ending run: RunEnding) throws(OperationError) -> LogDescriptor {
        try write([run], as: .runEnd) { $0.ending($1, sequence: $2) }
    }

    /// - Parameters:
    ///   - settling: whether a record needs the room that was kept for it no more once it is written.
    ///   - encode: adds a record with its sequence number to the encoder's buffer.
    @inline(__always)
    private mutating func write<Record>(
        _ records: [Record], as kind: RecordKind, settling: (Record) -> Bool = { _ in false },
        encode: (inout RecordEncoder, Record, UInt64) -> Void
    ) throws(OperationError) -> LogDescriptor {
        defer { file?.unlockForHeader() }
        let (file, time) = try begin()
        encoder.begin(kind, at: time)
        var (first, linesBefore) = (records.startIndex, encoder.lines.count)
        for index in records.indices {
            let sequence = nextSequence
            encode(&encoder, records[index], sequence)
            if settling(records[index]) { outstanding = max(0, outstanding - 1) }
            let isLast = index + 1 == records.endIndex
            guard encoder.buffer.size >= Self.writeSize || isLast else { continue }
            if takesRoom, roomFailure(in: file) != nil {
                encoder.removeLines(from: linesBefore)
                encoder.isBrief = true
                defer { encoder.isBrief = false }
                for again in first...index {
                    let sequence = nextSequence
                    encode(&encoder, records[again], sequence)
                }
            }
            if isLast { break }
            try flush(to: file)
            (first, linesBefore) = (index + 1, 0)
        }
        checkpointIfDue(at: time)
        try end(in: file)
        return file.descriptor
    }

    /// Finishes the live segment, if it holds more than what the log keeps of itself, and begins a new one.
    ///
    /// - Returns: whether there was anything to finish.
    mutating func rotate() throws(OperationError) -> Bool {
        defer { file?.unlockForHeader() }
        guard try finishSegment() else {
            try retireWithoutRotation()
            return false
        }
        try open()
        return true
    }

    /// Fewer may be kept than before.
    private mutating func retireWithoutRotation() throws(OperationError) {
        guard case .file(let path) = destination else { return }
        // Nothing may hold them when they are looked for again.
        if let retired = RetiredSegments(of: path, by: settings.retention, now: Timestamp.now.seconds) {
            hasRotated = !retired.segments.isEmpty
        }
        if hasRotated { try open() }
    }

    /// Apart from the above, so that nothing holds the segment when it is to be removed.
    private mutating func finishSegment() throws(OperationError) -> Bool {
        let file = try liveFile()
        guard file.descriptor.isRegular, file.knownSize > 0, file.hasContent else { return false }
        if file.endsWithinLine { try open() }
        if let failure = file.rotate() { throw failure.error }
        hasRotated = true
        return true
    }

    /// Writes the last record, if there is any before it; nothing can be written after that.
    ///
    /// - Returns: where the record went; `nil` where there is none.
    mutating func finish() throws(OperationError) -> LogDescriptor? {
        guard !hasEnded, sequence > 0 else { return nil }
        defer {
            file?.unlockForHeader()
            takesRoom = false
        }
        takesRoom = true
        let (file, time) = try begin()
        hasEnded = true
        encoder.begin(.checkpoint, at: time)
        encoder.checkpoint(sequence: nextSequence, isFinal: true)
        try end(in: file)
        return file.descriptor
    }

    /// Sees to it that there is room for what is in the buffer and for the outcomes of all writes that are under way.
    ///
    /// - Returns: why there is none.
    private func roomFailure(in file: LogFile) -> OperationError? {
        file.keepRoom(encoder.buffer.size, later: roomForOutcomes)
    }

    /// What the outcomes of all writes that are under way take, and the checkpoint that may follow them.
    private var roomForOutcomes: Int {
        outstanding == 0 ? 0 : outstanding * encoder.longestBriefOutcome + Self.roomForCheckpoint
    }

    /// Why what is in the buffer may not be appended now. Outcomes take what was kept for them; in a segment that somebody has put
    /// in the place of that one, there must be room for them at least.
    private func shortage(in file: LogFile) -> OperationError? {
        if takesRoom, file.hasRoom(encoder.buffer.size) { return nil }
        guard let failure = roomFailure(in: file) else { return nil }
        return takesRoom ? file.keepRoom(encoder.buffer.size, later: 0) : failure
    }

    /// The bytes of a checkpoint that is signed.
    private static let roomForCheckpoint = 512

    private var nextSequence: UInt64 { sequence + UInt64(encoder.lines.count) }

    private mutating func checkpointIfDue(at time: Timestamp) {
        guard nextSequence - checkpointed >= Self.checkpointInterval else { return }
        encoder.begin(.checkpoint, at: time)
        encoder.checkpoint(sequence: nextSequence, isFinal: false)
        checkpointed = nextSequence
    }

    /// Begins a call: finds the live segment in order, sets apart a torn line at its end, and puts in front what has to stand
    /// there before the call's records: the writer's header, and the record of what was torn.
    ///
    /// - Returns: the segment, and the time of the records: later than those of all segments before.
    private mutating func begin() throws(OperationError) -> (LogFile, Timestamp) {
        guard !hasEnded else { throw LogFailure.ended.error }
        let file = try liveFile()
        let torn = file.endsWithinLine ? try file.sealLastLine() : nil
        let time = Timestamp.now
        if !file.hasHeader {
            encoder.begin(.header, at: time)
            encoder.header(
                sequence: nextSequence, origin: origin, sync: file.descriptor.canSync ? settings.sync : .none,
                binding: file.headerBinding())
        }
        if let torn {
            encoder.begin(.recovered, at: time)
            encoder.recovered(torn, sequence: nextSequence)
        }
        return (file, time)
    }

    private mutating func end(in file: LogFile) throws(OperationError) {
        try flush(to: file)
        encoder.removeAll()
        guard hasRotated else { return }
        try retire(in: file)
        guard settings.compresses, case .file(let path) = destination else { return }
        compressor.compressFinished(of: path, report: settings.report)
    }

    /// Removes the segments that the settings leave no room for, after a record that says so.
    private mutating func retire(in file: LogFile) throws(OperationError) {
        hasRotated = false
        guard case .file(let path) = destination,
            let retired = RetiredSegments(of: path, by: settings.retention, now: Timestamp.now.seconds)
        else { return }
        encoder.begin(.removed, at: .now)
        encoder.removed(retired, sequence: nextSequence)
        try flush(to: file)
        for failure in retired.remove() { settings.report(failure.error.message) }
        let names = retired.segments.map(\.name).joined(separator: ", ")
        settings.report("removed finished segments of the log \(path) (\(retired.reason)): \(names)")
    }

    /// Hands over the buffer and counts the records of it that the file has now. A line that lacks nothing but its newline
    /// is one of them: the next write adds it.
    private mutating func flush(to file: LogFile) throws(OperationError) {
        guard !encoder.lines.isEmpty else { return }
        if let failure = shortage(in: file) {
            encoder.removeAll(keepingFirst: 0)
            throw failure
        }
        let appended = encoder.buffer.withPieces(from: 0) { file.append($0) }
        let whole =
            appended.failure == nil
            ? encoder.lines.count : encoder.lines.count { $0.size <= appended.count + 1 }
        sequence += UInt64(whole)
        checkpointed = min(checkpointed, sequence)
        if whole > 0 {
            file.hasHeader = true
            file.unlockForHeader()
            file.noteFirstLine()
        }
        encoder.removeAll(keepingFirst: whole)
        if let failure = appended.failure { throw failure }
    }
}

// MARK: - Segments

extension LogWriter {
    /// The live segment, opened where that has not been done, and found in order; a new one where it was rotated, or is due
    /// to be.
    private mutating func liveFile() throws(OperationError) -> LogFile {
        for _ in 0..<Self.openingTries {
            let file = try openFile()
            switch try file.check() {
            case .rotated:
                file.unlockForHeader()
                self.file = nil
            case .live:
                guard try !isRotated(file) else { continue }
                if file.hasHeader || file.isLockedForHeader || !file.descriptor.isRegular { return file }
                try file.lockForHeader()
            }
        }
        let file = try openFile()
        if !file.hasHeader { try file.lockForHeader() }
        return file
    }

    /// Rotates a segment that is due to be.
    ///
    /// - Returns: whether there is another live one now.
    private mutating func isRotated(_ file: LogFile) throws(OperationError) -> Bool {
        // On a disk that is nearly full nobody can say that outcomes have room in a new file.
        guard isDue(file), case .file = destination, file.hasRoomBeside(for: roomForOutcomes) else { return false }
        let failure = file.rotate()
        hasRotated = failure == nil
        if let failure {
            if !hasReportedRotation { settings.report(failure.error.message) }
            hasReportedRotation = true
        }
        return hasRotated
    }

    private func isDue(_ file: LogFile) -> Bool {
        // A torn line is set apart in the segment that it is in, before that is finished.
        guard file.descriptor.isRegular, file.knownSize > 0, !file.endsWithinLine else { return false }
        // What these records are to take has been kept in this one.
        guard !takesRoom else { return false }
        if let size = settings.rotation.size, file.knownSize >= size { return file.hasContent }
        guard settings.rotation.isDaily, let day = file.contentDay, !day.isEmpty else { return false }
        return Timestamp.now.text(fractionDigits: 0).prefix(10) > day[...]
    }

    private mutating func openFile() throws(OperationError) -> LogFile {
        if let file { return file }
        let opened =
            switch destination {
            case .file(let path): try LogFile.open(path, patience: settings.patience)
            case .standardError: LogFile.standardError()
            }
        file = opened
        return opened
    }
}
