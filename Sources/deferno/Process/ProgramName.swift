import ArgumentParser

/// The names that the program goes by: called as the seed's program, it takes the seed's command line.
enum ProgramName {
    /// The seed's names: that of its package, and that of its script.
    static let seedNames: Set<Substring> = ["deferno-mcp", "defernowork-mcp"]

    /// What a command line means, as the words after `deferno`.
    ///
    /// As `deferno-mcp`, `auth` is `auth login`, options alone are those of `mcp`, as is nothing at all; every other word is
    /// the command that it is for `deferno`.
    ///
    /// - Parameter words: the command line with the program's name in front.
    static func arguments(of words: [String]) -> [String] {
        let arguments = Array(words.dropFirst())
        guard let program = words.first, let name = program.split(separator: "/").last, seedNames.contains(name) else {
            return arguments
        }
        guard let first = arguments.first, first != "--version" else {
            return arguments.isEmpty ? ["mcp"] : arguments
        }
        if first.hasPrefix("-") { return ["mcp"] + arguments }
        guard first == "auth" else { return arguments }
        let commands = AuthCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        if arguments.count > 1, commands.contains(arguments[1]) { return arguments }
        return ["auth", AuthLoginCommand.name] + arguments.dropFirst()
    }
}
