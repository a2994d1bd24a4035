import OperationCatalogue
import OperationPipeline
import SQLiteFile

extension StoreTransaction {
    /// Writes the whole of every task that is not deleted, in the order of creation.
    func exportTasks(_ owner: Owner, into writer: inout JSONWriter) throws {
        let statement = try prepare(
            """
            SELECT \(TaskRow.columns) FROM \(TaskRow.source)
            WHERE t.key BETWEEN ?1 AND ?2 AND t.owner = ?3 AND t.deleted_at IS NULL ORDER BY t.key
            """
        )
        statement.bind(1, owner.taskKeys.lowerBound)
        statement.bind(2, owner.taskKeys.upperBound)
        statement.bind(3, owner.key)
        writer.reserve(Int(owner.lastSequence) * 1024)
        writer.beginObject()
        writer.key(ImportTasks.tasks.name)
        writer.beginArray()
        try statement.forEach { row in
            try write(try TaskRow(row), owner: owner, into: &writer)
            try writer.relieve()
        }
        writer.endArray()
        writer.endObject()
    }

    /// Puts in the tasks that are not there yet. Everything is checked before anything is changed.
    func importTasks(_ operation: ImportTasks, owner: Owner) throws -> JSONText {
        let transfer = try TaskImport(operation.tasks, owner: owner, in: self)
        try operation.tasks.forEach(transfer.insert)
        try transfer.referForward()
        var counts: JSONObject = [
            PayloadMember.imported.name: .integer(Int64(transfer.newCount)),
            PayloadMember.existing.name: .integer(Int64(operation.tasks.heads.count - transfer.newCount)),
        ]
        if !transfer.newNames.isEmpty {
            counts[.renamed] = .integer(Int64(transfer.newNames.count))
        }
        return JSONText(.object(counts))
    }
}

/// One import. Tasks refer to one another in any direction: each new one has its key before the first is inserted, and what it
/// says of one that is inserted later is added at the end.
private final class TaskImport {
    /// The identifiers that tasks get in place of those that other owners' tasks have.
    let newNames: [UniqueIdentifier: UniqueIdentifier]
    private let owner: Owner
    private let store: StoreTransaction
    private let moment: Timestamp
    /// The keys of the tasks that are not there yet, in the order in which they come.
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
        var parent: TaskRow.Reference?
        var position: Int64?
        var next: TaskRow.Reference?
    }

    /// - Throws: ``ErrorCode/invalidArguments`` where a parent is nowhere.
    init(_ tasks: TaskExport, owner: Owner, in store: StoreTransaction) throws {
        self.owner = owner
        self.store = store
        moment = store.now
        let (present, newNames) = try store.known(tasks.heads, to: owner)
        self.newNames = newNames
        let heads = newNames.isEmpty ? tasks.heads : tasks.heads.map { $0.renamed(by: newNames) }
        let new = heads.indices.filter { !present.contains($0) }
        let identifiers = Set(new.map { heads[$0].id })
        for index in new {
            guard let parent = heads[index].parentID, !identifiers.contains(parent), parents[parent] == nil else {
                continue
            }
            parents[parent] = try key(ofParent: parent, at: index)
        }
        placeChildren(new.map { heads[$0] })
        keys.reserveCapacity(new.count)
        for index in new {
            keys[heads[index].id] = TaskKey.make(owner: owner.key, sequence: owner.nextSequence())
        }
    }

    var newCount: Int { keys.count }

    private func key(ofParent parent: UniqueIdentifier, at index: Int) throws -> Int64 {
        if let key = try store.key(of: parent, of: owner) { return key }
        let fault = ArgumentFault(
            path: [ImportTasks.tasks.name, "\(index)", PayloadMember.parentID.name],
            message: "the task \(parent) is neither in the list nor in the store")
        throw OperationError(.invalidArguments, "\(fault.place): \(fault.message)", status: 422, faults: [fault])
    }

    /// Children come in the order that their parent names; those that it does not name follow.
    private func placeChildren(_ new: [TaskExport.Head]) {
        var children: [UniqueIdentifier: [UniqueIdentifier]] = [:]
        for task in new { if let parent = task.parentID { children[parent, default: []].append(task.id) } }
        for task in new {
            guard let present = children[task.id] else { continue }
            let (known, named) = (Set(present), Set(task.children))
            let ordered = task.children.filter(known.contains) + present.filter { !named.contains($0) }
            for (index, child) in ordered.enumerated() {
                positions[child] = Int64(index + 1) * StoreTransaction.spacing
            }
        }
    }

    /// Inserts a task, if it is new, with its place, its state and its history.
    func insert(_ task: TaskSnapshot) throws {
        let task = newNames.isEmpty ? task : task.renamed(by: newNames)
        guard let key = keys[task.id] else { return }
        let relations = try relations(of: task, key)
        let row = TaskRow(
            key: key, id: task.id, status: task.status, pinned: task.pinned, parent: relations.parent,
            position: relations.position, next: relations.next, assignee: task.assignee, completeBy: task.completeBy,
            productive: task.productive, desire: task.desire, moodStart: task.moodStart, moodFinish: task.moodFinish,
            created: task.created ?? moment, updated: task.updated, finished: finished(task),
            revision: owner.nextRevision(), labels: JSONText(labels: task.labels), title: task.title,
            description: task.description)
        guard try store.insert(row, owner: owner) else {
            throw SQLiteFailure(code: 19, message: "an identifier was taken while tasks were imported")
        }
        for (index, action) in task.actions.enumerated() {
            try store.restore(action, number: index + 1, on: row, owner: owner)
        }
    }

    private func finished(_ task: TaskSnapshot) -> Timestamp? {
        if task.status.isActive { return nil }
        return task.finished ?? (task.status.isFinished ? task.updated ?? moment : nil)
    }

    /// What can be said of a task when it is inserted; the rest is kept for later.
    private func relations(of task: TaskSnapshot, _ key: Int64) throws -> Relations {
        var relations = Relations(key: key)
        if let parent = task.parentID {
            if let parentKey = keys[parent] {
                relations.parent = TaskRow.Reference(key: parentKey, id: parent)
                relations.position = positions[task.id]
            } else if let parentKey = parents[parent] {
                relations.parent = TaskRow.Reference(key: parentKey, id: parent)
                relations.position = try store.lastPosition(under: parentKey)
            }
        }
        if let next = task.nextTaskID, let nextKey = try keys[next] ?? store.key(of: next, of: owner) {
            relations.next = TaskRow.Reference(key: nextKey, id: next)
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
            let statement = try store.prepare(
                "UPDATE task SET parent = ?2, position = ?3, next = ?4 WHERE key = ?1 AND owner = ?5")
            statement.bind(1, relations.key)
            statement.bind(2, relations.parent?.key)
            statement.bind(3, relations.position)
            statement.bind(4, relations.next?.key)
            statement.bind(5, owner.key)
            try statement.run()
        }
    }
}

extension StoreTransaction {
    /// Which of the tasks the owner has already, deleted or not, by their places in the list; and new identifiers for those whose
    /// own are other owners'. Each of these is derived from the owner and the identifier (UUID version 5), so that a repeat finds
    /// the tasks that the first import made.
    fileprivate func known(
        _ tasks: [TaskExport.Head], to owner: Owner
    ) throws -> (present: Set<Int>, newNames: [UniqueIdentifier: UniqueIdentifier]) {
        var present: Set<Int> = []
        var newNames: [UniqueIdentifier: UniqueIdentifier] = [:]
        for (index, task) in tasks.enumerated() {
            var holder = try self.holder(of: task.id)
            if let other = holder, other != owner.key {
                let name = UniqueIdentifier.version5(namespace: owner.id, name: task.id.description)
                newNames[task.id] = name
                holder = try self.holder(of: name)
            }
            if holder == owner.key { present.insert(index) }
        }
        return (present, newNames)
    }

    /// The key of the owner whose task has this identifier.
    private func holder(of id: UniqueIdentifier) throws -> Int64? {
        let statement = try prepare("SELECT owner FROM task WHERE uuid = ?1")
        statement.bind(1, id)
        return try statement.first { $0.integer(0) }
    }

    fileprivate func restore(
        _ action: TaskSnapshot.Action, number: Int, on task: TaskRow, owner: Owner
    ) throws {
        let statement = try prepare(
            "INSERT INTO action (task, number, owner, recorded_at, kind) VALUES (?1, ?2, ?3, ?4, ?5)")
        statement.bind(1, task.key)
        statement.bind(2, Int64(number))
        statement.bind(3, owner.key)
        statement.bind(4, action.recorded)
        statement.bind(5, action.kind)
        try statement.run()
    }
}
