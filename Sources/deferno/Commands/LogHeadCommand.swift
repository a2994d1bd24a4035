import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log head`: the newest end of the log, for keeping elsewhere.
struct LogHeadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print the newest end of the log, for keeping elsewhere.",
        discussion: """
            One word, which names the segment, its size and its SHA-256 up to the end of its last whole line. Kept where \
            whoever can write the log cannot change it, it proves later, with 'deferno log verify --expect', that this end is \
            still in the log and nothing before it has changed: what stands after the last header is bound by nothing else.
            """
    )

    @OptionGroup var options: LogOptions

    func run() throws {
        let path = try options.resolved().path
        do throws(OperationError) {
            StandardStream.output.writeNow(try LogHead.of(path).text + "\n")
        } catch {
            throw error.reported()
        }
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }
}
