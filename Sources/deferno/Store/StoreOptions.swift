import ArgumentParser
import BackendServer
import OperationCatalogue
import SQLiteBackend
import SQLiteFile

/// The options of `deferno store`: which store is meant.
struct StoreOptions: ParsableArguments {
    @Option(
        name: [.customLong("store"), .customLong("base-url")],
        help: ArgumentHelp("The store: sqlite: or sqlite:PATH.", valueName: "address"))
    var store: String?

    @Option(help: Settings.config.help(valueName: "path"))
    var config: String?

    @Option(help: Settings.profile.help(valueName: "name"))
    var profile: String?

    /// The path of the store.
    ///
    /// - Throws: a fault of the command line, or the exit status after what is wrong has been shown.
    func path() throws -> String {
        var flags: [String: SettingInput] = [:]
        flags[Settings.baseURL.definition.key] = store.map { .text($0) }
        flags[Settings.config.definition.key] = config.map { .text($0) }
        flags[Settings.profile.definition.key] = profile.map { .text($0) }
        let configuration = try Configuration.resolved(flags: flags)
        guard let location = try configuration.storeLocation() else {
            throw ValidationError("the settings name no embedded store; name one with --store sqlite:PATH")
        }
        return location.path
    }
}

/// The databases of a store: its tasks and, where it is served, the accounts beside them.
struct StoreDatabases: Sendable {
    let tasks: SQLiteFile
    let accounts: SQLiteFile

    /// Their names in a backup.
    static let tasksName = "tasks.sqlite"
    static let accountsName = "accounts.sqlite"

    /// To be read as they are.
    init(path: String) {
        tasks = SQLiteFile(path: path, kind: .taskStore, mayWrite: false)
        accounts = SQLiteFile(path: path + AccountStore.suffix, kind: .accounts, mayWrite: false)
    }

    /// Those that are there. The accounts come first: whoever is in their copy has their tasks in the later one.
    var present: [(name: String, file: SQLiteFile)] {
        [(Self.accountsName, accounts), (Self.tasksName, tasks)].filter { FilePlace(path: $0.1.path) != nil }
    }

    func close() async {
        await tasks.close()
        await accounts.close()
    }
}
