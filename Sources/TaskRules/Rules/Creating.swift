package import OperationCatalogue

extension CreateTask: RuledOperation {
    /// A new task, at the end of its parent's children.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let id = id ?? rules.makeIdentifier()
        // First, so that a repeat is told of the first one's result, even when the parent has gone since.
        try rules.refuseIfTaken(id)
        var previous: UniqueIdentifier?
        if let parentID {
            guard try rules.view.isThere(parentID) else { throw OperationError.parentNotFound }
            previous = try rules.view.lastChild(of: parentID)
        }
        let task = TaskState(
            id: id, title: title, description: description, labels: labels, parentID: parentID, assignee: assignee,
            completeBy: completeBy, productive: productive, desire: desire, created: rules.moment)
        return RuledWrite([.create(task, after: previous, at: rules.moment)], tasks: [id])
    }
}

extension TaskRules {
    /// - Throws: ``ErrorCode/itemExists`` when the task is this owner's, deleted or not, so that a repeat always finds the first
    ///   one's result; ``ErrorCode/idConflict`` when it is somebody else's.
    fileprivate func refuseIfTaken(_ id: UniqueIdentifier) throws {
        if try view.task(id) != nil {
            throw OperationError(
                .itemExists, "a task with the id \(id) already exists", backendCode: "item_exists")
        }
        if try view.isTaken(id) {
            throw OperationError(
                .idConflict, "the id \(id) is taken: choose another one", backendCode: "id_conflict")
        }
    }
}
