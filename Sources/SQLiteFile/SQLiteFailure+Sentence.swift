import GRDBSQLite
package import OperationCatalogue

extension OperationError {
    /// What a failure of a database means to whoever asked, and what to do about it.
    ///
    /// - Parameter file: what the database is, with its path: "the task store /path/to/tasks.sqlite".
    package init(_ failure: SQLiteFailure, of file: String, code: ErrorCode = .backendFailed) {
        let store = file
        let sentence =
            switch failure.primaryCode {
            case SQLITE_BUSY, SQLITE_LOCKED:
                "\(store) stayed locked by another process; nothing was changed: try again"
            case SQLITE_FULL:
                "there is no space left for \(store); nothing was changed: free some space on its disk and try again"
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
                "\(store) cannot be written: make the file and its folder writable for this user, or name another store"
            case SQLITE_CANTOPEN:
                "\(store) cannot be opened: check that its folder exists and that this user may read and write both"
            case SQLITE_NOTADB:
                "\(store) is not an SQLite database: name another file, or move this one away to begin a new store"
            case SQLITE_CORRUPT:
                "\(store) is damaged: restore it from a backup, or save what is left with `sqlite3 FILE .recover`"
            case SQLITE_IOERR:
                "reading or writing \(store) failed: check the disk and the system's log"
            case SQLITE_NOMEM:
                "there was not enough memory to use \(store)"
            default:
                "\(store) failed unexpectedly"
            }
        let code = failure.isContention ? ErrorCode.backendBusy : code
        // 507 is what HTTP has for a store without room (RFC 4918 section 11.5).
        let status = failure.primaryCode == SQLITE_FULL ? 507 : nil
        self.init(code, sentence, status: status, cause: "SQLite: \(failure.message) (code \(failure.code))")
    }
}
