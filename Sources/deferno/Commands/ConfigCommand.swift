import ArgumentParser

/// `deferno config`: the settings.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Look at the settings.",
        subcommands: [ConfigShowCommand.self]
    )
}

/// `deferno config show`: what holds, and who has said so.
struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print each setting with its value and where that comes from.",
        discussion: """
            Options come before variables, these before the file, and the file before the defaults; in the file a profile's \
            settings come before those for all. Prints a table on a terminal and a JSON object in a pipe; tokens never.
            """
    )

    @OptionGroup var options: CommonOptions

    func run() throws {
        let configuration = try Configuration.resolved(flags: options.flags)
        let report = ConfigurationReport(configuration)
        StandardStream.output.writeNow(StandardStream.output.isTerminal ? report.table : report.line)
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }
}
