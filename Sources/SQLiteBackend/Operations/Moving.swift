import OperationCatalogue

extension StoreTransaction {
    /// Puts a task under another parent or at another place. The order of tasks without a parent is that of their
    /// creation, so a place among them means nothing.
    func move(_ operation: MoveTask, owner: Owner) throws -> JSONText {
        let old = try task(operation.taskID, of: owner)
        let parent = try newParent(operation, of: old, owner: owner)
        if try isThere(old, parent: parent, index: operation.position) { return try json(old, owner: owner) }

        let moment = now
        var task = old
        task.parent = parent
        task.position = nil
        var index: Int?
        if let parent {
            if let wanted = operation.position {
                task.position = try position(at: wanted, under: parent.key, without: old.key)
            } else {
                task.position = try lastPosition(under: parent.key)
            }
            index = try place(of: task, under: parent.key).index
        }
        try store(&task, replacing: old, owner: owner, at: moment)
        try record(
            .moved(from: old.parent?.id, to: parent?.id, position: index), on: task, owner: owner, at: moment)
        return try json(task, owner: owner)
    }

    private func newParent(_ operation: MoveTask, of task: TaskRow, owner: Owner) throws -> TaskRow.Reference? {
        switch operation.newParentID {
        case .unchanged: return task.parent
        case .clear: return nil
        case .set(let id):
            if id == task.id {
                throw OperationError(.invalidState, "cannot move a task under itself")
            }
            guard let key = try key(of: id, of: owner) else {
                throw OperationError(.notFound, "parent task not found")
            }
            if try isAncestor(task.key, of: key) {
                throw OperationError(.invalidState, "cannot move a task under its own descendant")
            }
            return TaskRow.Reference(key: key, id: id)
        }
    }

    /// Whether the task is at this place already.
    private func isThere(_ task: TaskRow, parent: TaskRow.Reference?, index: Int?) throws -> Bool {
        guard task.parent == parent else { return false }
        guard let parent else { return true }
        let (current, others) = try place(of: task, under: parent.key)
        return current == min(index ?? others, others)
    }

    private func isAncestor(_ ancestor: Int64, of key: Int64) throws -> Bool {
        // UNION, not UNION ALL: a cycle that damage has made would not end otherwise.
        let statement = try prepare(
            """
            WITH RECURSIVE line (key) AS (
                VALUES (?1) UNION SELECT task.parent FROM task JOIN line ON task.key = line.key
                WHERE task.parent IS NOT NULL
            )
            SELECT 1 FROM line WHERE key = ?2
            """
        )
        statement.bind(1, key)
        statement.bind(2, ancestor)
        return try statement.first { _ in true } ?? false
    }
}
