import ArgumentParser
import Glibc

@main
enum Program {
    static func main() {
        EndingSignals.hold()
        StandardStream.openMissing()
        Task.detached {
            await Deferno.runCommand()
            exit(ExitStatus.success.rawValue)
        }
        EndingSignals.wait()
    }
}

struct Deferno: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "deferno",
        abstract: "Run task operations from YAML scripts and the shell, with one log of everything that was done.",
        discussion: """
            Tasks live in an embedded store by default; operations are recorded in \
            $XDG_STATE_HOME/deferno/operations.ndjson before they take effect.
            """,
        version: version,
        subcommands: [
            BatchCommand.self, CallCommand.self, MCPCommand.self, AuthCommand.self, ConfigCommand.self,
            LogCommand.self, ServeCommand.self, StoreCommand.self,
        ]
    )

    /// Runs the command that this process was started with.
    static func runCommand() async {
        do {
            let words = try ProcessTexts.commandLine()
            try ProcessTexts.checkEnvironment()
            await main(ProgramName.arguments(of: words))
        } catch {
            StandardStream.error.writeNow("deferno: error: \(error.message.escapedForTerminal)\n")
            exit(withError: ExitStatus.usage.exitCode)
        }
    }
}
