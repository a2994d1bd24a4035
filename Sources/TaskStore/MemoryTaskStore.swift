package import OperationCatalogue
import OperationPipeline
import Synchronization
import TaskRules

/// Tasks that are nowhere but in memory: for tests, and for what must leave nothing behind.
package final class MemoryTaskStore: TaskStore {
    private let users: [StoreUser]
    private let contents: Mutex<[TaskTable]>

    /// - Parameter users: who has tasks here; the first is whose they are where a caller names nobody.
    package init(_ users: [StoreUser] = [.local]) {
        self.users = users
        contents = Mutex(users.map { _ in TaskTable() })
    }

    package func view<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        let index = try owner(of: caller)
        return try contents.withLock { contents in try body(transaction(on: contents, index)) }
    }

    package func change<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        let index = try owner(of: caller)
        return try contents.withLock { contents in
            let transaction = transaction(on: contents, index)
            let value = try body(transaction)
            contents[index] = transaction.table
            return value
        }
    }

    package func close() async {}

    private func owner(of caller: Caller) throws -> Int {
        guard let id = caller.owner else { return 0 }
        guard let index = users.firstIndex(where: { $0.id == id }) else { throw OperationError.unknownOwner(id) }
        return index
    }

    private func transaction(on contents: [TaskTable], _ index: Int) -> MemoryTransaction {
        let others = contents.indices.filter { $0 != index }.map { contents[$0] }
        return MemoryTransaction(contents[index], of: users[index], beside: others)
    }
}

extension StoreUser {
    /// The one user of a store that nobody shares.
    package static let local = StoreUser(
        id: .version7(), username: "local", displayName: "Local User", role: "user", organization: .version7(),
        slug: "local")
}

extension OperationError {
    package static func unknownOwner(_ id: UniqueIdentifier) -> OperationError {
        OperationError(.forbidden, "the task store has no user \(id): ask whoever runs this server")
    }
}

/// One owner's tasks while one transaction has them.
private final class MemoryTransaction: TableTransaction {
    let user: StoreUser
    var table: TaskTable
    private let others: [TaskTable]

    init(_ table: TaskTable, of user: StoreUser, beside others: [TaskTable]) {
        self.table = table
        self.user = user
        self.others = others
    }

    func entry(_ id: UniqueIdentifier) throws -> TaskTable.Entry? { table.entries[id] }

    func children(of id: UniqueIdentifier) throws -> [UniqueIdentifier] { table.children[id] ?? [] }

    func precedingTasks(inChainOf id: UniqueIdentifier) throws -> [TaskState] {
        table.tasks(leadingTo: id).map(\.state)
    }

    func isTaken(_ id: UniqueIdentifier) throws -> Bool { others.contains { $0.entries[id] != nil } }

    var lastNumber: Int64 { table.lastNumber }
    var lastRevision: Int64 { table.lastRevision }

    func forEachTask(_ body: (StoredTask) throws -> Void) throws {
        let tasks = table.entries.values.map(\.task).filter { !$0.state.isDeleted }
        for task in tasks.sorted(by: { $0.number < $1.number }) { try body(task) }
    }
}
