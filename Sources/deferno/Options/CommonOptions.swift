import ArgumentParser

/// The options of every command that carries out operations.
struct CommonOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Flag(name: .customLong("read-only"), inversion: .prefixedNo, help: Settings.isReadOnly.help())
    var isReadOnly: Bool?

    @Option(name: .customLong("allow"), help: Settings.allowedOperations.help(valueName: "operations"))
    var allowed: String?

    @Flag(name: .customLong("destroy"), inversion: .prefixedNo, help: Settings.refusesDestruction.help())
    var allowsDestruction: Bool?

    /// What was given, by the settings' keys.
    var flags: [String: SettingInput] {
        var flags = connection.flags
        flags[Settings.isReadOnly.definition.key] = isReadOnly.map { .text("\($0)") }
        flags[Settings.allowedOperations.definition.key] = allowed.map { .text($0) }
        flags[Settings.refusesDestruction.definition.key] = allowsDestruction.map { .text("\(!$0)") }
        return flags
    }
}
