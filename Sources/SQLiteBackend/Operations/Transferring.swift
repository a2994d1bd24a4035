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
        writer.key("tasks")
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
        let moment = now
        let transfer = try TaskImport(operation.tasks.tasks, owner: owner, in: self)
        for snapshot in transfer.new { try transfer.insert(snapshot, at: moment) }
        for snapshot in transfer.new { try transfer.complete(snapshot, at: moment) }
        var counts: JSONObject = [
            PayloadMember.imported.name: .integer(Int64(transfer.new.count)),
            PayloadMember.existing.name: .integer(Int64(operation.tasks.tasks.count - transfer.new.count)),
        ]
        if !transfer.newNames.isEmpty {
            counts[PayloadMember.renamed.name] = .integer(Int64(transfer.newNames.count))
        }
        return JSONText(.object(counts))
    }
}

/// One import. Tasks refer to one another in any direction, so all are inserted before any gets its parent.
private final class TaskImport {
    /// The tasks that are not there yet, in the order in which they came.
    let new: [TaskSnapshot]
    /// The identifiers that tasks get in place of those that other owners' tasks have.
    let newNames: [UniqueIdentifier: UniqueIdentifier]
    private let owner: Owner
    private let store: StoreTransaction
    /// The rows of the new tasks, once they are inserted.
    private var rows: [UniqueIdentifier: TaskRow] = [:]
    /// The keys of parents that were there before.
    private var parents: [UniqueIdentifier: Int64] = [:]
    /// The place of each new task among the children of a new parent.
    private var positions: [UniqueIdentifier: Int64] = [:]

    /// - Throws: ``ErrorCode/invalidArguments`` where a parent is nowhere.
    init(_ tasks: [TaskSnapshot], owner: Owner, in store: StoreTransaction) throws {
        self.owner = owner
        self.store = store
        let newNames = try store.newNames(for: tasks, of: owner)
        self.newNames = newNames
        let tasks = newNames.isEmpty ? tasks : tasks.map { $0.renamed(by: newNames) }
        new = try tasks.filter { try store.anyTask($0.id, of: owner) == nil }
        let identifiers = Set(new.map(\.id))
        for (index, task) in tasks.enumerated() where identifiers.contains(task.id) {
            guard let parent = task.parentID, !identifiers.contains(parent), parents[parent] == nil else { continue }
            guard let key = try store.key(of: parent, of: owner) else {
                let fault = ArgumentFault(
                    path: [ImportTasks.tasks.name, "\(index)", PayloadMember.parentID.name],
                    message: "the task \(parent) is neither in the list nor in the store")
                throw OperationError(
                    .invalidArguments, "\(fault.place): \(fault.message)", status: 422, faults: [fault])
            }
            parents[parent] = key
        }
        placeChildren()
    }

    /// Children come in the order that their parent names; those that it does not name follow.
    private func placeChildren() {
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

    func insert(_ task: TaskSnapshot, at moment: Timestamp) throws {
        let row = TaskRow(
            key: TaskKey.make(owner: owner.key, sequence: owner.nextSequence()), id: task.id, assignee: task.assignee,
            completeBy: task.completeBy, productive: task.productive, desire: task.desire,
            created: task.created ?? moment, revision: owner.nextRevision(), labels: JSONText(labels: task.labels),
            title: task.title, description: task.description)
        guard try store.insert(row, owner: owner) else {
            throw SQLiteFailure(code: 19, message: "an identifier was taken while tasks were imported")
        }
        rows[task.id] = row
    }

    /// Gives an inserted task what a new one cannot have: its place, its state and its history.
    func complete(_ task: TaskSnapshot, at moment: Timestamp) throws {
        guard var row = rows[task.id] else { return }
        if let parent = task.parentID {
            if let key = rows[parent]?.key {
                row.parent = TaskRow.Reference(key: key, id: parent)
                row.position = positions[task.id]
            } else if let key = parents[parent] {
                row.parent = TaskRow.Reference(key: key, id: parent)
                row.position = try store.lastPosition(under: key)
            }
        }
        if let next = task.nextTaskID, let key = try rows[next]?.key ?? store.key(of: next, of: owner) {
            row.next = TaskRow.Reference(key: key, id: next)
        }
        row.status = task.status
        row.pinned = task.pinned
        row.moodStart = task.moodStart
        row.moodFinish = task.moodFinish
        row.updated = task.updated
        row.finished = task.status.isActive ? nil : task.finished
        if task.status.isFinished, row.finished == nil { row.finished = task.updated ?? moment }
        try store.overwrite(row, owner: owner)
        for (index, action) in task.actions.enumerated() {
            try store.restore(action, number: index + 1, on: row, owner: owner)
        }
    }
}

extension StoreTransaction {
    /// New identifiers for the tasks whose own are other owners'. Each is derived from the owner and the identifier (UUID
    /// version 5), so that a repeat finds the tasks that the first import made.
    fileprivate func newNames(
        for tasks: [TaskSnapshot], of owner: Owner
    ) throws -> [UniqueIdentifier: UniqueIdentifier] {
        var names: [UniqueIdentifier: UniqueIdentifier] = [:]
        for task in tasks where try isTaken(task.id, byOthersThan: owner) {
            names[task.id] = .version5(namespace: owner.id, name: task.id.description)
        }
        return names
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
