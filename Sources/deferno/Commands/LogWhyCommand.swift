import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log why`: how a task came to be what it is.
struct LogWhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell who changed a task, by which door and from which line of which script, in order.",
        discussion: """
            Shows every write that changed the task, or failed to: those that name it as their subject, and those that \
            changed it by what they did to another one, such as the deletion of its parent, which moved it up, or a merge, a \
            split or a fold. On a terminal each field that was changed follows on a line of its own, with its old and its new \
            value; in a pipe these stand in `changes`. What only mentions it, such as a change of its parent's title, is not shown. The task is named \
            by its id, by the beginning of it (8 characters or more), or as local-12, #12 or 12.
            """
    )

    @Argument(help: ArgumentHelp("The task: its id, or the beginning of it, local-12, #12 or 12.", valueName: "task"))
    var task: String

    @OptionGroup var options: LogFilterOptions

    func run() throws {
        let name = try NamedInLog.taskName(task, "the task")
        let selection = try options.selection()
        let id = try NamedInLog(selection.files).task(name, "the task")
        guard let identifier = UniqueIdentifier(id) else { return }
        let report = LogReport(selection.files)
        let lines = LogLines(report)
        var history = TaskHistory(of: identifier)
        // Where other tasks are matters too, so everything is looked at before it is filtered.
        let scan = LogScan(selection.files.paths) { report.fault($0) }
        let readable = scan.operations(of: LogFilter()) { operation in
            guard let effect = history.effect(of: operation), selection.filter.accepts(operation) else { return true }
            return lines.add(operation, note: Self.note(effect, operation), changesOf: identifier)
        }
        if readable > 0, lines.count == 0 {
            StandardStream.error.append("deferno: nothing in the log has changed \(task.escapedForTerminal)\n")
        }
        try report.finish()
    }

    /// What an operation whose subject was another task did to this one.
    private static func note(_ effect: TaskHistory.Effect, _ operation: LogRecord) -> String? {
        let other = operation.value("args")?[.taskID]?.stringValue.map { " \($0)" } ?? ""
        return switch effect {
        case .changed: nil
        case .movedUp: "moved up: the parent\(other) went"
        case .followedAnew: "followed by another one: \(other.dropFirst()) went"
        }
    }
}
