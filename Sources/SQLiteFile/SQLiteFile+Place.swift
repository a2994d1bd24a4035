import GRDB
import GRDBSQLite
import OperationCatalogue
import Synchronization

// Whether the file at the path is the one that is open.
extension SQLiteFile {
    private static let companionEndings = ["-wal", "-shm"]

    /// - Throws: ``ErrorCode/backendUnreachable`` where the file, or one that SQLite keeps beside it, is gone or another one, or where
    ///   it was overwritten with another one.
    func checkPlace() throws(OperationError) {
        let (place, companions, known) = state.withLock { ($0.place, $0.companions, $0.version) }
        guard let place else { return }
        guard let version = FileVersion(path: path) else { throw gone("is gone: it was deleted or moved") }
        guard version.place == place else { throw gone("has been replaced by another file") }
        for (ending, companion) in companions where FilePlace(path: path + ending) != companion {
            throw gone("has lost \(path)\(ending), which belongs to it: it was deleted, moved or replaced")
        }
        // It changes when pages are brought home from the -wal file, which is seldom; everything else is somebody else's doing.
        guard version != known else { return }
        if case .apart = WriteAheadLog.belongingForSure(to: path) {
            throw gone("was overwritten with another one, such as a backup,")
        }
        state.withLock { $0.version = version }
    }

    /// Learns which files stand beside it, once a transaction for writing has them open.
    func learnCompanions() {
        guard state.withLock({ $0.companions.isEmpty }) else { return }
        var companions: [String: FilePlace] = [:]
        for ending in Self.companionEndings { companions[ending] = FilePlace(path: path + ending) }
        state.withLock { $0.companions = companions }
    }

    private func gone(_ what: String) -> OperationError {
        state.withLock { $0.isGone = true }
        let consequence =
            reopens && ending != .abandoned
            ? "so this was not carried out; what comes next goes to the file that stands there now, or to a new one"
            : "so nothing more is read or written; put the right file in its place and start again"
        return OperationError(
            .backendUnreachable, "\(description) \(what) while this process had it open, \(consequence)")
    }

    /// Lets go of a file that was taken away, so that the next access opens what is there.
    ///
    /// - Returns: whether that can be done: not where it would harm what stands there.
    func letGoOfGone() -> Bool {
        let ending = ending
        guard state.withLock({ $0.isGone }), ending != .abandoned else { return false }
        if ending == .ordinary, let writer = state.withLock({ $0.writer }) {
            // What only the -wal file holds that has no name any more, while others may still be reading.
            try? writer.inDatabase { _ = try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(FULL)") }
        }
        closeConnections()
        return state.withLock { state in
            state.generation += 1
            (state.isGone, state.isOpen, state.place, state.companions, state.version) = (false, false, nil, [:], nil)
            return true
        }
    }

    /// Closes what is open, so that nothing is lost: the last connection to close brings what is in the `-wal` file home and takes
    /// the files beside it away, by their names, which may be those of others by now.
    func closeConnections() {
        let queues = state.withLock { state in
            let readers = state.idleReaders + [state.probe].compactMap { $0 }
            defer { (state.idleReaders, state.probe, state.writer) = ([], nil, nil) }
            return readers.map(\.queue) + [state.writer].compactMap { $0 }
        }
        letGo(of: queues)
    }

    func letGo(of queues: [DatabaseQueue]) {
        letGo(of: queues, ending)
    }

    /// A connection of an earlier time, which is to harm nothing that stands there now.
    func letGoOfOld(_ queue: DatabaseQueue) { letGo(of: [queue], .quiet) }

    private func letGo(of queues: [DatabaseQueue], _ ending: Ending) {
        switch ending {
        case .ordinary: break
        case .quiet: for queue in queues { keepCompanions(of: queue) }
        case .abandoned:
            // The process ends soon, and then the system closes them without writing anything.
            for queue in queues { _ = Unmanaged.passRetained(queue) }
            return
        }
        for queue in queues { try? queue.close() }
    }

    private enum Ending {
        case ordinary
        /// The file has no name any more: nobody else is harmed by writing to it, but by taking names away.
        case quiet
        /// To write would harm what stands there now.
        case abandoned
    }

    private var ending: Ending {
        let (place, companions, known) = state.withLock { ($0.place, $0.companions, $0.version) }
        guard let place, FilePlace(path: path) == place else { return .quiet }
        for (ending, companion) in companions {
            // Where none stands there now, what this process has open is brought home.
            if let found = FilePlace(path: path + ending), found != companion { return .abandoned }
        }
        if known != nil, FileVersion(path: path) != known, case .apart = WriteAheadLog.belongingForSure(to: path) {
            return .abandoned
        }
        return .ordinary
    }

    private func keepCompanions(of queue: DatabaseQueue) {
        queue.inDatabase { database in
            var persists: CInt = 1
            sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &persists)
        }
    }
}
