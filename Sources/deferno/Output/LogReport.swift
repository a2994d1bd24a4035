import OperationCatalogue
import OperationLog

/// What commands that read the log say on the way: lines on standard output as they come, and on standard error what is
/// wrong with the log.
final class LogReport {
    private var faults = 0
    /// Written when so many bytes have come together.
    private static let portion = 1 << 16
    private var pending = 0

    /// Whether going on makes no sense, since nobody reads any more.
    var isOver: Bool { StandardStream.output.isBroken }

    func line(_ bytes: some Collection<UInt8>) {
        StandardStream.output.append(bytes)
        StandardStream.output.append([UInt8(ascii: "\n")])
        pending += bytes.count + 1
        if pending >= Self.portion { flush() }
    }

    func line(_ text: String) { line(Array(text.utf8)) }

    /// A line that is no record, or a file that cannot be read: neither ends the reading.
    func fault(_ fault: LogScan.Fault) {
        faults += 1
        let place = fault.line.map { "\(fault.path):\($0)" } ?? fault.path
        StandardStream.error.append("\("\(place): \(fault.message)".escapedForTerminal)\n")
        if faults % 100 == 1 { StandardStream.error.writeNow("") }
    }

    private func flush() {
        StandardStream.output.writeNow("")
        pending = 0
    }

    /// Ends the command: with an error where no file could be read.
    ///
    /// - Throws: the exit status that is not 0.
    func finish(readable: Int) throws {
        flush()
        StandardStream.error.writeNow("")
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
        if readable == 0 { throw ExitStatus.inputOutput.exitCode }
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
        default: .magenta
        }
    }
}
