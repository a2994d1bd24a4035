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
        now.seconds - created.seconds >= AccountStore.signInLife || wrongCodes >= AccountStore.mostWrongCodes
    }
}

extension AccountStore {
    /// How long a program can wait, in seconds.
    static let signInLife: Int64 = 600
    static let mostWrongCodes = 5
    /// So many can wait at a time; without a limit, anybody could fill the disk.
    static let mostWaiting = 10_000
    /// The same from one address.
    static let mostWaitingOfAddress = 100

    /// - Throws: ``ErrorCode/rateLimited`` when too many wait.
    func beginSignIn(client: String?, address: String) async throws(OperationError) -> String {
        let id = RandomSecret.make()
        let now = clock().seconds
        try await write { database in
            try database.execute(sql: "DELETE FROM sign_in WHERE created <= ?", arguments: [now - 2 * Self.signInLife])
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM sign_in") ?? 0
            let own =
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM sign_in WHERE address = ? AND state = ? AND created > ?",
                    arguments: [address, PendingSignIn.State.waiting.rawValue, now - Self.signInLife]) ?? 0
            guard count < Self.mostWaiting, own < Self.mostWaitingOfAddress else {
                throw OperationError(.rateLimited, "too many sign-ins are waiting: try again in a few minutes")
            }
            try database.execute(
                sql: "INSERT INTO sign_in (id, state, client, address, created) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, PendingSignIn.State.waiting.rawValue, client, address, now])
        }
        return id
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
                sql: "SELECT a.id, a.name, s.code FROM sign_in s JOIN account a ON a.id = s.account WHERE s.id = ?",
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
