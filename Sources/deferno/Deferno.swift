import ArgumentParser
import Glibc

@main
enum Program {
    static func main() {
        EndingSignals.hold()
        StandardStream.openMissing()
        Task.detached {
            await Deferno.main(ProgramName.arguments(of: CommandLine.arguments))
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
}
