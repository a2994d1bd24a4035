import ArgumentParser

/// The options that say which backend serves, as whom, and where the record goes.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: Settings.config.help(valueName: "path"))
    var config: String?

    @Option(name: .customLong("profile"), help: Settings.profile.help(valueName: "name"))
    var profile: String?

    @Option(name: .customLong("base-url"), help: Settings.baseURL.help(valueName: "address"))
    var baseURL: String?

    @Flag(
        name: .customLong("insecure-http"), inversion: .prefixedNo, help: Settings.allowsInsecureHTTP.help())
    var allowsInsecureHTTP: Bool?

    @Option(name: .customLong("log"), help: Settings.log.help(valueName: "path"))
    var log: String?

    @Option(name: .customLong("log-sync"), help: Settings.logSync.help(valueName: "level"))
    var logSync: String?

    @Option(name: .customLong("log-rotate"), help: Settings.logRotation.help(valueName: "when"))
    var logRotation: String?

    @Option(name: .customLong("log-required"), help: Settings.isLogRequired.help(valueName: "true|false"))
    var isLogRequired: String?

    /// What was given, by the settings' keys.
    var flags: [String: SettingInput] {
        var flags: [String: SettingInput] = [:]
        flags[Settings.config.definition.key] = config.map { .text($0) }
        flags[Settings.profile.definition.key] = profile.map { .text($0) }
        flags[Settings.baseURL.definition.key] = baseURL.map { .text($0) }
        flags[Settings.allowsInsecureHTTP.definition.key] = allowsInsecureHTTP.map { .text("\($0)") }
        flags[Settings.log.definition.key] = log.map { .text($0) }
        flags[Settings.logSync.definition.key] = logSync.map { .text($0) }
        flags[Settings.logRotation.definition.key] = logRotation.map { .text($0) }
        flags[Settings.isLogRequired.definition.key] = isLogRequired.map { .text($0) }
        return flags
    }
}
