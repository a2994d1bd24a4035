package import OperationCatalogue

extension DeleteTask: RuledOperation {
    /// Hides a task. Its children move up to its parent, to its place; what came before it in its chain is followed by what
    /// came after it.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let (view, moment) = (rules.view, rules.moment)
        let task = try view.existingTask(taskID)
        // They come right behind the task, and it leaves its place to them.
        let children = try view.childStates(of: task.id)
        let index = children.isEmpty ? 0 : try view.index(of: task).index
        var changes = try rules.moveUp(children, from: task, toIndex: index)
        for old in try view.precedingTasks(inChainOf: task.id) where old.id != task.id {
            var new = old
            // A chain that an import made may lead back: it ends here, since no task follows itself.
            new.nextTaskID = [old.id, task.id].contains(task.nextTaskID) ? nil : task.nextTaskID
            changes.append(.update(old, to: new, at: moment))
        }
        changes.append(.delete(task, after: try view.previousSibling(of: task), at: moment))
        return RuledWrite(changes, tasks: [task.id])
    }
}
