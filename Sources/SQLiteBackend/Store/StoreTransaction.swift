import GRDB
import OperationCatalogue
import OperationPipeline
import SQLiteFile

/// What operations see of the store within one transaction.
final class StoreTransaction {
    private let database: Database
    private let connection: OpaquePointer
    private var tasks: [OwnerName: OwnedTasks] = [:]

    /// - Throws: ``SQLiteFailure``, when the connection is closed.
    init(_ database: Database) throws {
        guard let connection = database.sqliteConnection else {
            throw SQLiteFailure(code: 21, message: "the connection is closed")
        }
        self.database = database
        self.connection = connection
    }

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

    /// What a caller may see and change: the tasks of the owner that the caller names, or else of the local one.
    ///
    /// - Throws: ``ErrorCode/forbidden`` where the store knows no owner of that identifier; ``SQLiteFailure``.
    func tasks(of caller: Caller) throws -> OwnedTasks {
        let name = caller.owner.map(OwnerName.identifier) ?? .local
        if let known = tasks[name] { return known }
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
        let tasks = OwnedTasks(of: owner, in: self)
        self.tasks[name] = tasks
        return tasks
    }

    /// Says to the other owners that a task of this identifier has come to be; `nil` where many have.
    func forget(_ id: UniqueIdentifier?, butIn tasks: OwnedTasks) {
        for others in self.tasks.values where others !== tasks {
            if let id { others.forget(id) } else { others.forgetRows() }
        }
    }

    /// Stores how far the sequences and revisions of the owners have come; the last thing before a commit.
    func storeCounters() throws {
        for owner in tasks.values.map(\.owner) where owner.hasAdvanced {
            let statement = try prepare("UPDATE owner SET last_sequence = ?2, last_revision = ?3 WHERE key = ?1")
            statement.bind(1, owner.key)
            statement.bind(2, owner.lastSequence)
            statement.bind(3, owner.lastRevision)
            try statement.run()
            owner.didStore()
        }
    }
}
