import GRDB
import OperationCatalogue
import OperationPipeline
import SQLiteFile

/// What operations see of the store within one transaction.
final class StoreTransaction {
    private let database: Database
    private let connection: OpaquePointer
    private let clock: @Sendable () -> Timestamp
    /// Where payloads lie that are too long.
    let spools: Spools
    private var owners: [OwnerName: Owner] = [:]

    /// - Throws: ``SQLiteFailure``, when the connection is closed.
    init(_ database: Database, spools: Spools, clock: @escaping @Sendable () -> Timestamp) throws {
        guard let connection = database.sqliteConnection else {
            throw SQLiteFailure(code: 21, message: "the connection is closed")
        }
        self.database = database
        self.connection = connection
        self.clock = clock
        self.spools = spools
    }

    /// This moment.
    var now: Timestamp { clock() }

    /// The compiled form of a statement, which the connection keeps.
    func prepare(_ sql: String) throws -> PreparedStatement {
        PreparedStatement(try database.cachedStatement(sql: sql), connection: connection)
    }

    // MARK: Owners

    /// What an owner is asked for by.
    private enum OwnerName: Hashable {
        case local
        case identifier(UniqueIdentifier)
    }

    /// The owner of what a caller may see and change: the one that the caller names, or else the local one.
    ///
    /// - Throws: ``ErrorCode/forbidden`` where the store knows no owner of that identifier; ``SQLiteFailure``.
    func owner(for caller: Caller) throws -> Owner {
        let name = caller.owner.map(OwnerName.identifier) ?? .local
        if let known = owners[name] { return known }
        let owner: Owner?
        switch name {
        case .local:
            let statement = try prepare("SELECT \(Owner.columns) FROM owner WHERE key = ?1")
            statement.bind(1, Schema.localOwner)
            owner = try statement.first(Owner.init)
        case .identifier(let id):
            let statement = try prepare("SELECT \(Owner.columns) FROM owner WHERE uuid = ?1 AND key <> ?2")
            statement.bind(1, id)
            statement.bind(2, Schema.localOwner)
            owner = try statement.first(Owner.init)
        }
        guard let owner else {
            guard let id = caller.owner else {
                throw SQLiteFailure(code: 11, message: "the store has no local owner")
            }
            throw OperationError(.forbidden, "the task store has no user \(id): ask whoever runs this server")
        }
        owners[name] = owner
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
