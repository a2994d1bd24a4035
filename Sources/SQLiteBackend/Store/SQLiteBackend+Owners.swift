import FoundationEssentials
import GRDB
package import OperationCatalogue
import SQLiteFile

/// Somebody whose tasks the store keeps beside those of others.
package struct StoreOwner: Hashable, Sendable {
    /// What ``Caller/owner`` names them by.
    package let id: UniqueIdentifier
    package let username: String
    /// How many tasks are theirs that are not deleted.
    package let tasks: Int
}

extension SQLiteBackend {
    /// Adds an owner, who has no tasks yet.
    ///
    /// - Parameter username: 1 to 64 characters; the first part of the `ref` of their tasks is made from it.
    /// - Throws: ``ErrorCode/idConflict`` where the name is taken, also by another in other case or by the local owner;
    ///   ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where the store fails.
    package func addOwner(named username: String) async throws(OperationError) -> StoreOwner {
        let owner = StoreOwner(id: .version7(), username: username, tasks: 0)
        try await change { database in
            let isTaken =
                try Bool.fetchOne(
                    database, sql: "SELECT EXISTS (SELECT 1 FROM owner WHERE lower(username) = lower(?))",
                    arguments: [username]) ?? false
            guard !isTaken else {
                throw OperationError(.idConflict, "the name \(username) is taken: choose another one")
            }
            try database.execute(
                sql: """
                    INSERT INTO owner (uuid, username, role, organization, slug) VALUES (?, ?, 'user', ?, ?)
                    """,
                arguments: [
                    owner.id.blob, username, UniqueIdentifier.version7().blob,
                    try OwnerSlug.free(for: username, in: database),
                ])
        }
        return owner
    }

    /// The owner of this name, in whatever case; `nil` where there is none. The local owner is nobody's.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where the store fails.
    package func owner(named username: String) async throws(OperationError) -> StoreOwner? {
        try await owners(where: "lower(o.username) = lower(?)", [username]).first
    }

    /// Everybody whose tasks the store keeps, but for the local owner, in the order in which they came.
    package func owners() async throws(OperationError) -> [StoreOwner] {
        try await owners(where: "1", [])
    }

    private func owners(
        where condition: String, _ arguments: StatementArguments
    ) async throws(OperationError) -> [StoreOwner] {
        do {
            return try await file.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT o.uuid, o.username,
                            (SELECT count(*) FROM task t WHERE t.owner = o.key AND t.deleted_at IS NULL) AS tasks
                        FROM owner o WHERE o.key <> \(Schema.localOwner) AND \(condition) ORDER BY o.key
                        """, arguments: arguments
                ).compactMap { row in
                    UniqueIdentifier(blob: row["uuid"]).map {
                        StoreOwner(id: $0, username: row["username"], tasks: row["tasks"])
                    }
                }
            }
        } catch {
            throw file.error(error)
        }
    }

    /// The task of a sequence number, which a task keeps and no other gets.
    ///
    /// - Parameters:
    ///   - slug: the first part of its `ref`; `nil` for any.
    ///   - owner: whose task it is to be.
    /// - Returns: `nil` where there is none, or it is deleted.
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where the store fails.
    package func task(
        _ sequence: Int64, slug: String?, of owner: UniqueIdentifier
    ) async throws(OperationError) -> UniqueIdentifier? {
        do {
            return try await file.read { database in
                try Row.fetchOne(
                    database,
                    sql: """
                        SELECT t.uuid FROM owner o JOIN task t ON t.key = (o.key << \(TaskKey.sequenceBits)) + ?2
                        WHERE o.uuid = ?1 AND t.owner = o.key AND t.deleted_at IS NULL AND (?3 IS NULL OR o.slug = lower(?3))
                        """,
                    arguments: [owner.blob, sequence, slug]
                ).flatMap { UniqueIdentifier(blob: $0["uuid"]) }
            }
        } catch {
            throw file.error(error)
        }
    }

    /// Looks whether the store answers and its file is still where it was, without any connection that operations wait for.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where it does not.
    package func check() async throws(OperationError) {
        try await file.probe()
    }

    private func change(_ body: (Database) throws -> Void) async throws(OperationError) {
        do {
            try await file.transaction(body)
        } catch let doubt as CommitDoubt {
            throw doubt.reason
        } catch {
            throw file.error(error)
        }
    }
}

/// The first part of a task's `ref`.
private enum OwnerSlug {
    /// The name in lower-case ASCII letters, digits and hyphens, with a number behind it where that is taken.
    static func free(for username: String, in database: Database) throws -> String {
        let plain = String(username.lowercased().unicodeScalars.map { isPlain($0) ? Character($0) : "-" })
        for number in 1... {
            let slug = number == 1 ? plain : "\(plain)-\(number)"
            let isTaken =
                try Bool.fetchOne(
                    database, sql: "SELECT EXISTS (SELECT 1 FROM owner WHERE slug = ?)", arguments: [slug]) ?? false
            if !isTaken { return slug }
        }
        return plain
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", "-": true
        default: false
        }
    }
}

extension UniqueIdentifier {
    fileprivate var blob: Data { Data(octets) }

    fileprivate init?(blob: Data) {
        guard blob.count == 16 else { return nil }
        let halves = [blob.prefix(8), blob.suffix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: halves[0], low: halves[1])
    }
}
