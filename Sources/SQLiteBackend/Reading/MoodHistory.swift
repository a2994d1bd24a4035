import OperationCatalogue

extension OwnedTasks {
    /// Writes how the tasks that are done felt, the latest finished first.
    func writeMoodHistory(into writer: inout JSONWriter) throws {
        let statement = try store.prepare(
            """
            SELECT uuid, title, finished_at, productive, desire, mood_start_r, mood_start_theta, mood_finish_r,
                mood_finish_theta
            FROM task INDEXED BY task_finished
            WHERE owner = ?1 AND status = 'done' AND deleted_at IS NULL ORDER BY finished_at DESC, key DESC
            """
        )
        statement.bind(1, owner.key)
        writer.beginArray()
        try statement.forEach { row in
            writer.beginObject()
            writer.key(.taskID)
            writer.identifier(row.identifier(0))
            writer.key(.taskTitle)
            writer.string(row.text(1))
            writer.key(.finished)
            writer.time(row, 2)
            writer.key(.productive)
            writer.number(row.optionalDouble(3))
            writer.key(.desire)
            writer.number(row.optionalDouble(4))
            writer.key(.moodStart)
            writer.mood(row.mood(5))
            writer.key(.moodFinish)
            writer.mood(row.mood(7))
            writer.endObject()
            try writer.relieve()
        }
        writer.endArray()
    }
}
