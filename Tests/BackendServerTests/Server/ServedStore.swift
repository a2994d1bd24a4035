import Glibc
import HTTPTypes
import Logging
import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import Synchronization

@testable import BackendServer

/// A server with a store, accounts and records of its own, in a folder that goes away; without a socket unless it is run.
final class ServedStore: Sendable {
    let folder: String
    let accounts: AccountStore
    let server: BackendServer
    let clock: TestClock
    let recorder = MemoryRecorder()
    private let backend: SQLiteBackend
    private let carrying: Task<Void, Never>
    private let shutdown = Shutdown()

    /// - Parameter backend: what stands between the server and its store.
    init(
        records: any RecordFeed = NoRecords(), connections: Int = ServerSettings.mostConnections,
        backend wrap: (any Backend) -> any Backend = { $0 }
    ) throws {
        var template = Array("/tmp/deferno-test-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template) else { throw OperationError(.internalError, "no temporary folder") }
        self.folder = String(cString: folder)
        let clock = TestClock()
        self.clock = clock
        backend = SQLiteBackend(location: SQLiteLocation(path: self.folder + "/tasks.sqlite"))
        accounts = AccountStore(path: self.folder + "/tasks.sqlite.accounts") { clock.now }
        let pipeline = Pipeline(recorder: recorder, backend: wrap(backend))
        server = BackendServer(
            ServerSettings(
                host: "127.0.0.1", port: 0, connections: connections, passwords: .quick, bodyTime: .milliseconds(500)),
            pipeline: pipeline, accounts: accounts, owners: StoreOwners(backend: backend), records: records,
            logger: Logger(label: "test"))
        carrying = Task { [server] in await server.carryOut() }
    }

    deinit {
        for ending in ["", "-wal", "-shm", ".accounts", ".accounts-wal", ".accounts-shm"] {
            remove(folder + "/tasks.sqlite" + ending)
        }
        rmdir(folder)
    }

    func close() async {
        await server.stopCarrying()
        await carrying.value
        await accounts.close()
        await backend.close()
    }

    /// A user with a password, and a token of theirs.
    func user(_ name: String, password: String = "correct horse battery") async throws -> (
        account: Account, token: String
    ) {
        let account = try await StoreOwners(backend: backend).addAccount(named: name, to: accounts)
        let link = try await accounts.invite(account).reveal()
        let hash = try PasswordHash(of: password, parameters: .quick)
        _ = try await accounts.use(link)
        try await accounts.setPassword(of: account, hash)
        return (account, try await accounts.makeToken(for: account, named: "test").secret.reveal())
    }

    /// Serves on a free port while `body` runs, which gets the address.
    func serving(_ body: (String) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let running = Task { try await server.serve(until: shutdown) { continuation.yield($0) } }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next(isolation: nil) ?? 0
        let result: Result<Void, any Error>
        do { result = .success(try await body("http://127.0.0.1:\(port)")) } catch { result = .failure(error) }
        shutdown.begin()
        try await running.value
        try result.get()
    }
}

/// A clock that a test turns on.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp.now)
    var now: Timestamp { time.withLock { $0 } }

    func advance(bySeconds seconds: Int64) {
        time.withLock { $0 = Timestamp(seconds: $0.seconds + seconds, nanoseconds: $0.nanoseconds) }
    }
}

struct StoreOwners: OwnerRegistry {
    let backend: SQLiteBackend

    func makeOwner(named name: String) async throws(OperationError) -> UniqueIdentifier {
        try await backend.addOwner(named: name).id
    }

    func owner(named name: String) async throws(OperationError) -> KnownOwner? {
        try await backend.owner(named: name).map { KnownOwner(id: $0.id, name: $0.username, tasks: $0.tasks) }
    }

    func task(
        _ sequence: Int64, slug: String?, of owner: UniqueIdentifier
    ) async throws(OperationError) -> UniqueIdentifier? {
        try await backend.task(sequence, slug: slug, of: owner)
    }

    func check() async throws(OperationError) { try await backend.check() }
}

/// Keeps what is recorded.
final class MemoryRecorder: OperationRecorder {
    private let kept = Mutex<[ConcludedOperation]>([])
    private let answered = Mutex<[ServedRequest]>([])
    var outcomes: [ConcludedOperation] { kept.withLock { $0 } }
    var served: [ServedRequest] { answered.withLock { $0 } }

    /// Why it takes no records of operations.
    let failure = Mutex<OperationError?>(nil)

    func check() async throws(OperationError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func record(served: [ServedRequest]) async { answered.withLock { $0 += served } }

    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? {
        try await check()
        return nil
    }

    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        try await check()
        kept.withLock { $0 += outcomes }
    }
}

/// A feed of records that a test gives.
final class TestFeed: RecordFeed {
    private struct Listener {
        let fits: @Sendable (JSONValue) -> Bool
        let continuation: AsyncStream<FeedEvent>.Continuation
    }

    private let listeners = Mutex<[Listener]>([])

    func latest(
        _ count: Int, of account: UniqueIdentifier, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) async -> (records: [JSONValue], mark: FeedMark?) { ([], FeedMark(count: 0)) }

    func followed(
        after mark: FeedMark?, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) -> AsyncStream<FeedEvent> {
        let (events, continuation) = AsyncStream.makeStream(of: FeedEvent.self)
        listeners.withLock { $0.append(Listener(fits: fits, continuation: continuation)) }
        return events
    }

    func add(_ record: JSONValue) {
        for listener in listeners.withLock({ $0 }) where listener.fits(record) {
            listener.continuation.yield(.record(record, FeedMark(count: 1)))
        }
    }
}
