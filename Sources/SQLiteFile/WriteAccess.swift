package import GRDB
package import OperationCatalogue
import OperationPipeline

/// The connection that writes, in the hands of whoever has its turn.
package struct WriteAccess {
    private let file: SQLiteFile
    package let database: Database

    init(file: SQLiteFile, database: Database) {
        self.file = file
        self.database = database
    }

    /// Begins a transaction, and with it the wait for the lock that other processes may have.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` where the file is gone or another one.
    package func begin() throws {
        try database.beginTransaction(.immediate)
        do {
            file.learnCompanions()
            try file.checkPlace()
        } catch {
            rollBack()
            throw error
        }
    }

    /// Commits, and looks whether the file is still in its place.
    ///
    /// - Throws: ``CommitDoubt`` where it was committed to a file that is in its place no more.
    package func commit() throws {
        try FileMark.advance(in: database)
        try database.commit()
        do { try file.checkPlace() } catch { throw CommitDoubt(reason: error) }
    }

    package func rollBack() {
        // SQLite has rolled back by itself after some errors.
        if database.isInsideTransaction { try? database.rollback() }
    }
}

/// A commit that went into a file which was taken away meanwhile.
package struct CommitDoubt: Error {
    package let reason: OperationError
}
