import ArgumentParser
import Glibc
import OperationCatalogue
import OperationLog

/// `deferno log rotate`: a new file for the log, now.
struct LogRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Begin a new file of the log now; compress and remove finished ones.",
        discussion: """
            The live file gets a name with the time, and a new one of the same owner and mode takes its place, in which writers \
            at work go on; a log without any operation since it was begun stays as it is. Finished files are removed as \
            --keep and --keep-for or the settings say, the oldest first, after a record that names them; with --compress \
            they become gzip files, which every reading command takes. A file that some process may still write to is left \
            for the next time.
            """
    )

    @OptionGroup var options: LogOptions

    @Flag(help: "Compress finished files (gzip).")
    var compress = false

    @Option(help: ArgumentHelp("Keep so many finished files.", valueName: "number"))
    var keep: String?

    @Option(
        name: .customLong("keep-for"),
        help: ArgumentHelp("Keep finished files so long: 90d, 12h, 52w.", valueName: "time"))
    var keepFor: String?

    func run() async throws {
        let (configuration, path) = try options.resolved()
        Diagnostics.bootstrap(configuration.logLevel)
        do {
            let log = OperationLog(.file(path), settings: try settings(configuration), version: Deferno.version)
            let hasRotated = try log.rotate()
            try await log.close()
            say(hasRotated ? "began a new file" : "nothing to finish: no operation since the file was begun")
            if compress { try compressFinished(of: path) }
        } catch let error as OperationError {
            throw error.reported()
        }
        StandardStream.output.writeNow("")
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }

    private func say(_ sentence: String) {
        StandardStream.output.append(sentence.escapedForTerminal + "\n")
    }

    private func settings(_ configuration: Configuration) throws -> LogSettings {
        var settings = try configuration.logKeeping.settings()
        // Only what --compress asks for, and at once.
        settings.compresses = false
        // What this command is asked for it says itself.
        settings.report = { StandardStream.output.append($0.escapedForTerminal + "\n") }
        do {
            if let keep { settings.retention.count = try SegmentCount(.text(keep)).count }
        } catch {
            throw ValidationError("--keep: \(error.message)")
        }
        do {
            if let keepFor { settings.retention.seconds = try RetentionTime(.text(keepFor)).seconds }
        } catch {
            throw ValidationError("--keep-for: \(error.message)")
        }
        return settings
    }

    private func compressFinished(of path: String) throws(OperationError) {
        for segment in LogSegments.of(path) where !segment.isLive {
            switch try segment.compress() {
            case .done(let path, let size):
                say("compressed \(path): \(segment.size) bytes to \(size)")
            case .inUse: say("left \(segment.path) as it is: a process may still write to it")
            case .unnecessary: break
            }
        }
    }
}
