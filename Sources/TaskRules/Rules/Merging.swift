package import OperationCatalogue

extension MergeTask: RuledOperation {
    /// The content of the active children goes into their parent, and they are pruned. Their own active children would go
    /// out of sight with them, so these move up to the parent, to the place of the child that they belonged to.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let (view, moment) = (rules.view, rules.moment)
        guard let parentID = try view.existingTask(taskID).parentID else {
            throw OperationError(.invalidState, "cannot merge a task that has no parent")
        }
        let old = try view.existingTask(parentID)
        let siblings = try view.childStates(of: parentID)
        let children = siblings.filter(\.isActive)
        guard !children.isEmpty else {
            throw OperationError(.invalidState, "cannot merge: the parent has no active children")
        }
        var changes: [Change] = []
        // Where the sibling is by then: children of those before it have come between.
        var index = 0
        for child in siblings {
            defer { index += 1 }
            guard child.isActive else { continue }
            let grandchildren = try view.childStates(of: child.id).filter(\.isActive)
            changes += try rules.moveUp(grandchildren, from: child, toIndex: index + 1)
            index += grandchildren.count
            var pruned = child
            pruned.enter(.pruned, at: moment)
            changes.append(.update(child, to: pruned, history: [.mergedIntoParent(at: moment)], at: moment))
        }
        var parent = old
        parent.description = old.description.appending(contentOf: children)
        let history = children.map { TaskAction.mergedChild($0.id, at: moment) }
        changes.append(.update(old, to: parent, history: history, at: moment))
        return RuledWrite(changes, tasks: [parentID] + children.map(\.id))
    }
}

extension String {
    /// Appends each task as a Markdown section of its own: the title as a heading, then the description.
    fileprivate func appending(contentOf tasks: [TaskState]) -> String {
        tasks.reduce(into: self) { text, task in
            if !text.isEmpty { text += "\n\n" }
            text += "## \(task.title)"
            if !task.description.isEmpty { text += "\n\n\(task.description)" }
        }
    }
}
