import GRDB
import Glibc
package import OperationCatalogue

/// Who may come in: accounts, their tokens, browser sessions and pending sign-ins, in a database beside the tasks.
///
/// A file of its own, since the two have migrations of their own; see <doc:Accounts>.
package final class AccountStore: Sendable {
    private let pool: DatabasePool
    private let path: String
    let bearers = BearerCache()
    let clock: @Sendable () -> Timestamp

    /// What is put behind the path of the tasks.
    package static let suffix = ".accounts"

    /// Opens the database, and makes it for this user alone (0600) where it is missing.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable``.
    package init(path: String, clock: @escaping @Sendable () -> Timestamp = { .now }) throws(OperationError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
        var configuration = Configuration()
        configuration.label = "deferno.accounts"
        configuration.busyMode = .timeout(5)
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try AccountSchema.migrator.migrate(pool)
        } catch {
            throw OperationError(
                .backendUnreachable, "the accounts \(path) cannot be opened: check the folder and the file",
                cause: "\(error)")
        }
        self.path = path
        self.clock = clock
    }

    /// Reads a row of each table that a request needs, to see whether the accounts answer.
    ///
    /// - Throws: ``ErrorCode/backendFailed``.
    func check() async throws(OperationError) {
        try await read { database in
            for table in ["account", "token", "session", "sign_in"] {
                _ = try Row.fetchOne(database, sql: "SELECT 1 FROM \(table) LIMIT 1")
            }
        }
    }

    package func close() { try? pool.close() }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(OperationError) -> Value {
        do { return try await pool.read(body) } catch { throw failure(error) }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(OperationError) -> Value {
        do { return try await pool.write(body) } catch { throw failure(error) }
    }

    private func failure(_ error: any Error) -> OperationError {
        if let error = error as? OperationError { return error }
        return OperationError(
            .backendFailed, "the accounts \(path) cannot be read or written: try again", cause: "\(error)")
    }
}

/// The tables of ``AccountStore``. Moments are seconds since 1970, identifiers are texts.
private enum AccountSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 accounts") { database in
            try database.execute(
                sql: """
                    CREATE TABLE account (
                        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, password TEXT,
                        settings TEXT NOT NULL DEFAULT '{}', created INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE invitation (
                        hash BLOB PRIMARY KEY, account TEXT REFERENCES account (id), expires INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE token (
                        id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account (id), name TEXT NOT NULL,
                        hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, used INTEGER
                    ) STRICT;
                    CREATE TABLE session (
                        hash BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account (id), form_token TEXT NOT NULL,
                        expires INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE sign_in (
                        id TEXT PRIMARY KEY, state TEXT NOT NULL, account TEXT REFERENCES account (id), code BLOB,
                        wrong INTEGER NOT NULL DEFAULT 0, client TEXT, address TEXT NOT NULL, created INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE attempt (subject TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
                    CREATE INDEX attempt_subject ON attempt (subject, time);
                    """
            )
        }
        return migrator
    }
}
