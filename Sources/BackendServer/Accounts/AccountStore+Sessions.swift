import FoundationEssentials
import GRDB
import OperationCatalogue

/// A browser that is signed in.
struct BrowserSession: Sendable {
    let account: Account
    /// What its forms must send.
    let formToken: String
    let secret: String
}

extension AccountStore {
    /// How long a browser stays signed in, in seconds.
    static let sessionLife: Int64 = 30 * 86_400

    func beginSession(of account: Account) async throws(OperationError) -> BrowserSession {
        let session = BrowserSession(account: account, formToken: RandomSecret.make(), secret: RandomSecret.make())
        let now = clock().seconds
        try await write { database in
            try database.execute(sql: "DELETE FROM session WHERE expires <= ?", arguments: [now])
            try database.execute(
                sql: "INSERT INTO session (hash, account, form_token, expires) VALUES (?, ?, ?, ?)",
                arguments: [
                    SecretHash.of(session.secret).data, account.id.description, session.formToken,
                    now + Self.sessionLife,
                ])
        }
        return session
    }

    func session(_ secret: String) async throws(OperationError) -> BrowserSession? {
        let now = clock().seconds
        return try await read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT a.id, a.name, s.form_token FROM session s JOIN account a ON a.id = s.account
                    WHERE s.hash = ? AND s.expires > ? AND NOT a.disabled
                    """,
                arguments: [SecretHash.of(secret).data, now]
            ).flatMap { row in
                Account(row).map { BrowserSession(account: $0, formToken: row["form_token"], secret: secret) }
            }
        }
    }

    func endSession(_ secret: String) async throws(OperationError) {
        try await write { database in
            try database.execute(sql: "DELETE FROM session WHERE hash = ?", arguments: [SecretHash.of(secret).data])
        }
    }
}
