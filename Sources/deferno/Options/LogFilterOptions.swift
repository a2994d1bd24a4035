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

    @Option(help: ArgumentHelp("Only what this user, or this client program, asked for.", valueName: "name"))
    var actor: String?

    @Option(help: ArgumentHelp("Only this run; the beginning of its id is enough.", valueName: "id"))
    var run: String?

    @Option(help: ArgumentHelp("Only what names this task in its arguments or its result.", valueName: "id"))
    var task: String?

    @Option(
        help: ArgumentHelp(
            "Only from then on: 2026-11-28, 2026-11-28T09:00:00Z, or so long ago: 30m, 2h, 3d, 1w.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only before then; written like --since.", valueName: "time"))
    var until: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only where a field compares so: 'ms > 100', 'error.code = not_found', 'args.title ~ milk'. May be given "
                + "several times; all must hold.",
            valueName: "field op value"))
    var conditions: [String] = []

    @Argument(
        help: ArgumentHelp(
            "Files to read instead of the log that the settings name, oldest first; - is standard input.",
            valueName: "file"))
    var files: [String] = []

    private static let doors = Door.allCases.map(\.rawValue).joined(separator: ", ")
    private static let statuses = OutcomeStatus.allCases.map(\.rawValue).joined(separator: ", ")
}

extension LogFilterOptions {
    /// - Throws: a fault of the command line.
    func filter() throws -> LogFilter {
        var filter = LogFilter()
        let known = Catalogue.standard.definitions.map(\.name)
        filter.operations = try Self.words(operations, "--op", among: known, mustBeKnown: false)
        filter.doors = try Self.words(doors, "--door", among: Door.allCases.map(\.rawValue))
        filter.statuses = try Self.words(statuses, "--status", among: OutcomeStatus.allCases.map(\.rawValue))
        filter.actor = actor
        filter.run = run
        filter.task = task
        filter.since = try since.map { try Self.time($0, "--since") }
        filter.until = try until.map { try Self.time($0, "--until") }
        filter.conditions = try conditions.map { condition in
            do throws(LogConditionFault) {
                return try LogCondition(condition)
            } catch {
                throw ValidationError("--where '\(condition)': \(error.message)")
            }
        }
        return filter
    }

    /// The files to read, oldest first.
    ///
    /// - Throws: a fault of the command line, or the exit status after what is wrong has been shown.
    func paths() throws -> [String] {
        if !files.isEmpty { return files }
        let path = try log.resolved().path
        let segments = LogSegments.of(path)
        // Says what is wrong with it when it is read.
        return segments.isEmpty ? [path] : segments.map(\.path)
    }

    private static func words(
        _ options: [String], _ name: String, among known: [String], mustBeKnown: Bool = true
    ) throws -> Set<String> {
        let words = options.flatMap { $0.split(separator: ",").map(\.trimmed) }
        for word in words where !known.contains(word) {
            let hint = nearest(to: word, among: known).map { "; did you mean \($0)?" }
            // A log can hold what no catalogue has: somebody has asked for it in vain.
            guard mustBeKnown || hint != nil else { continue }
            throw ValidationError(
                "\(name): expected \(mustBeKnown ? known.joined(separator: ", ") : "an operation"), "
                    + "found '\(word)'\(hint ?? "")")
        }
        return Set(words)
    }

    private static func time(_ text: String, _ name: String) throws -> Timestamp {
        if let time = Timestamp(text) ?? Timestamp("\(text)T00:00:00Z") { return time }
        let unit: Int64? =
            switch text.last {
            case "s": 1
            case "m": 60
            case "h": 3600
            case "d": 86_400
            case "w": 604_800
            default: nil
            }
        guard let unit, let count = Int64(text.dropLast()), (0...1_000_000).contains(count) else {
            throw ValidationError(
                "\(name): expected a time such as 2026-11-28, 2026-11-28T09:00:00Z or 2h (ago), found '\(text)'")
        }
        let now = Timestamp.now
        return Timestamp(seconds: now.seconds - count * unit, nanoseconds: now.nanoseconds)
    }
}
