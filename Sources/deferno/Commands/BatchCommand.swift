import ArgumentParser
import BatchFrontend
import OperationCatalogue
import OperationPipeline

/// `deferno batch`: operations from YAML scripts.
struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Work with YAML scripts of operations.",
        subcommands: [BatchRunCommand.self]
    )
}

/// `deferno batch run`: checks scripts and carries them out.
struct BatchRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Check YAML scripts and carry them out, step by step.",
        discussion: """
            Files are checked whole before anything is carried out; what comes through a pipe is checked step by step. \
            Outcomes are printed one a line as NDJSON, or as a readable list on a terminal.
            """
    )

    enum OutputForm: String, CaseIterable, ExpressibleByArgument {
        case ndjson, text
    }

    @OptionGroup var options: CommonOptions

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp(
            "Set a variable of the scripts, as YAML has it: n=3 is a number, n='\"3\"' a text, n='[a, b]' a list. May be given "
                + "several times.", valueName: "name=value")
    )
    var variables: [String] = []

    @Option(help: "The form of the outcomes: ndjson or text. Default: text on a terminal, else ndjson.")
    var output: OutputForm?

    @Flag(name: .shortAndLong, help: "Print no outcomes and no progress; failures still go to standard error.")
    var quiet = false

    @Argument(help: ArgumentHelp("Scripts; - is standard input.", valueName: "file"))
    var files: [String]

    func run() async throws {
        let overrides = try BatchVariables.object(from: variables)
        let context = try ProcessContext(options, door: .batch)
        let sources = files.map { $0 == "-" ? ScriptSource.standardInput : .file($0) }
        let checked = try BatchCheck.check(sources, overrides: overrides, shutdown: context.shutdown)

        let reporter = BatchReporter(form: form, totalSteps: checked.totalSteps, shutdown: context.shutdown)
        let ledger = BatchLedger { reporter.report($0) }
        let source = BatchSource(
            checked.inputs,
            ledger: ledger,
            caller: context.caller,
            overrides: overrides,
            shutdown: context.shutdown,
            reportFault: { reporter.report($0) },
            outputRoom: { await reporter.flush() }
        )
        let records = RunRecords(
            of: checked.inputs, ledger: ledger, caller: context.caller, overrides: overrides,
            in: context.pipeline.recorder)
        // A run that was stopped while its files were checked has not begun.
        let hasBegun = !context.shutdown.hasBegun
        if hasBegun, let error = await records.begin() { reporter.reportMissingRecord(error) }
        await context.pipeline.run(source.stream, until: context.shutdown) { reporter.beginWriting() }
        await ledger.waitUntilIdle()
        if hasBegun, let error = await records.end() { reporter.reportMissingRecord(error) }
        await reporter.finish(ledger.summary, of: context.caller.run)
        await context.close()
        let status = Self.status(ledger.summary, context.signals, reporter)
        if status != .success { throw status.exitCode }
    }

    private var form: BatchReporter.Form {
        if quiet { return .quiet }
        switch output {
        case .ndjson: return .ndjson
        case .text: return .text
        case nil: return StandardStream.output.isTerminal ? .text : .ndjson
        }
    }

    private static func status(_ summary: BatchSummary, _ signals: Signals, _ reporter: BatchReporter) -> ExitStatus {
        signals.exitStatus ?? reporter.outputStatus ?? ExitStatus(summary)
    }
}

/// The variables given on the command line.
enum BatchVariables {
    static func object(from words: [String]) throws -> JSONObject {
        var object = JSONObject()
        for word in words {
            guard let sign = word.firstIndex(of: "="), sign != word.startIndex else {
                throw ValidationError("--var: expected name=value, found '\(word)'")
            }
            let name = String(word[..<sign])
            do {
                object[name] = try ScriptVariable.value(of: String(word[word.index(after: sign)...]))
            } catch {
                throw ValidationError("--var \(name): \(error.message)")
            }
        }
        return object
    }
}
