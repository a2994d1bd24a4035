package import OperationCatalogue

extension SplitTask: RuledOperation {
    /// Two new children after those that are there, with the task's labels.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let (task, moment) = (try rules.view.existingTask(taskID), rules.moment)
        let last = try rules.view.lastChild(of: task.id)
        let first = TaskState(
            id: rules.makeIdentifier(), title: firstTitle, description: firstDescription, labels: task.labels,
            parentID: task.id, created: moment)
        let second = TaskState(
            id: rules.makeIdentifier(), title: secondTitle, description: secondDescription, labels: task.labels,
            parentID: task.id, created: moment)
        let history = [first, second].map { TaskAction.split(child: $0.id, at: moment) }
        return RuledWrite(
            [
                .create(first, after: last, at: moment), .create(second, after: first.id, at: moment),
                .update(task, to: task, history: history, at: moment),
            ],
            tasks: [task.id, first.id, second.id])
    }
}

extension FoldTask: RuledOperation {
    /// A new task between this one and what follows it in the chain, and right after it among its siblings. Only a split
    /// inherits labels: the next step has those that it is given.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let (old, moment) = (try rules.view.existingTask(taskID), rules.moment)
        let next = TaskState(
            id: rules.makeIdentifier(), title: title, description: description, labels: labels ?? [],
            parentID: old.parentID, nextTaskID: old.nextTaskID, completeBy: completeBy, productive: productive,
            desire: desire, created: moment)
        var original = old
        original.nextTaskID = next.id
        let previous = old.parentID == nil ? nil : old.id
        return RuledWrite(
            [
                .create(next, after: previous, at: moment),
                .update(old, to: original, history: [.foldedInto(next.id, at: moment)], at: moment),
            ],
            tasks: [old.id, next.id])
    }
}
