import GRDB
package import OperationCatalogue
package import SQLiteFile

/// Who may come in: accounts, their tokens, browser sessions and pending sign-ins, in a database beside the tasks.
///
/// A file of its own, since the two have migrations of their own; see <doc:Accounts>.
package final class AccountStore: Sendable {
    private let file: SQLiteFile
    let bearers = BearerCache()
    let clock: @Sendable () -> Timestamp

    /// What is put behind the path of the tasks.
    package static let suffix = ".accounts"

    /// Nothing on the disk is touched before it is first used, or opened; then it is made for this user alone (0600) where it is
    /// missing.
    ///
    /// - Parameter mayWrite: without it, accounts that are there are read as they are.
    package init(path: String, mayWrite: Bool = true, clock: @escaping @Sendable () -> Timestamp = { .now }) {
        file = SQLiteFile(path: path, kind: .accounts, mayWrite: mayWrite)
        self.clock = clock
    }

    /// Opens the database, for whoever wants to know before the first request whether it can be.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable``.
    package func open() async throws(OperationError) { try await file.open() }

    /// Looks whether the accounts answer, without any connection that requests wait for.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where they do not.
    func check() async throws(OperationError) { try await file.probe() }

    package func close() async { await file.close() }

    func read<Value>(_ body: (Database) throws -> Value) async throws(OperationError) -> Value {
        do { return try await file.read(body) } catch { throw file.error(error) }
    }

    func write<Value>(_ body: (Database) throws -> Value) async throws(OperationError) -> Value {
        do {
            return try await file.transaction(body)
        } catch let doubt as CommitDoubt {
            throw doubt.reason
        } catch {
            throw file.error(error)
        }
    }
}

extension DatabaseKind {
    /// The accounts of a server.
    package static let accounts = DatabaseKind(
        noun: "the accounts", applicationID: nil, migrator: AccountSchema.migrator,
        tables: ["account", "token", "session", "sign_in"], readers: 2)
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
        migrator.registerMigration("2 networks, known browsers, disabled accounts") { database in
            try database.execute(
                sql: """
                    ALTER TABLE sign_in ADD COLUMN network TEXT NOT NULL DEFAULT '';
                    ALTER TABLE sign_in ADD COLUMN site TEXT NOT NULL DEFAULT '';
                    CREATE INDEX sign_in_network ON sign_in (network, created);
                    CREATE INDEX sign_in_site ON sign_in (site, created);
                    ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
                    CREATE TABLE device (
                        hash BLOB NOT NULL, account TEXT NOT NULL REFERENCES account (id), expires INTEGER NOT NULL,
                        PRIMARY KEY (hash, account)
                    ) STRICT;
                    CREATE INDEX device_account ON device (account, expires);
                    """
            )
        }
        migrator.registerMigration("mark of the content") { try FileMark.make(in: $0) }
        return migrator
    }
}
