import GRDB
import OperationCatalogue
import OperationPipeline
import Synchronization

extension SQLiteFile {
    /// Opens the file for whoever comes: looks at it first, and writes only where it is missing or older.
    func openNow() throws {
        let (isOpen, isClosed) = state.withLock { ($0.isOpen, $0.isClosed) }
        if isClosed { throw closedError }
        if isOpen { return }
        state.withLock { ($0.place, $0.companions, $0.version) = (nil, [:], nil) }
        let folder = DatabaseFolder(path: path, noun: kind.noun)
        try folder.check()
        if try isPresent() { return state.withLock { $0.isOpen = true } }
        guard mayWrite else {
            throw OperationError(
                .backendUnreachable, "there is no \(kind.noun.dropFirst(4)) \(path), and a read-only process makes none"
            )
        }
        try folder.prepare()
        try folder.whileLocked {
            // Another process may have made it meanwhile.
            if try isPresent() { return }
            let writer = try openWriter()
            try upgrade(writer)
            state.withLock { $0.writer = writer }
        }
        state.withLock { $0.isOpen = true }
    }

    /// Whether the file is there and can be used as it is.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` where it is another program's, a newer one's, or stands beside a `-wal` file that is
    ///   not its own.
    private func isPresent() throws -> Bool {
        guard let place = FilePlace(path: path), Self.size(path) > 0 || Self.size(path + "-wal") > 0 else {
            return false
        }
        state.withLock { $0.place = place }
        try checkLog()
        let reader = try openReader()
        let condition: Condition
        do {
            condition = try reader.read { try self.condition(of: $0) }
        } catch {
            try? reader.queue.close()
            throw error
        }
        let isUsable = condition == .present || condition == .older && !mayWrite
        if isUsable, case .immutable = reader.way {
            try? reader.queue.close()
        } else if isUsable {
            state.withLock { $0.idleReaders.append(reader) }
        } else {
            letGo(of: [reader.queue])
        }
        return isUsable
    }

    /// - Throws: ``ErrorCode/backendUnreachable`` where the `-wal` file beside it is another one's.
    private func checkLog() throws(OperationError) {
        let version = FileVersion(path: path)
        if case .apart = WriteAheadLog.belongingForSure(to: path) {
            throw OperationError(
                .backendUnreachable,
                "\(description) and \(path)-wal beside it do not belong together, and to open them would destroy both: "
                    + "was the file restored from a backup? Then move \(path)-wal and \(path)-shm away and start again")
        }
        state.withLock { $0.version = version }
    }

    private enum Condition {
        case empty, older, present
    }

    private func condition(of database: Database) throws -> Condition {
        if try !isOurs(database) { return .empty }
        guard try !kind.migrator.hasBeenSuperseded(database) else {
            throw OperationError(
                .backendUnreachable,
                "\(description) was made by a newer version of deferno: update deferno, or name another store")
        }
        guard try kind.migrator.hasCompletedMigrations(database) else { return .older }
        let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        return mode == "wal" || database.configuration.readonly ? .present : .older
    }

    /// - Returns: `false` for a file without anything in it.
    /// - Throws: ``ErrorCode/backendUnreachable`` for a database of another program.
    private func isOurs(_ database: Database) throws -> Bool {
        let id = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if id != 0, id == kind.applicationID { return true }
        let tables = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        if id == 0, tables == 0 { return false }
        if id == 0, kind.applicationID == nil { return true }
        throw OperationError(
            .backendUnreachable,
            "the file \(path) is an SQLite database of another program: name another file for \(kind.noun)")
    }

    // MARK: Writing

    /// The connection that writes, opened where it is not yet.
    func writer() throws -> DatabaseQueue {
        let (known, isOpen, isClosed) = state.withLock { ($0.writer, $0.isOpen, $0.isClosed) }
        if isClosed { throw closedError }
        // Another access has just found it gone, and opens what is there.
        guard isOpen else {
            throw OperationError(.backendUnreachable, "\(description) is being opened anew: try again")
        }
        if let known { return known }
        guard mayWrite else {
            throw OperationError(.notPermitted, "\(description) is not written to, since this process is read-only")
        }
        try DatabaseFolder(path: path, noun: kind.noun).prepare()
        try checkPlace()
        let writer = try openWriter()
        try checkPlace()
        state.withLock { $0.writer = writer }
        return writer
    }

    private func openWriter() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "deferno.writer"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .callback(BusyWaiting.wait)
        configuration.prepareDatabase { [self] database in
            Cancellation.watch(database)
            // Before anything is written: the file may be somebody else's.
            _ = try isOurs(database)
            // With NORMAL, a power cut can take back what callers were told. FULL costs one sync for each transaction.
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = \(kind.checkpointPages);
                    PRAGMA cache_size = -\(kind.cacheKibibytes)
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Makes the tables, or brings them to the present schema.
    private func upgrade(_ writer: DatabaseQueue) throws {
        try writer.inDatabase { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            // Before the first table, so that a file whose making is cut short is still known as one.
            if let id = kind.applicationID { try database.execute(sql: "PRAGMA application_id = \(id)") }
        }
        try kind.migrator.migrate(writer)
        // So that the file itself has its mark from now on.
        try writer.inDatabase { _ = try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let place = FilePlace(path: path)
        let version = FileVersion(path: path)
        state.withLock { ($0.place, $0.version) = (place, version) }
    }
}
