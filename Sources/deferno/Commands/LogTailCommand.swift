import ArgumentParser
import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline

/// `deferno log tail`: the last records, and those to come.
struct LogTailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Print the last records of the log, and with -f each new one as it is written.",
        discussion: """
            Follows the log through every rotation, also by logrotate, and waits for one that does not exist yet. Records are \
            printed as they are in a pipe, as readable lines on a terminal. With --bookmark it begins behind the last record \
            that it printed before: the file is saved after what was printed has been taken, a few times a second and at \
            the end, so only where it is killed (SIGKILL) records of the last quarter of a second come twice.
            """
    )

    @OptionGroup var options: LogOptions

    @Flag(name: .shortAndLong, help: "Wait for more.")
    var follow = false

    @Option(
        name: [.customShort("n"), .customLong("lines")],
        help: ArgumentHelp("Begin so many records before the end, or with all of them.", valueName: "number|all"))
    var lines = "10"

    @Option(help: ArgumentHelp("Go on where this file says, and save there how far it got.", valueName: "file"))
    var bookmark: String?

    @Argument(help: "The log's live file, in place of --log.")
    var file: String?

    func validate() throws {
        guard lineCount != nil else { throw ValidationError("-n: expected a number or 'all', found '\(lines)'") }
        if file != nil, options.log != nil { throw ValidationError("name the log once: as FILE or with --log") }
    }

    private var lineCount: Int? {
        if lines == "all" { return .max }
        return Int(lines).flatMap { $0 >= 0 ? $0 : nil }
    }

    func run() throws {
        let path = try file ?? options.resolved().path
        let (shutdown, stop) = (Shutdown(), StopEvent())
        let signals = Signals(beginning: shutdown)
        shutdown.onBegin { stop.signal() }
        let printer = RecordPrinter(isText: StandardStream.output.isTerminal)
        let follower = LogFollower(
            path, bookmark: bookmark.map { LogBookmarkFile(path: $0) }, stop: stop,
            consumer: LogFollower.Consumer(deliver: { printer.print($0) }, report: { RecordPrinter.warn($0) }))
        let end: LogFollower.End
        do throws(OperationError) {
            end = try follower.run(from: try start(), follows: follow, output: STDOUT_FILENO)
        } catch {
            throw error.reported()
        }
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
        if let status = signals.exitStatus { throw status.exitCode }
        if end == .consumerGone { throw ExitStatus.brokenPipe.exitCode }
    }

    private func start() throws(OperationError) -> LogFollower.Start {
        if let bookmark, let saved = try LogBookmarkFile(path: bookmark).read() { return .bookmark(saved) }
        return .last(lineCount ?? 10)
    }
}
