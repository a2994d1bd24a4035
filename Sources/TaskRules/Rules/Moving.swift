package import OperationCatalogue

extension MoveTask: RuledOperation {
    /// Puts a task under another parent or at another place. The order of tasks without a parent is that of their
    /// creation, so a place among them means nothing.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let view = rules.view
        let task = try view.existingTask(taskID)
        let parent = try newParent(of: task, in: view)
        if try isThere(task, parent: parent, in: view) { return RuledWrite([], tasks: [task.id]) }

        var (place, index) = (Place.topLevel, nil as Int?)
        if let parent {
            let others = try view.countChildren(of: parent, without: task.id)
            let newIndex = min(position ?? others, others)
            let previous =
                newIndex == 0 ? nil : try view.child(at: newIndex - 1, of: parent, without: task.id)
            (place, index) = (Place(under: parent, after: previous), newIndex)
        }
        let change = Change.place(task, from: try view.place(of: task), to: place, index: index, at: rules.moment)
        return RuledWrite([change], tasks: [task.id])
    }

    private func newParent(of task: TaskState, in view: some TaskView) throws -> UniqueIdentifier? {
        switch newParentID {
        case .unchanged: return task.parentID
        case .clear: return nil
        case .set(let id):
            if id == task.id {
                throw OperationError(.invalidState, "cannot move a task under itself")
            }
            guard try view.isThere(id) else { throw OperationError.parentNotFound }
            if try view.isAncestor(task.id, of: id) {
                throw OperationError(.invalidState, "cannot move a task under its own descendant")
            }
            return id
        }
    }

    /// Whether the task is at this place already.
    private func isThere(_ task: TaskState, parent: UniqueIdentifier?, in view: some TaskView) throws -> Bool {
        guard task.parentID == parent else { return false }
        guard parent != nil else { return true }
        let (current, others) = try view.index(of: task)
        return current == min(position ?? others, others)
    }
}
