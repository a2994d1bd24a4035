import OperationCatalogue

/// Goes through the records of a log, segment by segment, in constant memory. What is no record is told and passed over; a file
/// without a single one is no log, which is told once.
package struct LogScan {
    /// What a log could not be read for, or a line that is no record.
    package struct Fault: Sendable {
        package enum Kind: Hashable, Sendable {
            /// A line that is no record.
            case line
            /// A file that is no log.
            case noLog
            /// A file that cannot be read, or not to its end.
            case unreadable
        }

        package let kind: Kind
        package let path: String
        /// From 1; `nil` for the whole file.
        package let line: Int?
        package let message: String
    }

    /// The files, oldest first.
    package let paths: [String]
    /// Told what is wrong, in the order of the files.
    package let report: (Fault) -> Void
    private let needles: [ByteNeedle]

    /// - Parameter filter: lines that it cannot accept need not be given.
    package init(_ paths: [String], for filter: LogFilter = LogFilter(), report: @escaping (Fault) -> Void) {
        self.init(paths, needles: filter.needles, report: report)
    }

    /// - Parameter needles: lines without any of them need not be given.
    init(_ paths: [String], needles: [ByteNeedle], report: @escaping (Fault) -> Void) {
        self.paths = paths
        self.report = report
        self.needles = needles
    }

    /// Gives each record to `body` until that returns `false`.
    ///
    /// - Parameter wants: asked about a line that the filter cannot accept by itself, with the bytes that it begins with.
    /// - Returns: how many of the files are logs that could be read.
    package func run(
        wanting wants: (UnsafeRawBufferPointer) -> Bool = { _ in false },
        _ body: (LogRecord, LogLine) -> Bool
    ) -> Int {
        var readable = 0
        var members = JSONMembers()
        for path in paths {
            var recognition = LogRecognition(path)
            do throws(OperationError) {
                var reader = try Self.reader(of: path)
                var isOver = false
                while !recognition.isHopeless,
                    let goesOn = try reader.next({ line in take(line, &recognition, &members, wants, body) })
                {
                    isOver = !goesOn
                    if isOver { break }
                }
                recognition.end(report)
                if recognition.isLog { readable += 1 }
                if isOver { return readable }
            } catch {
                if recognition.isLog { readable += 1 }
                report(Fault(kind: .unreadable, path: path, line: nil, message: error.message))
            }
        }
        return readable
    }

    /// A segment, or what it has become where somebody has compressed it meanwhile.
    private static func reader(of path: String) throws(OperationError) -> LogLineReader {
        do throws(OperationError) {
            return try LogLineReader(path)
        } catch {
            guard FileIdentity(path: path) == nil, FileIdentity(path: path + LogSegments.suffix) != nil else {
                throw error
            }
            return try LogLineReader(path + LogSegments.suffix)
        }
    }

    private func take(
        _ line: LogLine, _ recognition: inout LogRecognition, _ members: inout JSONMembers,
        _ wants: (UnsafeRawBufferPointer) -> Bool, _ body: (LogRecord, LogLine) -> Bool
    ) -> Bool {
        guard !line.bytes.isEmpty else { return true }
        let isOfInterest = needles.isEmpty || needles.contains { $0.isIn(line.bytes) } || wants(line.bytes)
        guard isOfInterest || !recognition.isLog else { return true }
        guard !line.isTooLong else {
            recognition.miss(line, "the line is too long to be a record", report)
            return true
        }
        do throws(JSONSyntaxError) {
            try members.read(line.bytes)
        } catch {
            let message =
                line.isEnded
                ? "no record: \(error.message) at byte \(error.offset + 1)" : "the last line is not whole (yet)"
            recognition.miss(line, message, report)
            return true
        }
        let record = LogRecord(line.bytes, members)
        guard recognition.isLog || record.isRecord else {
            recognition.miss(line, "no record: it has no kind and no time", report)
            return true
        }
        recognition.find(report)
        return isOfInterest ? body(record, line) : true
    }
}

/// Whether a file is a log: it has a record among its first lines. What is wrong with the lines before is told only then.
private struct LogRecognition {
    /// So many lines, and so many bytes, without a record are no log's.
    private static let mostLines = 1000
    private static let mostBytes = 4 << 20

    private let path: String
    private(set) var isLog = false
    private var held: [LogScan.Fault] = []
    private var bytes = 0
    /// What the file begins with.
    private var beginning: [UInt8] = []

    init(_ path: String) { self.path = path }

    var isHopeless: Bool { !isLog && (held.count >= Self.mostLines || bytes >= Self.mostBytes) }

    mutating func miss(_ line: LogLine, _ message: String, _ report: (LogScan.Fault) -> Void) {
        let fault = LogScan.Fault(kind: .line, path: path, line: line.number, message: message)
        if isLog { return report(fault) }
        if held.isEmpty { beginning = Array(line.bytes.prefix(256)) }
        held.append(fault)
        bytes += line.bytes.count
    }

    mutating func find(_ report: (LogScan.Fault) -> Void) {
        guard !isLog else { return }
        isLog = true
        held.forEach(report)
        held = []
    }

    func end(_ report: (LogScan.Fault) -> Void) {
        if !isLog { report(LogScan.Fault(kind: .noLog, path: path, line: nil, message: message)) }
    }

    private var message: String {
        let name = path == "-" ? "standard input" : "the file"
        if held.isEmpty { return "\(name) is empty: there is no record in it" }
        if let program = Self.packers.first(where: { beginning.starts(with: $0.magic) })?.program {
            return
                "\(name) is compressed with \(program); give what \(program) -dc makes of it on standard input: log show -"
        }
        if beginning.starts(with: Array("{\"time\":".utf8)) {
            return "\(name) holds no record of a log; what log show prints is not one: log show --raw prints records"
        }
        return "\(name) is no log of deferno: there is no record in it"
    }

    private static let packers: [(magic: [UInt8], program: String)] = [
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"), (Array("BZh".utf8), "bzip2"),
    ]
}
