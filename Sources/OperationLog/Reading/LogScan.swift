import OperationCatalogue

/// Goes through the records of a log, segment by segment, in constant memory. What is no record is told and passed over.
package struct LogScan {
    /// What a log could not be read for, or a line that is no record.
    package struct Fault: Sendable {
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
        self.paths = paths
        self.report = report
        needles = filter.needles
    }

    /// Gives each record to `body` until that returns `false`.
    ///
    /// - Parameter wants: asked about a line that the filter cannot accept by itself, with the bytes that it begins with.
    /// - Returns: how many of the files could be read.
    package func run(
        wanting wants: (UnsafeRawBufferPointer) -> Bool = { _ in false },
        _ body: (LogRecord, LogLine) -> Bool
    ) -> Int {
        var readable = 0
        var members = JSONMembers()
        for path in paths {
            do throws(OperationError) {
                var reader = try LogLineReader(path)
                readable += 1
                while let goesOn = try reader.next({ line in take(line, path, &members, wants, body) }) {
                    if !goesOn { return readable }
                }
            } catch {
                report(Fault(path: path, line: nil, message: error.message))
            }
        }
        return readable
    }

    private func take(
        _ line: LogLine, _ path: String, _ members: inout JSONMembers,
        _ wants: (UnsafeRawBufferPointer) -> Bool, _ body: (LogRecord, LogLine) -> Bool
    ) -> Bool {
        guard !line.bytes.isEmpty else { return true }
        if !needles.isEmpty, !needles.contains(where: { $0.isIn(line.bytes) }), !wants(line.bytes) { return true }
        guard !line.isTooLong else {
            report(Fault(path: path, line: line.number, message: "the line is too long to be a record"))
            return true
        }
        do throws(JSONSyntaxError) {
            try members.read(line.bytes)
        } catch {
            let message =
                line.isEnded
                ? "no record: \(error.message) at byte \(error.offset + 1)" : "the last line is not whole (yet)"
            report(Fault(path: path, line: line.number, message: message))
            return true
        }
        return body(LogRecord(line.bytes, members), line)
    }
}
