import GRDB
import OperationCatalogue

/// What operations see of the store within one transaction.
final class StoreTransaction {
    private let database: Database
    private let connection: OpaquePointer
    private let clock: @Sendable () -> Timestamp
    private var owners: [Int64: Owner] = [:]

    /// - Throws: ``SQLiteFailure``, when the connection is closed.
    init(_ database: Database, clock: @escaping @Sendable () -> Timestamp) throws {
        guard let connection = database.sqliteConnection else {
            throw SQLiteFailure(code: 21, message: "the connection is closed")
        }
        self.database = database
        self.connection = connection
        self.clock = clock
    }

    /// This moment.
    var now: Timestamp { clock() }

    /// The compiled form of a statement, which the connection keeps.
    func prepare(_ sql: String) throws -> PreparedStatement {
        PreparedStatement(try database.cachedStatement(sql: sql), connection: connection)
    }

    // MARK: Owners

    /// The owner of what a caller may see and change. Every store is local for now, so that is one user, whoever asks.
    func owner(for caller: Caller) throws -> Owner {
        try owner(Schema.localOwner)
    }

    private func owner(_ key: Int64) throws -> Owner {
        if let known = owners[key] { return known }
        let statement = try prepare("SELECT \(Owner.columns) FROM owner WHERE key = ?1")
        statement.bind(1, key)
        guard let owner = try statement.first(Owner.init) else {
            throw SQLiteFailure(code: 11, message: "the store has no owner \(key)")
        }
        owners[key] = owner
        return owner
    }

    /// Stores how far the sequences and revisions of the owners have come; the last thing before a commit.
    func storeCounters() throws {
        for owner in owners.values where owner.hasAdvanced {
            let statement = try prepare("UPDATE owner SET last_sequence = ?2, last_revision = ?3 WHERE key = ?1")
            statement.bind(1, owner.key)
            statement.bind(2, owner.lastSequence)
            statement.bind(3, owner.lastRevision)
            try statement.run()
            owner.didStore()
        }
    }
}
