import OperationCatalogue
import OperationPipeline
import SQLiteFile
import TaskRules
import TaskStore

extension OwnedTasks {
    /// Puts in the tasks that are not there yet, one after the other straight into their rows: a million of them are never in memory
    /// at once, as their changes would be. What comes out is what the rules of an import say, which the tests hold it to.
    func importTasks(_ operation: ImportTasks, by context: RulesContext) throws -> ImportOutcome {
        let transfer = try TaskImport(operation.tasks, into: self, at: context.moment)
        try operation.tasks.forEach(transfer.insert)
        try transfer.referForward()
        forgetRows()
        store.forget(nil, butIn: self)
        return ImportOutcome(created: transfer.created, renamed: transfer.newNames.count)
    }
}

/// One import. Tasks refer to one another in any direction: each new one has its key before the first is inserted, and what it
/// says of one that is inserted later is added at the end.
private final class TaskImport {
    /// The identifiers that tasks get in place of those that other owners' tasks have.
    let newNames: [UniqueIdentifier: UniqueIdentifier]
    /// The tasks that are not there yet, in the order in which they come.
    let created: [UniqueIdentifier]
    private let tasks: OwnedTasks
    private let moment: Timestamp
    /// The keys of the tasks that are not there yet, which rise in that order.
    private var keys: [UniqueIdentifier: Int64] = [:]
    /// The keys of parents that were there before.
    private var parents: [UniqueIdentifier: Int64] = [:]
    /// The place of each new task among the children of a new parent.
    private var positions: [UniqueIdentifier: Int64] = [:]
    /// What is to be said of tasks that were inserted before those that they refer to.
    private var forward: [Relations] = []

    /// What a task says of others.
    private struct Relations {
        let key: Int64
        var parent: Reference?
        var position: Int64?
        var next: Reference?
    }

    /// Another task: its primary key and its identifier.
    private struct Reference {
        let key: Int64
        let id: UniqueIdentifier
    }

    /// - Throws: ``ErrorCode/invalidArguments`` where a parent is nowhere.
    init(_ list: TaskExport, into tasks: OwnedTasks, at moment: Timestamp) throws {
        self.tasks = tasks
        self.moment = moment
        let (present, newNames) = try tasks.known(list.heads)
        self.newNames = newNames
        let heads = newNames.isEmpty ? list.heads : list.heads.map { $0.renamed(by: newNames) }
        let new = heads.indices.filter { !present.contains($0) }
        created = new.map { heads[$0].id }
        let identifiers = Set(created)
        for index in new {
            guard let parent = heads[index].parentID, !identifiers.contains(parent), parents[parent] == nil else {
                continue
            }
            parents[parent] = try key(ofParent: parent, at: index)
        }
        for siblings in new.map({ heads[$0] }).childrenInOrder.values {
            for (index, child) in siblings.enumerated() {
                positions[child] = Int64(index + 1) * OwnedTasks.spacing
            }
        }
        keys.reserveCapacity(new.count)
        for index in new {
            let owner = tasks.owner
            keys[heads[index].id] = TaskKey.make(owner: owner.key, sequence: owner.nextSequence())
        }
    }

    private func key(ofParent parent: UniqueIdentifier, at index: Int) throws -> Int64 {
        guard let row = try tasks.liveRow(parent) else { throw OperationError.unknownParent(parent, at: index) }
        return row.key
    }

    /// Inserts a task, if it is new, with its place, its state and its history.
    func insert(_ task: TaskSnapshot) throws {
        let task = newNames.isEmpty ? task : task.renamed(by: newNames)
        guard let key = keys[task.id] else { return }
        let relations = try relations(of: task, key)
        let state = TaskState(
            task, parentID: relations.parent?.id, nextTaskID: relations.next?.id, at: moment)
        let row = TaskRow(
            key: key,
            task: StoredTask(
                state, number: TaskKey.sequence(of: key), revision: tasks.owner.nextRevision()),
            parentKey: relations.parent?.key, position: relations.position, nextKey: relations.next?.key)
        guard try tasks.insert(row) else {
            throw SQLiteFailure(code: 19, message: "an identifier was taken while tasks were imported")
        }
        for (index, action) in task.actions.enumerated() {
            try tasks.restore(action, number: index + 1, on: key)
        }
    }

    /// What can be said of a task when it is inserted; the rest is kept for later.
    private func relations(of task: TaskSnapshot, _ key: Int64) throws -> Relations {
        var relations = Relations(key: key)
        if let parent = task.parentID {
            if let parentKey = keys[parent] {
                relations.parent = Reference(key: parentKey, id: parent)
                relations.position = positions[task.id]
            } else if let parentKey = parents[parent] {
                relations.parent = Reference(key: parentKey, id: parent)
                relations.position = try tasks.lastPosition(under: parentKey)
            }
        }
        if let next = task.nextTaskID, let nextKey = try keys[next] ?? tasks.liveRow(next)?.key {
            relations.next = Reference(key: nextKey, id: next)
        }
        // Keys of new tasks rise in the order in which they are inserted.
        let isParentLater = relations.parent.map { keys[$0.id] != nil && $0.key > key } ?? false
        let isNextLater = relations.next.map { keys[$0.id] != nil && $0.key > key } ?? false
        guard isParentLater || isNextLater else { return relations }
        forward.append(relations)
        if isParentLater { (relations.parent, relations.position) = (nil, nil) }
        if isNextLater { relations.next = nil }
        return relations
    }

    /// Adds what tasks say of others that were inserted after them.
    func referForward() throws {
        for relations in forward {
            let statement = try tasks.store.prepare(
                "UPDATE task SET parent = ?2, position = ?3, next = ?4 WHERE key = ?1 AND owner = ?5")
            statement.bind(1, relations.key)
            statement.bind(2, relations.parent?.key)
            statement.bind(3, relations.position)
            statement.bind(4, relations.next?.key)
            statement.bind(5, tasks.owner.key)
            try statement.run()
        }
    }
}

extension OwnedTasks {
    /// Which of the tasks the owner has already, deleted or not, by their places in the list; and new identifiers for those whose
    /// own are other owners'. Each of these is derived from the owner and the identifier (UUID version 5), so that a repeat finds
    /// the tasks that the first import made.
    fileprivate func known(
        _ tasks: [TaskExport.Head]
    ) throws -> (present: Set<Int>, newNames: [UniqueIdentifier: UniqueIdentifier]) {
        var present: Set<Int> = []
        var newNames: [UniqueIdentifier: UniqueIdentifier] = [:]
        for (index, task) in tasks.enumerated() {
            var holder = try self.holder(of: task.id)
            if let other = holder, other != owner.key {
                let name = copyIdentifier(of: task.id)
                newNames[task.id] = name
                holder = try self.holder(of: name)
            }
            if holder == owner.key { present.insert(index) }
        }
        return (present, newNames)
    }

    /// The key of the owner whose task has this identifier.
    private func holder(of id: UniqueIdentifier) throws -> Int64? {
        let statement = try store.prepare("SELECT owner FROM task WHERE uuid = ?1")
        statement.bind(1, id)
        return try statement.first { $0.integer(0) }
    }

    fileprivate func restore(
        _ action: TaskSnapshot.Action, number: Int, on key: Int64
    ) throws {
        let statement = try store.prepare(
            "INSERT INTO action (task, number, owner, recorded_at, kind) VALUES (?1, ?2, ?3, ?4, ?5)")
        statement.bind(1, key)
        statement.bind(2, Int64(number))
        statement.bind(3, owner.key)
        statement.bind(4, action.recorded)
        statement.bind(5, action.kind)
        try statement.run()
    }

    /// A position after all children of a task.
    fileprivate func lastPosition(under parent: Int64) throws -> Int64 {
        let statement = try store.prepare("SELECT max(position) FROM task WHERE parent = ?1 AND deleted_at IS NULL")
        statement.bind(1, parent)
        return (try statement.first { $0.integer(0) } ?? 0) + Self.spacing
    }
}
