package import OperationCatalogue

extension UpdateTask: RuledOperation {
    /// New values for the fields that are named. What stays as it is leaves the task, its revision and its history alone.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let old = try rules.view.existingTask(taskID)
        var new = old
        if let title { new.title = title }
        // A cleared description and cleared labels are empty: both always have a value.
        new.description = description.applied(to: old.description) ?? ""
        new.labels = labels.applied(to: old.labels) ?? []
        new.assignee = assignee.applied(to: old.assignee)
        new.completeBy = completeBy.applied(to: old.completeBy)
        new.productive = productive.applied(to: old.productive)
        new.desire = desire.applied(to: old.desire)
        new.moodStart = moodStart.applied(to: old.moodStart)
        new.moodFinish = moodFinish.applied(to: old.moodFinish)
        if let pinned { new.pinned = pinned }
        return try rules.update(old, to: new, status: status)
    }
}

extension SetTaskStatus: RuledOperation {
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        let old = try rules.view.existingTask(taskID)
        return try rules.update(old, to: old, status: status)
    }
}

extension TaskRules {
    fileprivate func update(_ old: TaskState, to new: TaskState, status: TaskStatus?) throws -> RuledWrite {
        var new = new
        if let status, status != old.status {
            if status == .done, try view.hasActiveChildren(old.id) {
                throw OperationError(.invalidState, "cannot complete task with active children")
            }
            new.enter(status, at: moment)
        }
        let change = Change.update(old, to: new, at: moment)
        return RuledWrite(change.hasEffect ? [change] : [], tasks: [old.id])
    }
}
