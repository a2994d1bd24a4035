import ArgumentParser
import BackendServer
import Logging
import OperationCatalogue
import OperationLog
import OperationPipeline
import SQLiteBackend

/// `deferno serve`: the API and the pages, for several people.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the Deferno API and its pages from the embedded store.",
        discussion: """
            At / the API speaks the bare dialect, under /api the envelope; people sign in at / with a browser. The first \
            start prints a link with which the first user sets a name and a password. Put a proxy with TLS before it \
            where others than this machine are to reach it: config/nginx.conf is an example.
            """,
        subcommands: [ServeStart.self, ServeUserCommand.self],
        defaultSubcommand: ServeStart.self
    )
}

/// `deferno serve` without another word.
struct ServeStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Serve until a signal such as SIGTERM ends it (the default).")

    @OptionGroup var place: ServeOptions

    func run() async throws {
        let (configuration, location) = try place.resolved()
        let policy = configuration.policy
        let backend = Configuration.store(at: location, mayWrite: !policy.isReadOnly, reopens: false)
        let context = try ProcessContext(configuration, policy: policy, door: .http, backend: backend)
        let store = SharedStore(backend)
        let accounts = ServeOptions.accounts(at: location)
        // Beside connections: the store's readers, the log, what is being looked up, and the files of long answers.
        let spare = 128 + ServerSettings.mostSpooledAnswers
        let files = OpenFiles.raiseLimit(to: ServerSettings.mostConnections + spare)
        let server = BackendServer(
            ServerSettings(
                host: place.host, port: place.port, proxies: Set(place.trustedProxy),
                connections: max(files - spare, files / 2)),
            pipeline: context.pipeline,
            accounts: accounts, owners: store,
            records: try Self.records(configuration, until: context.shutdown), logger: Logger(label: "deferno.http"))
        do {
            try await store.check()
            try await accounts.open()
            let isNew = try await accounts.accounts().isEmpty
            if isNew { Self.nameOwners(try await store.owners()) }
            try await server.run(until: context.shutdown) { port in
                place.announce(port: port, link: isNew ? try? await accounts.invite(nil) : nil)
            }
        } catch let error as OperationError {
            await accounts.close()
            await context.close()
            throw error.reported()
        }
        await accounts.close()
        await context.close()
    }

    /// Says whose tasks wait for an account, where there are accounts no more.
    private static func nameOwners(_ owners: [StoreOwner]) {
        guard !owners.isEmpty else { return }
        let names = owners.prefix(10).map(\.username).joined(separator: ", ") + (owners.count > 10 ? ", ..." : "")
        StandardStream.error.writeNow(
            "deferno: warning: there are no accounts, but the store has the tasks of \(names.escapedForTerminal): "
                + "'deferno serve user add NAME' gives them back to who had them\n")
    }

    /// The records of the file that the log goes to; none where it goes elsewhere.
    private static func records(
        _ configuration: Configuration, until shutdown: Shutdown
    ) throws -> any RecordFeed {
        switch configuration.log.value {
        case .nowhere, .standardError: return NoRecords()
        case .file(let path): return LogRecords(path: path, until: shutdown)
        case nil:
            do throws(OperationError) {
                return LogRecords(path: try LogDestination.standardPath(), until: shutdown)
            } catch {
                throw error.reported()
            }
        }
    }
}
