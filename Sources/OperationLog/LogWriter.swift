import Glibc
import OperationCatalogue
import OperationPipeline

/// What an ``OperationLog`` keeps under its lock: the open file, the buffer and the sequence.
struct LogWriter: ~Copyable {
    /// Records are handed over when this many bytes of them have come together, and at the end of a call.
    static let writeSize = 1_048_576

    private let destination: LogDestination
    private let origin: Origin
    private var file: LogFile?
    private var encoder: RecordEncoder
    /// The sequence number of the next record: as many records as are in the log.
    private var sequence: UInt64 = 0

    /// What a header says of the process.
    struct Origin {
        let process: Int32
        let version: String
        let host: String?
    }

    init(_ destination: LogDestination, version: String, writer: UniqueIdentifier) {
        self.destination = destination
        origin = Origin(process: getpid(), version: version, host: Self.hostName())
        encoder = RecordEncoder(writer: writer)
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
        let file = try readyFile()
        defer { encoder.removeAll() }
        header(at: .now)
        try flush(to: file)
    }

    mutating func write(intents: [Invocation]) throws(OperationError) {
        let file = try readyFile()
        defer { encoder.removeAll() }
        let time = Timestamp.now
        header(at: time)
        encoder.begin(.intent, at: time)
        for index in intents.indices {
            encoder.intent(intents[index], sequence: nextSequence)
            if encoder.buffer.count >= Self.writeSize { try flush(to: file) }
        }
        try flush(to: file)
    }

    mutating func write(outcomes: [ConcludedOperation]) throws(OperationError) {
        let file = try readyFile()
        defer { encoder.removeAll() }
        let time = Timestamp.now
        header(at: time)
        encoder.begin(.outcome, at: time)
        for index in outcomes.indices {
            encoder.outcome(outcomes[index], sequence: nextSequence)
            if encoder.buffer.count >= Self.writeSize { try flush(to: file) }
        }
        try flush(to: file)
    }

    private var nextSequence: UInt64 { sequence + UInt64(encoder.lineEnds.count) }

    /// The file, opened where that has not been done, and found in order; the buffer then begins with the newline that a
    /// torn line lacks.
    private mutating func readyFile() throws(OperationError) -> LogFile {
        let file = try openFile()
        try file.check()
        if file.endsWithinLine { encoder.newline() }
        return file
    }

    private mutating func openFile() throws(OperationError) -> LogFile {
        if let file { return file }
        let opened =
            switch destination {
            case .file(let path): try LogFile.open(path)
            case .standardError: LogFile.standardError()
            }
        file = opened
        return opened
    }

    /// The first record of a writer.
    private mutating func header(at time: Timestamp) {
        guard sequence == 0 else { return }
        encoder.begin(.header, at: time)
        encoder.header(sequence: 0, origin: origin)
    }

    /// Hands over the buffer and counts the records of it that the file has now. A line that lacks nothing but its newline
    /// is one of them: the next write adds it.
    private mutating func flush(to file: LogFile) throws(OperationError) {
        guard !encoder.lineEnds.isEmpty else { return }
        let appended = file.append(encoder.buffer.bytes)
        if let failure = appended.failure {
            sequence += UInt64(encoder.lineEnds.count { $0 <= appended.count + 1 })
            throw failure
        }
        sequence += UInt64(encoder.lineEnds.count)
        encoder.removeAll()
    }
}
