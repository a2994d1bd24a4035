import ArgumentParser

/// `deferno log`: the record of operations.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Work with the record of operations.",
        subcommands: [
            LogVerifyCommand.self, LogTailCommand.self, LogRotateCommand.self, LogKeygenCommand.self,
        ]
    )
}
