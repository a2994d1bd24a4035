import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log why`: how a task came to be what it is.
struct LogWhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell who changed a task, by which door and from which line of which script, in order.",
        discussion: """
            Shows every write that names the task in its arguments or its result, also those that made it a parent or a \
            child, and those that failed. The task is named by its id, or by the beginning of it, 8 characters or more.
            """
    )

    @Argument(help: ArgumentHelp("The task's id, or the beginning of it.", valueName: "task"))
    var task: String

    @OptionGroup var options: LogFilterOptions

    func run() throws {
        var filter = try options.filter()
        let report = LogReport()
        let paths = try options.paths()
        filter.task = try TaskSearch(paths).identifier(task)
        let people = StandardStream.output.isTerminal ? OperationLine() : nil
        var count = 0
        let scan = LogScan(paths, for: filter) { report.fault($0) }
        let readable = scan.operations(of: filter) { operation in
            guard Self.isWrite(operation) else { return true }
            count += 1
            if let people { report.line(people.text(operation)) } else { report.line(operation.bytes) }
            return !report.isOver
        }
        if readable > 0, count == 0 {
            StandardStream.error.append("deferno: nothing in the log has changed \(task.escapedForTerminal)\n")
        }
        try report.finish(readable: readable)
    }

    private static func isWrite(_ operation: LogRecord) -> Bool {
        operation.text("op").flatMap { Catalogue.standard.definition(of: $0) }?.isWrite ?? false
    }
}

/// Finds the task that somebody means.
private struct TaskSearch {
    private let paths: [String]

    init(_ paths: [String]) { self.paths = paths }

    /// The whole of an identifier of which the beginning is given.
    ///
    /// - Throws: a fault of the command line where there is none, or more than one.
    func identifier(_ text: String) throws -> String {
        let text = text.lowercased()
        if UniqueIdentifier(text) != nil { return text }
        let isBeginning = text.utf8.count >= 8 && text.allSatisfy { $0.isHexDigit || $0 == "-" }
        guard isBeginning, !paths.contains("-") else {
            throw ValidationError("expected a task's id, or 8 characters or more of its beginning, found '\(text)'")
        }
        var found: Set<String> = []
        var filter = LogFilter()
        filter.task = text
        _ = LogScan(paths, for: filter) { _ in }.run { record, _ in
            for name in ["args", "result"] as [StaticString] {
                if let value = record.value(name) { Self.collect(value, text, into: &found) }
            }
            return found.count < 5
        }
        guard let only = found.first else {
            throw ValidationError("no task in the log has an id that begins with '\(text)'")
        }
        guard found.count == 1 else {
            let ids = found.sorted().joined(separator: ", ")
            throw ValidationError("several tasks have ids that begin with '\(text)': \(ids)")
        }
        return only
    }

    private static func collect(_ value: JSONValue, _ beginning: String, into found: inout Set<String>) {
        switch value {
        case .string(let text):
            if text.hasPrefix(beginning), UniqueIdentifier(text) != nil { found.insert(text) }
        case .array(let elements): for element in elements { collect(element, beginning, into: &found) }
        case .object(let object): for member in object.members { collect(member.value, beginning, into: &found) }
        default: break
        }
    }
}
