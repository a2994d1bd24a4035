import OperationCatalogue

extension StoreTransaction {
    func update(_ operation: UpdateTask, owner: Owner) throws -> JSONText {
        let old = try task(operation.taskID, of: owner)
        var change = TaskChange(of: old)
        change.set(\.title, to: operation.title, .title)
        // A cleared description and cleared labels are empty: both always have a value.
        change.set(\.description, to: operation.description.valueOrEmpty(""), .description)
        change.set(\.labels, to: operation.labels.valueOrEmpty([]).map { JSONText(labels: $0) }, .labels)
        change.set(\.assignee, to: operation.assignee, .assignee)
        change.set(\.completeBy, to: operation.completeBy, .completeBy)
        change.set(\.productive, to: operation.productive, .productive)
        change.set(\.desire, to: operation.desire, .desire)
        change.set(\.moodStart, to: operation.moodStart, .moodStart)
        change.set(\.moodFinish, to: operation.moodFinish, .moodFinish)
        change.set(\.pinned, to: operation.pinned, .pinned)
        return try apply(change, status: operation.status, to: old, owner: owner)
    }

    func setStatus(_ operation: SetTaskStatus, owner: Owner) throws -> JSONText {
        let old = try task(operation.taskID, of: owner)
        return try apply(TaskChange(of: old), status: operation.status, to: old, owner: owner)
    }

    /// Stores a change and what it means for the history; a change of nothing leaves the task, its revision and its
    /// history alone.
    private func apply(_ change: TaskChange, status: TaskStatus?, to old: TaskRow, owner: Owner) throws -> JSONText {
        var task = change.task
        let newStatus = status == old.status ? nil : status
        if newStatus == .done, try hasActiveChildren(old.key) {
            throw OperationError(.invalidState, "cannot complete task with active children")
        }
        guard newStatus != nil || !change.fields.isEmpty else { return try json(old, owner: owner) }
        let moment = now
        if let newStatus { task.enter(newStatus, at: moment) }
        try store(&task, replacing: old, owner: owner, at: moment)
        if !change.fields.isEmpty {
            try record(.updated(fields: change.fields), on: task, owner: owner, at: moment)
        }
        if let newStatus {
            try record(.statusChanged(from: old.status, to: newStatus), on: task, owner: owner, at: moment)
        }
        return try json(task, owner: owner)
    }
}

/// A task with new values, and the names of the fields that really differ.
private struct TaskChange {
    private(set) var task: TaskRow
    private(set) var fields: [PayloadMember] = []

    init(of task: TaskRow) { self.task = task }

    mutating func set<Value: Equatable>(
        _ path: WritableKeyPath<TaskRow, Value>, to value: Value?, _ member: PayloadMember
    ) {
        guard let value, task[keyPath: path] != value else { return }
        task[keyPath: path] = value
        fields.append(member)
    }

    mutating func set<Value: Equatable>(
        _ path: WritableKeyPath<TaskRow, Value?>, to patch: Patch<Value>, _ member: PayloadMember
    ) {
        let value = patch.applied(to: task[keyPath: path])
        guard task[keyPath: path] != value else { return }
        task[keyPath: path] = value
        fields.append(member)
    }
}

extension Patch {
    /// The value to store where a field always has one: `nil` leaves it.
    fileprivate func valueOrEmpty(_ empty: Value) -> Value? {
        switch self {
        case .unchanged: nil
        case .clear: empty
        case .set(let value): value
        }
    }
}
