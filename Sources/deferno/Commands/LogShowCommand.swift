import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log show`: what happened, one line for each operation.
struct LogShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the operations of the log, one a line.",
        discussion: """
            An operation's intent and its outcome become one line, in the order in which the operations ended: on a terminal \
            in columns, in a pipe as NDJSON with `time` (asked for) and `ended`. An intent without an outcome comes last, \
            with the status unknown: it may have happened. --raw shows the records themselves. All files of a log that was \
            rotated are read, compressed ones too. A line that is no record is told on standard error and passed over.
            """
    )

    @OptionGroup var options: LogFilterOptions

    @Flag(help: "Show the records as they stand in the log.")
    var raw = false

    func run() throws {
        let filter = try options.filter()
        let report = LogReport()
        let scan = LogScan(try options.paths(), for: filter) { report.fault($0) }
        let readable = raw ? showRecords(scan, filter, report) : showOperations(scan, filter, report)
        try report.finish(readable: readable)
    }

    private func showRecords(_ scan: LogScan, _ filter: LogFilter, _ report: LogReport) -> Int {
        scan.run { record, _ in
            if filter.isEmpty || filter.accepts(record) { report.line(record.bytes) }
            return !report.isOver
        }
    }

    private func showOperations(_ scan: LogScan, _ filter: LogFilter, _ report: LogReport) -> Int {
        let people = StandardStream.output.isTerminal ? OperationLine() : nil
        return scan.operations(of: filter) { operation in
            if let people { report.line(people.text(operation)) } else { report.line(operation.bytes) }
            return !report.isOver
        }
    }
}
