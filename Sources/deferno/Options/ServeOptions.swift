import ArgumentParser
import BackendServer
import OperationCatalogue
import OperationPipeline
import SQLiteBackend

/// The options of `deferno serve` and of the commands about its users.
struct ServeOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port = 3000

    @Option(
        help: ArgumentHelp(
            """
            The address of a proxy that is believed where its clients are and whether they use TLS; may be repeated. Those on \
            this machine are.
            """, valueName: "address"))
    var trustedProxy: [String] = []

    @Option(help: ArgumentHelp("The store: sqlite: or sqlite:PATH.", valueName: "address"))
    var store = "sqlite:"

    @Option(help: Settings.config.help(valueName: "path"))
    var config: String?

    @Option(help: Settings.log.help(valueName: "path"))
    var log: String?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port: expected 0 to 65535") }
    }

    /// What holds, and where the store is.
    func resolved() throws -> (Configuration, SQLiteLocation) {
        var flags: [String: SettingInput] = [Settings.baseURL.definition.key: .text(store)]
        flags[Settings.config.definition.key] = config.map { .text($0) }
        flags[Settings.log.definition.key] = log.map { .text($0) }
        let configuration = try Configuration.resolved(flags: flags)
        guard let location = try configuration.storeLocation() else {
            throw ValidationError("--store: expected sqlite: or sqlite:PATH, found '\(store)'")
        }
        return (configuration, location)
    }

    /// The accounts beside the store.
    static func accounts(at location: SQLiteLocation) -> AccountStore {
        AccountStore(path: location.path + AccountStore.suffix)
    }

    /// Runs `body` with the accounts and the store.
    func withAccounts(_ body: (AccountStore, SharedStore) async throws -> Void) async throws {
        let (_, location) = try resolved()
        let backend = SQLiteBackend(location: location)
        let accounts = Self.accounts(at: location)
        do {
            try await body(accounts, SharedStore(backend))
        } catch let error as OperationError {
            await accounts.close()
            await backend.close()
            throw error.reported()
        }
        await accounts.close()
        await backend.close()
    }

    func print(_ link: Secret) {
        StandardStream.output.writeNow(setupAddress(link, port: port) + "\n")
    }

    func announce(port: Int, link: Secret?) {
        var text = "serving on \(address(port: port))/\n"
        if let link { text += "set up the first user, once: \(setupAddress(link, port: port))\n" }
        StandardStream.error.writeNow(text)
    }

    private func setupAddress(_ link: Secret, port: Int) -> String {
        address(port: port) + BackendServer.setupTarget(link)
    }

    private func address(port: Int) -> String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// The embedded store, as the server makes owners in it.
struct SharedStore: OwnerRegistry {
    private let store: SQLiteBackend

    init(_ store: SQLiteBackend) { self.store = store }

    func makeOwner(named name: String) async throws(OperationError) -> UniqueIdentifier {
        try await store.addOwner(named: name).id
    }

    func owner(named name: String) async throws(OperationError) -> KnownOwner? {
        try await store.owner(named: name).map { KnownOwner(id: $0.id, name: $0.username, tasks: $0.tasks) }
    }

    /// Everybody whose tasks are here, but for this machine's own user.
    func owners() async throws(OperationError) -> [StoreOwner] { try await store.owners() }

    func task(
        _ sequence: Int64, slug: String?, of owner: UniqueIdentifier
    ) async throws(OperationError) -> UniqueIdentifier? {
        try await store.task(sequence, slug: slug, of: owner)
    }

    func check() async throws(OperationError) {
        try await store.check()
    }
}
