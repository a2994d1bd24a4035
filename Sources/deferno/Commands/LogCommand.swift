import ArgumentParser

/// `deferno log`: the record of operations.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Read, follow, verify and keep the record of operations.",
        subcommands: [
            LogShowCommand.self, LogTailCommand.self, LogStatsCommand.self, LogWhyCommand.self, LogVerifyCommand.self,
            LogHeadCommand.self, LogSettleCommand.self, LogRotateCommand.self, LogKeygenCommand.self,
        ]
    )
}
