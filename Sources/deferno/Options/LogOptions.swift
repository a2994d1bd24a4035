import ArgumentParser
import OperationCatalogue
import OperationLog

/// The options of commands that work with the log itself.
struct LogOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: Settings.config.help(valueName: "path"))
    var config: String?

    @Option(name: .customLong("profile"), help: Settings.profile.help(valueName: "name"))
    var profile: String?

    @Option(name: .customLong("log"), help: Settings.log.help(valueName: "path"))
    var log: String?

    /// What was given, by the settings' keys.
    var flags: [String: SettingInput] {
        var flags: [String: SettingInput] = [:]
        flags[Settings.config.definition.key] = config.map { .text($0) }
        flags[Settings.profile.definition.key] = profile.map { .text($0) }
        flags[Settings.log.definition.key] = log.map { .text($0) }
        return flags
    }

    /// The settings that hold, and the path of the live file of the log that they name.
    ///
    /// - Throws: a fault of the command line, or the exit status after what is wrong has been shown.
    func resolved() throws -> (configuration: Configuration, path: String) {
        let configuration = try Configuration.resolved(flags: flags)
        return (configuration, try configuration.logFile())
    }
}

extension Configuration {
    /// The path of the live file of the log that the settings name.
    ///
    /// - Throws: a fault of the command line, or the exit status after what is wrong has been shown.
    func logFile() throws -> String {
        switch log.value {
        case .file(let path): return path
        case .nowhere, .standardError:
            throw ValidationError("\(log.source): there is no log file; name one with --log PATH")
        case nil:
            do throws(OperationError) {
                return try LogDestination.standardPath()
            } catch {
                throw error.reported()
            }
        }
    }
}
