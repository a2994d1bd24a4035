import OperationCatalogue
import OperationLog

/// The lines of commands that show operations: on a terminal in columns under a header, in a pipe as NDJSON.
final class LogLines {
    private let report: LogReport
    private let people: OperationLine?
    private(set) var count = 0

    init(_ report: LogReport) {
        self.report = report
        people = StandardStream.output.isTerminal ? OperationLine() : nil
    }

    var isForPeople: Bool { people != nil }

    /// - Parameters:
    ///   - note: what it did, where that does not show.
    ///   - task: whose changes people are shown, on lines of their own below the operation's.
    /// - Returns: whether anybody reads on.
    func add(_ operation: LogRecord, note: String? = nil, changesOf task: UniqueIdentifier? = nil) -> Bool {
        let goesOn = add(operation) { $0.text(operation, note: note) }
        guard let people, let task, goesOn else { return goesOn }
        let changes = RecordedChange.all(in: operation.value("changes"))
        for line in ChangeLines(width: people.columns.width).text(of: changes, to: task) { report.line(line) }
        return !report.isOver
    }

    /// - Returns: whether anybody reads on.
    func add(run: LogRecord) -> Bool {
        add(run) { $0.text(run: run) }
    }

    private func add(_ record: LogRecord, _ text: (OperationLine) -> String) -> Bool {
        if let people {
            if count == 0 { report.line(people.columns.header) }
            report.line(text(people))
        } else {
            report.line(record.bytes)
        }
        count += 1
        return !report.isOver
    }
}

/// What is said where nothing of the log passes the filter.
struct EmptyResult {
    private let selection: LogSelection

    init(_ selection: LogSelection) { self.selection = selection }

    /// So many names of those who are in the log are told at most.
    private static let mostNames = 10

    func tell() {
        guard !selection.filter.isEmpty else { return }
        guard let actor = selection.filter.actor, selection.files.canBeReadAgain else {
            return say("nothing in the log passes this filter")
        }
        let names = names
        guard !names.isEmpty, !names.contains(actor) else { return say("nothing in the log passes this filter") }
        let list = names.sorted().prefix(Self.mostNames).joined(separator: ", ")
        say(
            "nobody called \(actor) is in the log; those who are: \(list)\(names.count > Self.mostNames ? ", and more" : "")"
        )
    }

    private func say(_ sentence: String) {
        StandardStream.error.append("deferno: \(sentence.escapedForTerminal)\n")
    }

    private var names: Set<String> {
        var names: Set<String> = []
        _ = LogScan(selection.files.paths) { _ in }.run { record, _ in
            if let user = record.text("user") { names.insert(user) }
            if let client = record.value("client")?["name"]?.stringValue { names.insert(client) }
            return names.count <= Self.mostNames
        }
        return names
    }
}
