import FoundationEssentials
import GRDB
package import OperationCatalogue

extension [UInt8] {
    var data: Data { Data(self) }
}

extension AccountStore {
    /// How often the last use of a token is written down, in seconds.
    private static let usePrecision: Int64 = 60

    /// A new token, told this once.
    package func makeToken(for account: Account, named name: String) async throws(OperationError) -> NewToken {
        let secret = RandomSecret.make()
        let id = UniqueIdentifier.version7()
        let now = clock()
        try await write { database in
            try database.execute(
                sql: "INSERT INTO token (id, account, name, hash, created) VALUES (?, ?, ?, ?, ?)",
                arguments: [id.description, account.id.description, name, SecretHash.of(secret).data, now.seconds])
        }
        return NewToken(
            entry: TokenEntry(id: id.description, name: name, created: now, lastUsed: nil), secret: Secret(secret))
    }

    func tokens(of account: Account) async throws(OperationError) -> [TokenEntry] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT id, name, created, used FROM token WHERE account = ? ORDER BY created, id",
                arguments: [account.id.description]
            ).map { row in
                TokenEntry(
                    id: row["id"], name: row["name"], created: Timestamp(seconds: row["created"]),
                    lastUsed: (row["used"] as Int64?).map { Timestamp(seconds: $0) })
            }
        }
    }

    /// - Returns: whether the account has such a token.
    func renameToken(_ id: String, of account: Account, to name: String) async throws(OperationError) -> Bool {
        try await write { database in
            try database.execute(
                sql: "UPDATE token SET name = ? WHERE id = ? AND account = ?",
                arguments: [name, id, account.id.description])
            return database.changesCount == 1
        }
    }

    /// - Returns: whether the account had such a token.
    func revokeToken(_ id: String, of account: Account) async throws(OperationError) -> Bool {
        defer { bearers.removeAll() }
        return try await write { database in
            try database.execute(
                sql: "DELETE FROM token WHERE id = ? AND account = ?", arguments: [id, account.id.description])
            return database.changesCount == 1
        }
    }

    /// Whose token this is, and which one.
    func bearer(of token: String) async throws(OperationError) -> Bearer? {
        let hash = SecretHash.of(token)
        if let known = bearers[hash] { return known }
        let generation = bearers.generation
        guard let bearer = try await lookUp(hash.data) else { return nil }
        bearers.keep(bearer, for: hash, since: generation)
        return bearer
    }

    private func lookUp(_ hash: Data) async throws(OperationError) -> Bearer? {
        let found = try await read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT a.id, a.name, t.id AS token, t.used FROM token t JOIN account a ON a.id = t.account
                    WHERE t.hash = ? AND NOT a.disabled
                    """,
                arguments: [hash]
            ).flatMap { row in
                Account(row).map { (bearer: Bearer(account: $0, token: row["token"]), used: row["used"] as Int64?) }
            }
        }
        guard let found else { return nil }
        let now = clock().seconds
        if now - (found.used ?? 0) >= Self.usePrecision {
            try await write { database in
                try database.execute(sql: "UPDATE token SET used = ? WHERE hash = ?", arguments: [now, hash])
            }
        }
        return found.bearer
    }
}

/// A token that was just made.
package struct NewToken: Sendable {
    package let entry: TokenEntry
    package let secret: Secret
}

/// Who shows a token.
struct Bearer: Sendable {
    let account: Account
    /// The identifier of the token.
    let token: String
}
