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
            in columns, in local time, with a line where a run begins and where it ends; in a pipe as NDJSON with `time` \
            (asked for) and `ended`, in UTC. One whose fate is not known comes last, with the status unknown: it may have \
            happened. Where a later one tells (the same task is made again, or the backend was asked), it has the status \
            that this tells, and `settled_by`. --raw shows the records themselves, --runs the runs in place of the \
            operations. All files of a log that was rotated are read, compressed ones too. A line that is no record is told \
            on standard error and passed over; a file that is no log, or cannot be read, makes the exit status 65 or 74.
            """
    )

    @OptionGroup var options: LogFilterOptions

    @Flag(help: "Show the records as they stand in the log.")
    var raw = false

    @Flag(help: "Show the runs, one a line: when, which scripts, how they ended, and the id that --run takes.")
    var runs = false

    func validate() throws {
        if raw, runs { throw ValidationError("--raw shows records and --runs shows runs: give one of them") }
    }

    func run() throws {
        let selection = try options.selection(ofRecords: raw)
        if runs, !selection.filter.acceptsRuns {
            throw ValidationError(
                "--runs: a run has no operation, task, status or field of one; filter runs by --door, --user, --run, --since "
                    + "and --until")
        }
        let report = LogReport(selection.files)
        let scan = LogScan(selection.files.paths, for: selection.filter) { report.fault($0) }
        if raw {
            showRecords(scan, selection.filter, report)
        } else {
            let lines = LogLines(report)
            if runs { showRuns(scan, selection.filter, lines) } else { showOperations(scan, selection.filter, lines) }
            if lines.count == 0 { EmptyResult(selection).tell() }
        }
        try report.finish()
    }

    private func showRecords(_ scan: LogScan, _ filter: LogFilter, _ report: LogReport) {
        _ = scan.run { record, _ in
            if filter.isEmpty || filter.accepts(record) { report.line(record.bytes) }
            return !report.isOver
        }
    }

    private func showOperations(_ scan: LogScan, _ filter: LogFilter, _ lines: LogLines) {
        let runs = lines.isForPeople ? { lines.add(run: $0) } : nil
        _ = scan.operations(of: filter, runs: runs) { lines.add($0) }
    }

    private func showRuns(_ scan: LogScan, _ filter: LogFilter, _ lines: LogLines) {
        var pairing = RunPairing()
        _ = scan.run { record, _ in
            var goesOn = true
            pairing.add(record) { run in
                if filter.accepts(run) { goesOn = lines.add(run: run) }
            }
            return goesOn
        }
        pairing.finish { run in
            if filter.accepts(run) { _ = lines.add(run: run) }
        }
    }
}
