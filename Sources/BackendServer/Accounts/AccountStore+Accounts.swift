import FoundationEssentials
import GRDB
package import OperationCatalogue

/// Somebody who may sign in. Their identifier is that of the owner of their tasks.
package struct Account: Hashable, Sendable {
    package let id: UniqueIdentifier
    package let name: String

    init(id: UniqueIdentifier, name: String) {
        self.id = id
        self.name = name
    }

    init?(_ row: Row) {
        guard let id = UniqueIdentifier(row["id"] as String) else { return nil }
        self.init(id: id, name: row["name"])
    }
}

/// A link with which somebody sets their password, once.
struct Invitation: Sendable {
    /// `nil` for one that makes a new account.
    let account: Account?
}

/// A setup link that was used.
struct UsedInvitation: Sendable {
    fileprivate let hash: Data
    fileprivate let account: String?
    fileprivate let expires: Int64
}

extension AccountStore {
    /// How long a setup link is good, in seconds.
    static let invitationLife: Int64 = 24 * 3600

    package func accounts() async throws(OperationError) -> [Account] {
        try await read {
            try Row.fetchAll($0, sql: "SELECT id, name FROM account ORDER BY name").compactMap(Account.init)
        }
    }

    /// The accounts that are disabled.
    package func disabledAccounts() async throws(OperationError) -> Set<Account> {
        try await read {
            Set(try Row.fetchAll($0, sql: "SELECT id, name FROM account WHERE disabled").compactMap(Account.init))
        }
    }

    package func account(named name: String) async throws(OperationError) -> Account? {
        try await read { database in
            try Row.fetchOne(database, sql: "SELECT id, name FROM account WHERE name = ?", arguments: [name])
                .flatMap(Account.init)
        }
    }

    /// - Throws: ``ErrorCode/idConflict`` where the name is taken.
    package func add(_ id: UniqueIdentifier, named name: String) async throws(OperationError) -> Account {
        let now = clock().seconds
        try await write { database in
            let isTaken =
                try Row.fetchOne(database, sql: "SELECT 1 FROM account WHERE name = ?", arguments: [name]) != nil
            guard !isTaken else {
                throw OperationError(.idConflict, "the name \(name) is taken: choose another one")
            }
            try database.execute(
                sql: "INSERT INTO account (id, name, created) VALUES (?, ?, ?)", arguments: [id.description, name, now])
        }
        return Account(id: id, name: name)
    }

    /// The secret of a new setup link; older ones of the same account are no longer good. Those for the first user all stay,
    /// since whoever was shown one may be about to use it.
    package func invite(_ account: Account?) async throws(OperationError) -> Secret {
        let secret = RandomSecret.make()
        let expires = clock().seconds + Self.invitationLife
        try await write { database in
            if let account {
                try database.execute(
                    sql: "DELETE FROM invitation WHERE account = ?", arguments: [account.id.description])
            }
            try database.execute(
                sql: "INSERT INTO invitation (hash, account, expires) VALUES (?, ?, ?)",
                arguments: [SecretHash.of(secret).data, account?.id.description, expires])
        }
        return Secret(secret)
    }

    func invitation(_ secret: String) async throws(OperationError) -> Invitation? {
        let now = clock().seconds
        return try await read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT i.account, a.id, a.name FROM invitation i LEFT JOIN account a ON a.id = i.account
                    WHERE i.hash = ? AND i.expires > ? AND NOT coalesce(a.disabled, 0)
                    """,
                arguments: [SecretHash.of(secret).data, now])
            guard let row else { return nil }
            return Invitation(account: row["account"] == nil ? nil : Account(row))
        }
    }

    /// Uses a setup link up: of several who try at once, one.
    ///
    /// - Returns: what it was, for ``restore(_:)``; `nil` where it was not good any more.
    func use(_ secret: String) async throws(OperationError) -> UsedInvitation? {
        let hash = SecretHash.of(secret).data
        let now = clock().seconds
        return try await write { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT account, expires FROM invitation WHERE hash = ? AND expires > ?",
                arguments: [hash, now])
            guard let row else { return nil }
            try database.execute(sql: "DELETE FROM invitation WHERE hash = ?", arguments: [hash])
            return UsedInvitation(hash: hash, account: row["account"], expires: row["expires"])
        }
    }

    /// Makes a link good again that came to nothing.
    func restore(_ used: UsedInvitation) async throws(OperationError) {
        try await write { database in
            try database.execute(
                sql: "INSERT INTO invitation (hash, account, expires) VALUES (?, ?, ?)",
                arguments: [used.hash, used.account, used.expires])
        }
    }

    /// Whoever had the account open is signed out everywhere in browsers. The links for a first user have had their day.
    func setPassword(of account: Account, _ hash: PasswordHash) async throws(OperationError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE account SET password = ? WHERE id = ?", arguments: [hash.text, account.id.description])
            for table in ["session", "device"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE account = ?", arguments: [account.id.description])
            }
            try database.execute(sql: "DELETE FROM invitation WHERE account IS NULL")
        }
    }

    /// The account of this name, with its password's hash where it has one.
    func credentials(of name: String) async throws(OperationError) -> (account: Account, hash: PasswordHash?)? {
        let row = try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT id, name, password FROM account WHERE name = ? AND NOT disabled",
                arguments: [name]
            ).map { (Account($0), $0["password"] as String?) }
        }
        guard let row, let account = row.0 else { return nil }
        return (account, row.1.flatMap { PasswordHash(text: $0) })
    }
}
