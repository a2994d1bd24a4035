package import OperationCatalogue

/// Which operations of a log somebody wants to see. Everything that is set must hold.
package struct LogFilter: Sendable {
    /// Any of these; empty for all.
    package var operations: Set<String> = []
    package var doors: Set<String> = []
    package var statuses: Set<String> = []
    /// The user, or the name of the client program.
    package var actor: String?
    /// The run's identifier, or its beginning.
    package var run: String?
    /// A task's identifier, in lower case, somewhere in the arguments, the changes or the result.
    package var task: String?
    /// From this moment on.
    package var since: Timestamp?
    /// Before this moment.
    package var until: Timestamp?
    package var conditions: [LogCondition] = []

    package init() {}

    package var isEmpty: Bool {
        operations.isEmpty && doors.isEmpty && statuses.isEmpty && actor == nil && run == nil && task == nil
            && since == nil && until == nil && conditions.isEmpty
    }

    /// Texts one of which stands in every line that can be of interest: a line without any of them need not be looked at.
    /// Empty where there is no such text.
    var needles: [ByteNeedle] {
        if let task { return [ByteNeedle(task), ByteNeedle(task.uppercased())] }
        if let run { return [ByteNeedle(run)] }
        return operations.sorted().map { ByteNeedle("\"op\":\"\($0)\"") }
    }

    /// Whether lines are passed over by what stands in them.
    var isSelective: Bool { !needles.isEmpty }

    /// Whether it lets through the records of runs: nothing is asked for that only an operation has.
    package var acceptsRuns: Bool {
        operations.isEmpty && statuses.isEmpty && task == nil && conditions.isEmpty
    }

    /// Whether a record passes: an operation's intent, its outcome, or both put together.
    package func accepts(_ record: LogRecord) -> Bool {
        guard Self.isIn(operations, record.text("op")), Self.isIn(doors, record.text("door")),
            Self.isIn(statuses, record.text("status"))
        else { return false }
        if let actor, record.text("user") != actor, record.value("client")?["name"]?.stringValue != actor {
            return false
        }
        if let run, record.text("run")?.hasPrefix(run) != true { return false }
        if let task, !record.names(task: task) { return false }
        if since != nil || until != nil {
            guard let time = record.text("time").flatMap({ Timestamp($0) }) else { return false }
            if let since, time < since { return false }
            if let until, time >= until { return false }
        }
        if conditions.isEmpty { return true }
        let tree = record.tree
        return conditions.allSatisfy { $0.holds(of: tree) }
    }

    private static func isIn(_ wanted: Set<String>, _ found: String?) -> Bool {
        wanted.isEmpty || found.map { wanted.contains($0) } == true
    }
}

extension LogRecord {
    /// Whether the arguments, the changes or the result hold a task's identifier as a text of its own. Within another text its quotes
    /// would be escaped.
    package func names(task: String) -> Bool {
        // As it was given, it may be in capitals.
        let needles = [ByteNeedle("\"\(task)\""), ByteNeedle("\"\(task.uppercased())\"")]
        return [json("args"), json("changes"), json("result")].contains { json in
            json.map { json in needles.contains { $0.isIn(json) } } == true
        }
    }
}
