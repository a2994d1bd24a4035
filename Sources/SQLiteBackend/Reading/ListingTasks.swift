import OperationCatalogue
import TaskStore

extension OwnedTasks {
    /// Writes every task that is not deleted, in the order of creation.
    func writeList(into writer: inout JSONWriter) throws {
        let forest = try TaskForest(of: owner, in: store)
        writer.reserve(Int(owner.lastSequence) * 400)
        writer.beginArray()
        let statement = try store.prepare(
            """
            SELECT \(TaskSummary.columns) FROM task t
            WHERE t.key BETWEEN ?1 AND ?2 AND t.owner = ?3 AND t.deleted_at IS NULL ORDER BY t.key
            """
        )
        statement.bind(1, owner.taskKeys.lowerBound)
        statement.bind(2, owner.taskKeys.upperBound)
        statement.bind(3, owner.key)
        try statement.forEach { row in
            let sequence = TaskKey.sequence(of: row.integer(0))
            writer.beginObject()
            try TaskSummary.writeMembers(
                row,
                children: { writer in
                    writer.beginArray()
                    for child in forest.children(of: Int(sequence)) {
                        writer.identifier(child)
                        try writer.relieve()
                    }
                    writer.endArray()
                },
                progress: forest.progress(of: Int(sequence)),
                into: &writer
            )
            writer.identity(sequence, of: user)
            writer.endObject()
            try writer.relieve()
        }
        writer.endArray()
    }
}
