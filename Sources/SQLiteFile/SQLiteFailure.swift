import GRDB
import GRDBSQLite

/// An error that SQLite reported, without the SQL and its arguments: these may hold what users wrote.
package struct SQLiteFailure: Error, Hashable {
    /// The extended result code (sqlite.org/rescode.html).
    package let code: Int32
    /// SQLite's own words.
    package let message: String

    /// The code without its extension.
    package var primaryCode: Int32 { code & 0xFF }

    package init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// The last error of a connection.
    package init(code: Int32, connection: OpaquePointer) {
        self.init(code: code, message: String(cString: sqlite3_errmsg(connection)))
    }

    /// Any error of a database access as one of SQLite.
    package init(_ error: any Error) {
        switch error {
        case let failure as SQLiteFailure: self = failure
        case let error as DatabaseError:
            let code = error.extendedResultCode.rawValue
            self.init(code: code, message: error.message ?? String(cString: sqlite3_errstr(code)))
        default: self.init(code: SQLITE_ERROR, message: "unexpected error of type \(type(of: error))")
        }
    }

    package var isInterrupt: Bool { primaryCode == SQLITE_INTERRUPT }

    /// Whether it makes sense to try the same again a moment later.
    package var isContention: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
}
