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
    /// Within this time, in seconds, attempts to sign in are counted.
    static let attemptWindow: Int64 = 15 * 60
    static let attemptsPerName = 10
    static let attemptsPerAddress = 50

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
                    WHERE s.hash = ? AND s.expires > ?
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

    /// Counts an attempt to sign in, before it is tried, so that many at once cannot slip through.
    ///
    /// - Returns: `nil` when it may be tried, else in how many seconds it may.
    func countAttempt(name: String, address: String) async throws(OperationError) -> Int? {
        let now = clock().seconds
        let limits = [
            ("name " + name.lowercased(), Self.attemptsPerName), ("address " + address, Self.attemptsPerAddress),
        ]
        return try await write { database in
            try database.execute(sql: "DELETE FROM attempt WHERE time <= ?", arguments: [now - Self.attemptWindow])
            for (subject, most) in limits {
                let times = try Int64.fetchAll(
                    database, sql: "SELECT time FROM attempt WHERE subject = ? ORDER BY time", arguments: [subject])
                if times.count >= most { return max(1, Int(times[times.count - most] + Self.attemptWindow - now)) }
            }
            for (subject, _) in limits {
                try database.execute(
                    sql: "INSERT INTO attempt (subject, time) VALUES (?, ?)", arguments: [subject, now])
            }
            return nil
        }
    }

    /// A right password forgives what was wrong before it for the name; for the address, itself.
    func forgiveAttempt(name: String, address: String) async throws(OperationError) {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM attempt WHERE subject = ?", arguments: ["name " + name.lowercased()])
            try database.execute(
                sql: """
                    DELETE FROM attempt WHERE rowid =
                        (SELECT rowid FROM attempt WHERE subject = ? ORDER BY time DESC LIMIT 1)
                    """,
                arguments: ["address " + address])
        }
    }
}
