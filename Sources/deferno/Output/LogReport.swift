import OperationCatalogue
import OperationLog

/// What commands that read the log say on the way: lines on standard output as they come, and on standard error what is
/// wrong with the log.
final class LogReport {
    /// Lines that are no records, by their files.
    private var brokenLines: [(path: String, count: Int)] = []
    private var hasUnreadable = false
    private var hasOther = false
    /// Written when so many bytes have come together.
    private static let portion = 1 << 16
    /// Of each file so many broken lines are told; the others are counted.
    private static let mostBrokenLines = 20
    private var pending = 0

    /// - Parameter files: what is to be known of them before they are read.
    init(_ files: LogFiles) {
        for notice in files.notices { StandardStream.error.append("deferno: \(notice.escapedForTerminal)\n") }
        for fault in files.faults { self.fault(fault) }
        StandardStream.error.writeNow("")
    }

    /// Whether going on makes no sense, since nobody reads any more.
    var isOver: Bool { StandardStream.output.isBroken }

    func line(_ bytes: some Collection<UInt8>) {
        StandardStream.output.append(bytes)
        StandardStream.output.append([UInt8(ascii: "\n")])
        pending += bytes.count + 1
        if pending >= Self.portion { flush() }
    }

    func line(_ text: String) { line(Array(text.utf8)) }

    /// A line that is no record, a file that is no log or cannot be read: neither ends the reading.
    func fault(_ fault: LogScan.Fault) {
        switch fault.kind {
        case .line:
            if brokenLines.last?.path != fault.path { brokenLines.append((fault.path, 0)) }
            brokenLines[brokenLines.count - 1].count += 1
            guard brokenLines[brokenLines.count - 1].count <= Self.mostBrokenLines else { return }
        case .noLog: hasOther = true
        case .unreadable: hasUnreadable = true
        }
        let place = fault.line.map { "\(fault.path):\($0)" } ?? fault.path
        let text = fault.kind == .unreadable ? fault.message : "\(place): \(fault.message)"
        StandardStream.error.writeNow("\(fault.kind == .line ? "" : "deferno: error: ")\(text.escapedForTerminal)\n")
    }

    private func flush() {
        StandardStream.output.writeNow("")
        pending = 0
    }

    /// Ends the command: with an error where a file could not be read, or was no log.
    ///
    /// - Throws: the exit status that is not 0.
    func finish() throws {
        flush()
        for (path, count) in brokenLines where count > Self.mostBrokenLines {
            let more = (count - Self.mostBrokenLines).counted("more line")
            StandardStream.error.append("\("\(path): \(more)".escapedForTerminal) that are no records\n")
        }
        StandardStream.error.writeNow("")
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
        if hasUnreadable { throw ExitStatus.inputOutput.exitCode }
        if hasOther { throw ExitStatus.badData.exitCode }
    }
}

/// Colours, where a person looks at the output and has not asked for none (no-color.org).
enum TerminalColor: Int {
    case red = 31
    case green = 32
    case yellow = 33
    case magenta = 35
    case cyan = 36
    case gray = 90

    static let isWanted =
        StandardStream.output.isTerminal && (EnvironmentVariables.process["NO_COLOR"] ?? "").isEmpty
        && EnvironmentVariables.process["TERM"] != "dumb"

    func callAsFunction(_ text: String) -> String {
        Self.isWanted ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    static func of(status: String) -> TerminalColor {
        switch status {
        case "ok": .green
        case "failed": .red
        case "skipped": .yellow
        default: .magenta
        }
    }
}
