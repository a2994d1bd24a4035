import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log stats`: how much of what, how well and how fast.
struct LogStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count the operations of the log: how many, how many failed, how long they took.",
        discussion: """
            A table with a line over time on a terminal, one JSON object in a pipe. Durations are in milliseconds; p50, p90 \
            and p99 are off by less than 1.6 %.
            """
    )

    @OptionGroup var options: LogFilterOptions

    func run() throws {
        let filter = try options.filter()
        let report = LogReport()
        let scan = LogScan(try options.paths(), for: filter) { report.fault($0) }
        var statistics = LogStatistics()
        let readable = scan.operations(of: filter) { operation in
            statistics.add(operation)
            return true
        }
        let form = StatisticsReport(statistics)
        if readable > 0 {
            if StandardStream.output.isTerminal {
                for line in form.table { report.line(line) }
            } else {
                report.line(JSONText(form.json).bytes)
            }
        }
        try report.finish(readable: readable)
    }
}
