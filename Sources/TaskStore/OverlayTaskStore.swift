package import OperationCatalogue
import OperationPipeline
import Synchronization
import TaskRules

/// A store that reads through to another one and keeps its writes to itself: what would be, without any of it being done.
///
/// What was written here hides what the store below has for the same task, or for the children of the same parent, from then on;
/// everything else is read below each time, so what others do there meanwhile is seen as far as nothing was written here. A write
/// that no longer fits to what is below by then is refused like any other (``ChangeConflict``).
package final class OverlayTaskStore<Base: TaskStore>: TaskStore {
    private let base: Base
    /// What was written, by owner; `nil` stands for the one that callers mean who name nobody.
    private let written = Mutex<[UniqueIdentifier?: TaskTable]>([:])

    package init(over base: Base) { self.base = base }

    package func view<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        let table = written.withLock { $0[caller.owner] } ?? TaskTable()
        return try await base.view(as: caller) { below in try body(OverlayTransaction(table, over: below)) }
    }

    /// One at a time: of two at once the later one loses what the other wrote.
    package func change<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        let table = written.withLock { $0[caller.owner] } ?? TaskTable()
        let (value, changed) = try await base.view(as: caller) { below in
            let transaction = OverlayTransaction(table, over: below)
            let value = try body(transaction)
            return (value, transaction.table)
        }
        written.withLock { $0[caller.owner] = changed }
        return value
    }

    /// Closes the store below as well.
    package func close() async { await base.close() }
}

private final class OverlayTransaction: TableTransaction {
    var table: TaskTable
    private let below: any TaskTransaction

    init(_ table: TaskTable, over below: any TaskTransaction) {
        self.table = table
        self.below = below
    }

    var user: StoreUser { below.user }
    var lastNumber: Int64 { max(table.lastNumber, below.lastNumber) }
    var lastRevision: Int64 { max(table.lastRevision, below.lastRevision) }

    func entry(_ id: UniqueIdentifier) throws -> TaskTable.Entry? {
        if let entry = table.entries[id] { return entry }
        guard let task = try below.storedTask(id) else { return nil }
        var history: [TaskAction] = []
        try below.forEachAction(of: id) { history.append($0) }
        return TaskTable.Entry(task: task, history: history)
    }

    func storedTask(_ id: UniqueIdentifier) throws -> StoredTask? {
        if let entry = table.entries[id] { return entry.task }
        return try below.storedTask(id)
    }

    func children(of id: UniqueIdentifier) throws -> [UniqueIdentifier] {
        if let children = table.children[id] { return children }
        return try below.children(of: id)
    }

    func precedingTasks(inChainOf id: UniqueIdentifier) throws -> [TaskState] {
        let below = try below.precedingTasks(inChainOf: id).filter { table.entries[$0.id] == nil }
        let tasks = try below.compactMap { try storedTask($0.id) } + table.tasks(leadingTo: id)
        return tasks.sorted { $0.number < $1.number }.map(\.state)
    }

    func isTaken(_ id: UniqueIdentifier) throws -> Bool { try below.isTaken(id) }

    func forEachTask(_ body: (StoredTask) throws -> Void) throws {
        // Tasks from below come in the order of their numbers, and those made here have higher ones; one that was deleted below and
        // brought back here comes in between.
        var own = table.entries.values.map(\.task).filter { !$0.state.isDeleted }.sorted { $0.number < $1.number }[...]
        try below.forEachTask { task in
            while let first = own.first, first.number < task.number {
                try body(first)
                own.removeFirst()
            }
            guard table.entries[task.state.id] == nil else {
                if let first = own.first, first.number == task.number {
                    try body(first)
                    own.removeFirst()
                }
                return
            }
            try body(task)
        }
        for task in own { try body(task) }
    }
}
