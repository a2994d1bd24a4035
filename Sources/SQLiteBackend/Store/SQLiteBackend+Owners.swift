import FoundationEssentials
import GRDB
import GRDBSQLite
package import OperationCatalogue

/// Somebody whose tasks the store keeps beside those of others.
package struct StoreOwner: Hashable, Sendable {
    /// What ``Caller/owner`` names them by.
    package let id: UniqueIdentifier
    package let username: String
}

extension SQLiteBackend {
    /// Adds an owner, who has no tasks yet.
    ///
    /// - Parameter username: 1 to 64 characters; the first part of the `ref` of their tasks is made from it.
    /// - Throws: ``ErrorCode/idConflict`` where the name is taken, also by another in other case or by the local owner;
    ///   ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where the store fails.
    package func addOwner(named username: String) async throws(OperationError) -> StoreOwner {
        let owner = StoreOwner(id: .version7(), username: username)
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
            return try await store.pool().read { database in
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
            throw BatchRun.operationError(error, path: store.path)
        }
    }

    /// Reads a row, to see whether the store answers, and whether its file is still where it was.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where it does not.
    package func check() async throws(OperationError) {
        do {
            let isInPlace = try await store.pool().read { database in
                _ = try Int64.fetchOne(database, sql: "SELECT count(*) FROM owner")
                // Whether the file is still at its path: 0 for yes (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
                var hasMoved: CInt = 0
                sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_HAS_MOVED, &hasMoved)
                return hasMoved == 0
            }
            if !isInPlace {
                throw OperationError(
                    .backendUnreachable, "the task store \(store.path) is gone or another one: start the server anew")
            }
        } catch {
            throw BatchRun.operationError(error, path: store.path)
        }
    }

    private func change(_ body: @escaping @Sendable (Database) throws -> Void) async throws(OperationError) {
        do {
            try await store.pool().write(body)
        } catch {
            throw BatchRun.operationError(error, path: store.path)
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
