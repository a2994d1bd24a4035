import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log stats`: how much of what, how well and how fast.
struct LogStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count the operations of the log: how many, how many failed, how long they took.",
        discussion: """
            A table with a line over time on a terminal, in local time; one JSON object in a pipe, in UTC. Durations are in \
            milliseconds; p50, p90 and p99 are off by less than 1.6 %. An operation that was skipped, since one before it \
            did not succeed, counts as none that failed, and has no duration.
            """
    )

    @OptionGroup var options: LogFilterOptions

    func run() throws {
        let selection = try options.selection()
        let report = LogReport(selection.files)
        let scan = LogScan(selection.files.paths, for: selection.filter) { report.fault($0) }
        var statistics = LogStatistics()
        let readable = scan.operations(of: selection.filter) { operation in
            statistics.add(operation)
            return true
        }
        let form = StatisticsReport(statistics)
        if readable > 0 {
            if StandardStream.output.isTerminal {
                for line in form.table(width: LogColumns.terminalWidth) { report.line(line) }
            } else {
                report.line(JSONText(form.json).bytes)
            }
        }
        try report.finish()
    }
}
