import FoundationEssentials
import GRDB
import OperationCatalogue

/// A program that waits for its user to approve it.
struct PendingSignIn: Sendable {
    enum State: String, Sendable {
        case waiting, approved, denied, used
    }

    let id: String
    let state: State
    let client: String?
    let address: String
    let created: Timestamp
    let wrongCodes: Int

    func isExpired(at now: Timestamp) -> Bool {
        now.seconds - created.seconds >= ServerSettings.signInLife || wrongCodes >= ServerSettings.mostWrongCodes
    }
}

/// What came of the wish to be signed in.
enum BegunSignIn: Sendable {
    case begun(String)
    /// Too many wait: there may be room in so many seconds.
    case refused(seconds: Int)
}

extension AccountStore {
    /// Begins to wait for a user, unless too many wait already from the same network or site. Where too many wait in all, the
    /// oldest gives way of the site that has most: whoever asks for much cannot keep out whoever asks for little.
    func beginSignIn(client: String?, address: String) async throws(OperationError) -> BegunSignIn {
        let id = RandomSecret.make()
        let now = clock().seconds
        let places = [
            ("network", ClientNetwork.of(address), ServerSettings.mostWaitingOfNetwork),
            ("site", ClientNetwork.site(of: address), ServerSettings.mostWaitingOfSite),
        ]
        return try await write { database in
            try database.execute(
                sql: "DELETE FROM sign_in WHERE created <= ?", arguments: [now - 2 * ServerSettings.signInLife])
            for (column, place, most) in places {
                if let created = try Self.oldestOf(most, where: "\(column) = ?", [place], since: now, in: database) {
                    return .refused(seconds: Int(max(1, created + ServerSettings.signInLife - now)))
                }
            }
            if try Self.oldestOf(ServerSettings.mostWaiting, where: "1", [], since: now, in: database) != nil {
                try Self.removeOldestOfBusiestSite(in: database)
            }
            try database.execute(
                sql: """
                    INSERT INTO sign_in (id, state, client, address, network, site, created) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, PendingSignIn.State.waiting.rawValue, client, address, places[0].1, places[1].1, now,
                ])
            return .begun(id)
        }
    }

    private static func removeOldestOfBusiestSite(in database: Database) throws {
        let waiting = PendingSignIn.State.waiting.rawValue
        try database.execute(
            sql: """
                DELETE FROM sign_in WHERE id = (
                    SELECT id FROM sign_in WHERE state = ? AND site =
                        (SELECT site FROM sign_in WHERE state = ? GROUP BY site ORDER BY count(*) DESC LIMIT 1)
                    ORDER BY created LIMIT 1)
                """, arguments: [waiting, waiting])
    }

    /// When the oldest of the last `most` that wait began to; `nil` where there are fewer.
    private static func oldestOf(
        _ most: Int, where condition: String, _ values: [String], since now: Int64, in database: Database
    ) throws -> Int64? {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT created FROM sign_in WHERE \(condition) AND state = ? AND created > ?
                ORDER BY created DESC LIMIT 1 OFFSET ?
                """,
            arguments: StatementArguments(values)
                + [PendingSignIn.State.waiting.rawValue, now - ServerSettings.signInLife, most - 1])
    }

    func signIn(_ id: String) async throws(OperationError) -> PendingSignIn? {
        try await read { try Self.signIn(id, in: $0) }
    }

    private static func signIn(_ id: String, in database: Database) throws -> PendingSignIn? {
        try Row.fetchOne(database, sql: "SELECT * FROM sign_in WHERE id = ?", arguments: [id]).flatMap { row in
            PendingSignIn.State(rawValue: row["state"]).map { state in
                PendingSignIn(
                    id: row["id"], state: state, client: row["client"], address: row["address"],
                    created: Timestamp(seconds: row["created"]), wrongCodes: row["wrong"])
            }
        }
    }

    /// Approves a program for an account.
    ///
    /// - Returns: the code to give to it; `nil` where nothing waits under this identifier (any more).
    func approve(_ id: String, for account: Account) async throws(OperationError) -> String? {
        let code = SignInCode.make()
        let now = clock()
        return try await write { database in
            guard let pending = try Self.signIn(id, in: database), pending.state == .waiting,
                !pending.isExpired(at: now)
            else { return nil }
            try database.execute(
                sql: "UPDATE sign_in SET state = ?, account = ?, code = ? WHERE id = ?",
                arguments: [
                    PendingSignIn.State.approved.rawValue, account.id.description, SecretHash.of(code).data, id,
                ])
            return code
        }
    }

    func deny(_ id: String) async throws(OperationError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE sign_in SET state = ? WHERE id = ? AND state = ?",
                arguments: [
                    PendingSignIn.State.denied.rawValue, id, PendingSignIn.State.waiting.rawValue,
                ])
        }
    }

    /// Uses a code up.
    ///
    /// - Returns: whose sign-in it was, and what the program called itself; `nil` for a wrong, used or expired code, of
    ///   which nothing more is told.
    func useCode(_ code: String, of id: String) async throws(OperationError) -> (account: Account, client: String?)? {
        let now = clock()
        let given = SecretHash.of(SignInCode.normalised(code))
        return try await write { database in
            guard let pending = try Self.signIn(id, in: database), !pending.isExpired(at: now) else { return nil }
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT a.id, a.name, s.code FROM sign_in s JOIN account a ON a.id = s.account
                    WHERE s.id = ? AND NOT a.disabled
                    """,
                arguments: [id])
            guard pending.state == .approved, let row, let account = Account(row),
                SecretHash.isEqual([UInt8](row["code"] as Data), given)
            else {
                try database.execute(sql: "UPDATE sign_in SET wrong = wrong + 1 WHERE id = ?", arguments: [id])
                return nil
            }
            try database.execute(
                sql: "UPDATE sign_in SET state = ?, code = NULL WHERE id = ?",
                arguments: [PendingSignIn.State.used.rawValue, id])
            return (account, pending.client)
        }
    }
}
