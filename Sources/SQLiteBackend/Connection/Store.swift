import Dispatch
import GRDB
import GRDBSQLite
import OperationCatalogue
import Synchronization

/// The open database: one connection that writes, a few that read. It is opened when it is first asked for, and again after
/// a failure.
final class Store: Sendable {
    let path: String
    private let queue = DispatchQueue(label: "deferno.store")
    private let state = Mutex(State.notOpen)

    private enum State {
        case notOpen
        case open(DatabasePool)
        case closed
    }

    init(path: String) { self.path = path }

    /// - Throws: ``ErrorCode/backendUnreachable`` with a sentence that names the file.
    func pool() async throws(OperationError) -> DatabasePool {
        if case .open(let pool) = state.withLock({ $0 }) { return pool }
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.openOnQueue()) }
        }
        return try result.get()
    }

    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                let old = self.state.withLock { state in
                    defer { state = .closed }
                    return state
                }
                if case .open(let pool) = old {
                    // The last connection to close takes the files beside the store away, if it may write.
                    pool.invalidateReadOnlyConnections()
                    try? pool.close()
                }
                continuation.resume()
            }
        }
    }

    private func openOnQueue() -> Result<DatabasePool, OperationError> {
        switch state.withLock({ $0 }) {
        case .open(let pool): return .success(pool)
        case .closed: return .failure(OperationError(.backendFailed, "the task store \(path) has been closed"))
        case .notOpen: break
        }
        do {
            let file = StoreFile(path: path)
            try file.prepare()
            let pool = try file.whileLocked { try open() }
            state.withLock { $0 = .open(pool) }
            return .success(pool)
        } catch let error as OperationError {
            return .failure(error)
        } catch {
            return .failure(OperationError(SQLiteFailure(error), path: path, code: .backendUnreachable))
        }
    }

    private func open() throws -> DatabasePool {
        let migrator = Schema.migrator
        var configuration = Configuration()
        configuration.label = "deferno"
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = Self.readers
        configuration.busyMode = .callback(BusyWaiting.wait)
        configuration.prepareDatabase { [path] database in
            // Before anything is written: the file may be somebody else's.
            if !database.configuration.readonly { try Self.check(database, migrator, path: path) }
            try database.execute(sql: "PRAGMA cache_size = -\(Self.cacheKibibytes)")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // GRDB sets NORMAL, with which a power cut can take back what callers were told. FULL costs one sync for each
            // batch, however many operations it holds.
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = \(Self.checkpointPages)")
            // Before the first table, so that a store whose making is cut short is still known as one.
            try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        }
        try migrator.migrate(pool)
        return pool
    }

    /// Connections that read, and so batches that can be read at the same time.
    static let readers = 4
    /// For each connection.
    private static let cacheKibibytes = 8192
    /// 32 MiB. Identifiers are spread evenly, so each batch touches most pages of their index: a checkpoint after SQLite's
    /// usual 1000 pages would write all these again after every few batches, at half the creates per second.
    private static let checkpointPages = 8000

    private static func check(_ database: Database, _ migrator: DatabaseMigrator, path: String) throws {
        let id = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if id == Schema.applicationID {
            guard try !migrator.hasBeenSuperseded(database) else {
                throw OperationError(
                    .backendUnreachable,
                    "the task store \(path) was made by a newer version of deferno: update deferno, or name another store"
                )
            }
            return
        }
        let isEmpty = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard id == 0, isEmpty else {
            throw OperationError(
                .backendUnreachable,
                "the file \(path) is an SQLite database of another program: name another file for the task store"
            )
        }
    }
}
