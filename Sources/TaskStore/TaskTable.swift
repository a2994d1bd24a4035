import OperationCatalogue
import OperationPipeline
import TaskRules

/// An owner's tasks as values.
struct TaskTable: Sendable {
    var entries: [UniqueIdentifier: Entry] = [:]
    /// By the parent: its children that are not deleted, in their order.
    var children: [UniqueIdentifier: [UniqueIdentifier]] = [:]
    var lastNumber: Int64 = 0
    var lastRevision: Int64 = 0

    struct Entry: Sendable {
        var task: StoredTask
        var history: [TaskAction] = []
    }

    /// The tasks, not deleted, that this one follows in their chain, in the order of their numbers.
    func tasks(leadingTo id: UniqueIdentifier) -> [StoredTask] {
        entries.values.map(\.task).filter { $0.state.nextTaskID == id && !$0.state.isDeleted }
            .sorted { $0.number < $1.number }
    }
}

/// A transaction that keeps what it writes in a table, whatever it reads from.
protocol TableTransaction: TaskTransaction {
    var table: TaskTable { get set }
    func entry(_ id: UniqueIdentifier) throws -> TaskTable.Entry?
}

extension TableTransaction {
    func storedTask(_ id: UniqueIdentifier) throws -> StoredTask? { try entry(id)?.task }

    func copyIdentifier(of id: UniqueIdentifier) -> UniqueIdentifier {
        .version5(namespace: user.id, name: id.description)
    }

    func forEachAction(of id: UniqueIdentifier, _ body: (TaskAction) throws -> Void) throws {
        for action in try entry(id)?.history ?? [] { try body(action) }
    }

    func commit(_ changes: [Change]) throws {
        for change in changes { try apply(change) }
    }

    private func apply(_ change: Change) throws {
        switch change.effect {
        case .create(let task, let previous): try create(task, after: previous, change)
        case .update(let fields):
            try replace(change) { $0 = try ChangeCheck.applying(fields, to: $0) }
            if let next = try storedTask(change.task)?.state.nextTaskID, try !isThere(next) {
                throw ChangeConflict.hasNoNext(next, change.task)
            }
        case .place(let old, let new, _):
            try replace(change) { task in
                try ChangeCheck.check(try place(of: task), is: old, of: task.id)
                try leave(task)
                try enter(&task, new)
            }
        case .delete(let task, let previous): try delete(task, after: previous, change)
        }
    }

    private func replace(_ change: Change, _ body: (inout TaskState) throws -> Void) throws {
        guard var entry = try entry(change.task), !entry.task.state.isDeleted else {
            throw ChangeConflict.isNotThere(change.task)
        }
        try body(&entry.task.state)
        if let moment = change.moment { entry.task.state.updated = moment }
        try keep(entry, change)
    }

    private func keep(_ entry: TaskTable.Entry, _ change: Change) throws {
        var entry = entry
        // Among whom it was when it was written: what is read through may change.
        if let parent = entry.task.state.parentID, table.children[parent] == nil {
            table.children[parent] = try children(of: parent)
        }
        table.lastRevision = lastRevision + 1
        entry.task.revision = table.lastRevision
        entry.history += change.history
        table.entries[change.task] = entry
    }

    private func create(_ task: TaskState, after previous: UniqueIdentifier?, _ change: Change) throws {
        let old = try entry(task.id)
        guard old?.task.state.isDeleted ?? true, try !isTaken(task.id) else {
            throw ChangeConflict.isTaken(task.id)
        }
        if let next = task.nextTaskID, next != task.id, try !isThere(next) {
            throw ChangeConflict.hasNoNext(next, task.id)
        }
        var task = task
        try enter(&task, Place(under: task.parentID, after: previous))
        var entry = old ?? TaskTable.Entry(task: StoredTask(task, number: lastNumber + 1, revision: 0))
        entry.task.state = task
        table.lastNumber = max(lastNumber, entry.task.number)
        try keep(entry, change)
    }

    private func delete(_ task: TaskState, after previous: UniqueIdentifier?, _ change: Change) throws {
        guard var entry = try entry(task.id), !entry.task.state.isDeleted else {
            throw ChangeConflict.isNotThere(task.id)
        }
        try ChangeCheck.check(entry.task.state, is: task)
        let place = Place(under: task.parentID, after: previous)
        try ChangeCheck.check(try self.place(of: entry.task.state), is: place, of: task.id)
        if let child = try lastChild(of: task.id) { throw ChangeConflict.hasChild(child, task.id) }
        if let before = try precedingTasks(inChainOf: task.id).first(where: { $0.id != task.id }) {
            throw ChangeConflict.isFollowed(by: task.id, before.id)
        }
        try leave(entry.task.state)
        entry.task.state.deleted = change.moment
        entry.task.state.updated = change.moment
        entry.task.state.nextTaskID = nil
        try keep(entry, change)
    }

    // MARK: Places

    private func leave(_ task: TaskState) throws {
        guard let parent = task.parentID else { return }
        table.children[parent] = try children(of: parent).filter { $0 != task.id }
    }

    private func enter(_ task: inout TaskState, _ place: Place) throws {
        task.parentID = place.parentID
        guard let parent = place.parentID else { return }
        guard try isThere(parent), try parent != task.id && !isAncestor(task.id, of: parent) else {
            throw ChangeConflict.hasNoPlace(under: parent, task.id)
        }
        var siblings = try children(of: parent)
        var index = 0
        if let previous = place.previousID {
            try ChangeCheck.check(try self.task(previous), isUnder: parent, for: task.id, at: previous)
            index = (siblings.firstIndex(of: previous) ?? siblings.count - 1) + 1
        }
        siblings.insert(task.id, at: index)
        table.children[parent] = siblings
    }
}
