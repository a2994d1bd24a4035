import OperationCatalogue
import SQLiteFile

extension StoreTransaction {
    func create(_ operation: CreateTask, owner: Owner) throws -> JSONText {
        let id = operation.id ?? .version7()
        var parent: TaskRow.Reference?
        var position: Int64?
        if let parentID = operation.parentID {
            guard let key = try key(of: parentID, of: owner) else {
                // A repeated create is told of its first one's result, even when the parent has gone since.
                try refuseIfTaken(id, owner: owner)
                throw OperationError(.notFound, "parent task not found")
            }
            parent = TaskRow.Reference(key: key, id: parentID)
            position = try lastPosition(under: key)
        }
        let task = TaskRow(
            key: TaskKey.make(owner: owner.key, sequence: owner.nextSequence()),
            id: id,
            parent: parent,
            position: position,
            assignee: operation.assignee,
            completeBy: operation.completeBy,
            productive: operation.productive,
            desire: operation.desire,
            created: now,
            revision: owner.nextRevision(),
            labels: JSONText(labels: operation.labels),
            title: operation.title,
            description: operation.description
        )
        guard try insert(task, owner: owner) else {
            owner.returnNumbers()
            try refuseIfTaken(id, owner: owner)
            throw SQLiteFailure(code: 19, message: "the task was not stored")
        }
        var writer = JSONWriter(reservingCapacity: 640 + task.title.utf8.count + task.description.utf8.count)
        try write(task, owner: owner, isNew: true, into: &writer)
        return writer.takeText()
    }

    /// - Throws: ``ErrorCode/itemExists`` with the task when it is this owner's, deleted or not, so that a repeat always
    ///   finds the first one's result; ``ErrorCode/idConflict`` when it is somebody else's.
    private func refuseIfTaken(_ id: UniqueIdentifier, owner: Owner) throws {
        if let existing = try anyTask(id, of: owner) {
            throw OperationError(
                .itemExists,
                "a task with the id \(id) already exists",
                backendCode: "item_exists",
                existing: try json(existing, owner: owner)
            )
        }
        if try isTaken(id, byOthersThan: owner) {
            throw OperationError(
                .idConflict, "the id \(id) is taken: choose another one", backendCode: "id_conflict")
        }
    }

    /// Whether the identifier is that of another owner's task. Reads nothing of the task.
    func isTaken(_ id: UniqueIdentifier, byOthersThan owner: Owner) throws -> Bool {
        let statement = try prepare("SELECT 1 FROM task WHERE uuid = ?1 AND owner <> ?2")
        statement.bind(1, id)
        statement.bind(2, owner.key)
        return try statement.first { _ in true } != nil
    }

    /// Adds a task that another one brings forth.
    func addTask(
        title: String, description: String, labels: JSONText, parent: TaskRow.Reference?, position: Int64?,
        owner: Owner, at moment: Timestamp, with details: (inout TaskRow) -> Void = { _ in }
    ) throws -> TaskRow {
        var task = TaskRow(
            key: TaskKey.make(owner: owner.key, sequence: owner.nextSequence()),
            id: .version7(),
            parent: parent,
            position: position,
            created: moment,
            revision: owner.nextRevision(),
            labels: labels,
            title: title,
            description: description
        )
        details(&task)
        guard try insert(task, owner: owner) else {
            throw SQLiteFailure(code: 19, message: "a new identifier was taken already")
        }
        return task
    }
}
