package import OperationCatalogue
import OperationPipeline
import Synchronization
import TaskRules

/// A store that reads through to another one and keeps its writes to itself: what would be, without any of it being done.
///
/// The store below may change between two calls, and is read each time. A task that was written here stays as it was written, whatever
/// becomes of it below; every other one is as it is below at that moment. The children of a task are those whose state says so, each of
/// them once: in the order in which they were written here, and behind them what has come to it below since. A task can be left under a parent,
/// or before a task in its chain, that was deleted below meanwhile; and a number that a new task has got here may be given to another one
/// below. A write that does not fit to what is there by then is refused (``ChangeConflict``), as in every store.
package final class OverlayTaskStore<Base: TaskStore>: TaskStore {
    private let base: Base
    /// What was written, by owner; `nil` stands for the one that callers mean who name nobody.
    private let written = Mutex<[UniqueIdentifier?: Written]>([:])

    private struct Written: Sendable {
        var table = TaskTable()
        /// How many writes it holds.
        var count = 0
    }

    package init(over base: Base) { self.base = base }

    package func view<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        let table = written.withLock { $0[caller.owner] ?? Written() }.table
        return try await base.view(as: caller) { below in try body(OverlayTransaction(table, over: below)) }
    }

    /// Hands the tasks to `body` again where somebody else has written here in the meantime, so that nothing is lost.
    package func change<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        while true {
            let before = written.withLock { $0[caller.owner] ?? Written() }
            let (value, table) = try await base.view(as: caller) { below in
                let transaction = OverlayTransaction(before.table, over: below)
                let value = try body(transaction)
                return (value, transaction.table)
            }
            let isKept = written.withLock { written in
                guard (written[caller.owner] ?? Written()).count == before.count else { return false }
                written[caller.owner] = Written(table: table, count: before.count + 1)
                return true
            }
            if isKept { return value }
            try Task.checkCancellation()
        }
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
        let below = try below.children(of: id)
        guard !table.entries.isEmpty else { return below }
        let isBelow = Set(below)
        func isChild(_ child: UniqueIdentifier) -> Bool {
            guard let state = table.entries[child]?.task.state else { return isBelow.contains(child) }
            return state.parentID == id && !state.isDeleted
        }
        guard let written = table.children[id] else { return below.filter(isChild) }
        let isWritten = Set(written)
        return written.filter(isChild) + below.filter { !isWritten.contains($0) && isChild($0) }
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
