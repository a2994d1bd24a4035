import ArgumentParser
import OperationCatalogue
import OperationLog
import OperationPipeline

/// The options that say which operations of the log are wanted, and the files to read.
struct LogFilterOptions: ParsableArguments {
    @OptionGroup var log: LogOptions

    @Option(name: .customLong("op"), help: ArgumentHelp("Only these operations.", valueName: "operation,..."))
    var operations: [String] = []

    @Option(
        name: .customLong("door"),
        help: ArgumentHelp("Only what came in there: \(Self.doors).", valueName: "door,..."))
    var doors: [String] = []

    @Option(
        name: .customLong("status"),
        help: ArgumentHelp("Only what ended so: \(Self.statuses).", valueName: "status,..."))
    var statuses: [String] = []

    @Option(
        name: [.customLong("user"), .customLong("actor")],
        help: ArgumentHelp("Only what this user, or this client program, asked for.", valueName: "name"))
    var actor: String?

    @Option(
        help: ArgumentHelp("Only this run: its id, or the beginning of it, 8 characters or more.", valueName: "id"))
    var run: String?

    @Option(
        help: ArgumentHelp(
            "Only what names this task in its arguments or its result: its id or the beginning of it (8 characters or "
                + "more), local-12, #12 or 12.",
            valueName: "task"))
    var task: String?

    @Option(
        help: ArgumentHelp(
            "Only from then on: \(TimeExpression.examples). Without a zone it is local time.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only before then; written like --since.", valueName: "time"))
    var until: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only where a field compares so: 'ms > 100', 'error.code = not_found', 'args.title ~ milk', "
                + "'time >= yesterday'. One of = != < <= > >= or ~ (holds the text). May be given several times; all must "
                + "hold.",
            valueName: "field op value"))
    var conditions: [String] = []

    @Argument(
        help: ArgumentHelp(
            "Files or folders to read instead of the log that the settings name, in any order, compressed (gzip) or not; "
                + "- is standard input.",
            valueName: "file"))
    var files: [String] = []

    private static let doors = Door.allCases.map(\.rawValue).joined(separator: ", ")
    private static let statuses = RecordField.statuses.joined(separator: ", ")
}

/// What is to be read of which files.
struct LogSelection {
    let files: LogFiles
    var filter: LogFilter
}

extension LogFilterOptions {
    /// - Parameter ofRecords: whether the records themselves are looked through, and not the operations made of them.
    /// - Throws: a fault of the command line, or the exit status after what is wrong has been shown.
    func selection(ofRecords: Bool = false) throws -> LogSelection {
        // What is wrong with the command line comes before what is wrong with the files.
        var filter = try filter(ofRecords: ofRecords)
        let taskName = try task.map { try NamedInLog.taskName($0, "--task") }
        let runName = try run.map { try NamedInLog.runName($0) }
        let files = try files.isEmpty ? LogFiles(ofLogAt: log.resolved().path) : LogFiles(named: files)
        let named = NamedInLog(files)
        filter.task = try taskName.map { try named.task($0, "--task") }
        filter.run = try runName.map { try named.run($0) }
        return LogSelection(files: files, filter: filter)
    }

    private func filter(ofRecords: Bool) throws -> LogFilter {
        var filter = LogFilter()
        let known = Catalogue.standard.definitions.map(\.name)
        filter.operations = try Self.words(operations, "--op", among: known, mustBeKnown: false)
        filter.doors = try Self.words(doors, "--door", among: Door.allCases.map(\.rawValue))
        filter.statuses = try Self.words(statuses, "--status", among: RecordField.statuses)
        if let actor, actor.allSatisfy(\.isWhitespace) {
            throw ValidationError("--user: expected the name of a user or of a client program, found nothing")
        }
        filter.actor = actor
        filter.since = try since.map { try Self.time($0, "--since") }
        filter.until = try until.map { try Self.time($0, "--until") }
        if let since = filter.since, let until = filter.until, until <= since {
            throw ValidationError(
                "--until: nothing is both from \(self.since ?? "") on and before \(self.until ?? ""), which are "
                    + "\(since) and \(until); --until is the first moment that is not wanted any more")
        }
        let wanted = Catalogue.standard.definitions.filter { filter.operations.contains($0.name) }
        let fields = RecordField.record(of: wanted.isEmpty ? Catalogue.standard.definitions : wanted)
        filter.conditions = try conditions.map { condition in
            do throws(LogConditionFault) {
                return try LogCondition(condition, fields: fields, ofRecords: ofRecords)
            } catch {
                throw ValidationError("--where '\(condition)': \(error.message)")
            }
        }
        return filter
    }

    private static func words(
        _ options: [String], _ name: String, among known: [String], mustBeKnown: Bool = true
    ) throws -> Set<String> {
        let words = options.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed) }
        for word in words where !known.contains(word) {
            let hint = nearest(to: word.lowercased(), among: known).map { "; did you mean \($0)?" }
            // A log can hold what no catalogue has: somebody has asked for it in vain.
            guard mustBeKnown || hint != nil || word.isEmpty else { continue }
            let expected = mustBeKnown ? known.joined(separator: ", ") : "an operation, such as create_task"
            throw ValidationError(
                "\(name): expected \(expected), found \(word.isEmpty ? "nothing" : "'\(word)'")\(hint ?? "")")
        }
        return Set(words)
    }

    private static func time(_ text: String, _ name: String) throws -> Timestamp {
        guard let time = TimeExpression(text) else {
            throw ValidationError("\(name): expected a time such as \(TimeExpression.examples), found '\(text)'")
        }
        return time.start
    }
}
