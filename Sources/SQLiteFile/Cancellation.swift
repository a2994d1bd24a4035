import GRDB
import GRDBSQLite

/// Ends a statement that runs for long when the task that waits for it is cancelled.
enum Cancellation {
    /// SQLite asks after so many steps of its machine: a fraction of a millisecond.
    private static let steps: CInt = 20_000

    static func watch(_ database: Database) {
        sqlite3_progress_handler(database.sqliteConnection, steps, { _ in Task.isCancelled ? 1 : 0 }, nil)
    }
}
