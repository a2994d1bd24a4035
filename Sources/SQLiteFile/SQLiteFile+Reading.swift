import GRDB
import OperationCatalogue
import OperationPipeline
import Synchronization

/// A connection that reads.
struct Reader: Sendable {
    let queue: DatabaseQueue
    let way: DatabaseFolder.Way
    let generation: Int

    /// Runs `body` in a transaction.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.unsafeRead { database in
            try database.beginTransaction(.deferred)
            defer { if database.isInsideTransaction { try? database.rollback() } }
            let value = try body(database)
            try database.commit()
            return value
        }
    }
}

extension SQLiteFile {
    /// So often a read is tried again where the file is changed by others and cannot be locked.
    private static let immutableTries = 5

    func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        BlockingWork.begins()
        for _ in 0..<Self.immutableTries {
            try checkPlace()
            let reader = try takeReader()
            guard case .immutable = reader.way else {
                defer { giveBack(reader) }
                return try reader.read(body)
            }
            // Nothing keeps others from changing the file meanwhile: whether they did is seen afterwards.
            let version = FileVersion(path: path)
            let result = Result { try reader.read(body) }
            try? reader.queue.close()
            if Self.size(path + "-wal") == 0, FileVersion(path: path) == version { return try result.get() }
        }
        throw OperationError(
            .backendFailed,
            "\(description) is being changed and this user may only read it: try again, or make its folder writable")
    }

    private func takeReader() throws -> Reader {
        let idle = state.withLock { state -> Reader?? in
            if state.isClosed { return .none }
            return .some(state.idleReaders.popLast())
        }
        guard let idle else { throw closedError }
        return try idle ?? openReader()
    }

    private func giveBack(_ reader: Reader) {
        let (isKept, isOld) = state.withLock { state in
            let isOld = state.generation != reader.generation
            let isKept = !state.isClosed && !isOld
            if isKept { state.idleReaders.append(reader) }
            return (isKept, isOld)
        }
        if isOld { letGoOfOld(reader.queue) } else if !isKept { letGo(of: [reader.queue]) }
    }

    /// Reads a row of every table that is needed.
    func probeNow() throws {
        try checkPlace()
        let known = state.withLock { $0.probe }
        let reader = try known ?? openReader()
        if case .immutable = reader.way {
            defer { try? reader.queue.close() }
            return try reader.read { try look($0) }
        }
        state.withLock { $0.probe = reader }
        try reader.read { try look($0) }
    }

    private func look(_ database: Database) throws {
        for table in kind.tables { _ = try Row.fetchOne(database, sql: "SELECT 1 FROM \(table) LIMIT 1") }
    }

    /// - Throws: where another file stands at the path by now.
    func openReader() throws -> Reader {
        let way = DatabaseFolder(path: path, noun: kind.noun).way
        var configuration = Configuration()
        configuration.label = "deferno.reader"
        configuration.busyMode = .callback(BusyWaiting.wait)
        if case .shared = way {} else { configuration.readonly = true }
        configuration.prepareDatabase { [kind] database in
            Cancellation.watch(database)
            try database.execute(sql: "PRAGMA query_only = 1; PRAGMA cache_size = -\(kind.cacheKibibytes)")
        }
        let generation = state.withLock { $0.generation }
        let address = if case .immutable = way { ImmutableAddress.of(path) } else { path }
        let queue = try DatabaseQueue(path: address, configuration: configuration)
        try checkPlace()
        return Reader(queue: queue, way: way, generation: generation)
    }

    var closedError: OperationError { OperationError(.backendFailed, "\(description) has been closed") }
}
