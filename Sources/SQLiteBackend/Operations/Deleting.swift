import OperationCatalogue

extension StoreTransaction {
    /// Hides a task. Its children move up to its parent, to its place; what came before it in its chain is followed by what
    /// came after it.
    func delete(_ operation: DeleteTask, owner: Owner) throws -> JSONText {
        let old = try task(operation.taskID, of: owner)
        let moment = now
        var deleted = old
        deleted.deleted = moment
        deleted.next = nil
        try store(&deleted, replacing: old, owner: owner, at: moment)
        try closeChain(around: old, owner: owner, at: moment)
        try moveUp(
            try children(of: old.key, onlyActive: false, owner: owner), from: deleted, owner: owner, at: moment)

        var writer = JSONWriter(reservingCapacity: 80)
        writer.beginObject()
        writer.key(.isDeleted)
        writer.bool(true)
        writer.key(.id)
        writer.identifier(old.id)
        writer.endObject()
        return writer.takeText()
    }

    private func closeChain(around task: TaskRow, owner: Owner, at moment: Timestamp) throws {
        let statement = try prepare(
            "SELECT \(TaskRow.columns) FROM \(TaskRow.source) WHERE t.next = ?1 AND t.owner = ?2 AND t.deleted_at IS NULL"
        )
        statement.bind(1, task.key)
        statement.bind(2, owner.key)
        guard let old = try statement.first(TaskRow.init) else { return }
        var predecessor = old
        predecessor.next = task.next
        try store(&predecessor, replacing: old, owner: owner, at: moment)
        try record(.updated(fields: [.nextTaskID]), on: predecessor, owner: owner, at: moment)
    }
}
