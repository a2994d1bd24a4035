import GRDB
import OperationCatalogue

/// Somebody who tries a password.
struct SignInAttempt: Sendable {
    let name: String
    /// Where they are, as ``WebRequest/clientAddress`` has it.
    let address: String
    /// The secret of a browser that has signed in before, if it shows one.
    let device: String?

    fileprivate var fromNetwork: String { "network \(ClientNetwork.of(address))" }
    fileprivate var forName: String { "name \(name.lowercased())" }
    fileprivate var forNameFromNetwork: String { forName + " " + fromNetwork }
}

/// Guessing is slowed down for whoever guesses, and not for the owner: attempts count for a name from one network, and a browser
/// that has signed in to an account before has a count of its own (OWASP, "Slow Down Online Guessing Attacks with Device
/// Cookies").
extension AccountStore {
    /// What an attempt counts for, and how many of it there may be in ``ServerSettings/attemptWindow``.
    private static func limits(of attempt: SignInAttempt, at now: Int64, in database: Database) throws -> [(
        String, Int
    )] {
        if let hash = try knownDevice(of: attempt, at: now, in: database) {
            return [("device \(hash.hexadecimal) \(attempt.forName)", ServerSettings.attemptsPerName)]
        }
        return [
            (attempt.forNameFromNetwork, ServerSettings.attemptsPerName),
            (attempt.fromNetwork, ServerSettings.attemptsPerNetwork),
            (attempt.forName, ServerSettings.attemptsPerNameEverywhere),
        ]
    }

    private static func knownDevice(
        of attempt: SignInAttempt, at now: Int64, in database: Database
    ) throws -> [UInt8]? {
        guard let device = attempt.device else { return nil }
        let hash = SecretHash.of(device)
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT 1 FROM device d JOIN account a ON a.id = d.account
                WHERE d.hash = ? AND d.expires > ? AND a.name = ?
                """, arguments: [hash.data, now, attempt.name])
        return row == nil ? nil : hash
    }

    /// Counts an attempt to sign in, before it is tried, so that many at once cannot slip through.
    ///
    /// - Returns: `nil` when it may be tried, else in how many seconds it may.
    func count(_ attempt: SignInAttempt) async throws(OperationError) -> Int? {
        let now = clock().seconds
        let window = ServerSettings.attemptWindow
        return try await write { database in
            try database.execute(sql: "DELETE FROM attempt WHERE time <= ?", arguments: [now - window])
            let limits = try Self.limits(of: attempt, at: now, in: database)
            for (subject, most) in limits {
                let times = try Int64.fetchAll(
                    database, sql: "SELECT time FROM attempt WHERE subject = ? ORDER BY time", arguments: [subject])
                if times.count >= most { return max(1, Int(times[times.count - most] + window - now)) }
            }
            for (subject, _) in limits {
                try database.execute(
                    sql: "INSERT INTO attempt (subject, time) VALUES (?, ?)", arguments: [subject, now])
            }
            return nil
        }
    }

    /// A right password forgives what was wrong before it in the same place; elsewhere, itself.
    func forgive(_ attempt: SignInAttempt) async throws(OperationError) {
        let now = clock().seconds
        try await write { database in
            for (index, limit) in try Self.limits(of: attempt, at: now, in: database).enumerated() {
                let which =
                    index == 0
                    ? "subject = ?"
                    : "rowid = (SELECT rowid FROM attempt WHERE subject = ? ORDER BY time DESC LIMIT 1)"
                try database.execute(sql: "DELETE FROM attempt WHERE \(which)", arguments: [limit.0])
            }
        }
    }

    // MARK: Browsers that have signed in

    /// So many browsers of an account are known, the latest.
    private static let mostDevices = 50

    /// Makes a browser known for one that has signed in to an account.
    ///
    /// - Parameter secret: what the browser shows, if anything.
    /// - Returns: what it is to show from now on: the same where that is known already, for this account or another.
    func knowDevice(_ secret: String?, of account: Account) async throws(OperationError) -> String {
        let new = RandomSecret.make()
        let now = clock().seconds
        return try await write { database in
            var known: String?
            if let secret {
                let row = try Row.fetchOne(
                    database, sql: "SELECT 1 FROM device WHERE hash = ?", arguments: [SecretHash.of(secret).data])
                known = row == nil ? nil : secret
            }
            let shown = known ?? new
            try database.execute(
                sql: "INSERT OR REPLACE INTO device (hash, account, expires) VALUES (?, ?, ?)",
                arguments: [SecretHash.of(shown).data, account.id.description, now + ServerSettings.deviceLife])
            try database.execute(
                sql: """
                    DELETE FROM device WHERE expires <= ? OR account = ? AND rowid NOT IN
                        (SELECT rowid FROM device WHERE account = ? ORDER BY expires DESC, rowid DESC LIMIT ?)
                    """,
                arguments: [now, account.id.description, account.id.description, Self.mostDevices])
            return shown
        }
    }
}
