import OperationCatalogue
import TaskRules
import TaskStore

extension JSONWriter {
    /// Writes the moment that a column holds, `null` where it holds none.
    mutating func time(_ row: ResultRow, _ column: Int32) {
        if row.isNull(column) { null() } else { storedTime(row.bytes(column)) }
    }
}

extension OwnedTasks {
    func forEachTask(_ body: (StoredTask) throws -> Void) throws {
        let statement = try store.prepare(
            """
            SELECT \(TaskRow.columns) FROM \(TaskRow.source)
            WHERE t.key BETWEEN ?1 AND ?2 AND t.owner = ?3 AND t.deleted_at IS NULL ORDER BY t.key
            """
        )
        statement.bind(1, owner.taskKeys.lowerBound)
        statement.bind(2, owner.taskKeys.upperBound)
        statement.bind(3, owner.key)
        try statement.forEach { row in try body(try TaskRow(row).task) }
    }

    func forEachAction(of id: UniqueIdentifier, _ body: (TaskAction) throws -> Void) throws {
        guard let key = try row(id)?.key else { return }
        try forEachActionRow(of: key) { row in
            guard let recorded = row.time(1) else { return }
            try body(TaskAction(row.json(0), at: recorded))
        }
    }

    private func forEachActionRow(of key: Int64, _ body: (ResultRow) throws -> Void) throws {
        let statement = try store.prepare("SELECT kind, recorded_at FROM action WHERE task = ?1 ORDER BY number")
        statement.bind(1, key)
        try statement.forEach(body)
    }

    // MARK: Payloads

    func writeChildren(of task: StoredTask, into writer: inout JSONWriter) throws {
        try writeChildren(ofRow: owner.key(of: task), into: &writer)
    }

    func writeChildren(ofRow key: Int64, into writer: inout JSONWriter) throws {
        writer.beginArray()
        try forEachChild(ofRow: key) { child in
            writer.identifier(child)
            try writer.relieve()
        }
        writer.endArray()
    }

    func writeActions(of task: StoredTask, into writer: inout JSONWriter) throws {
        try forEachActionRow(of: owner.key(of: task)) { row in
            writer.beginObject()
            writer.key(.actionKind)
            writer.raw(row.json(0))
            writer.key(.recorded)
            writer.time(row, 1)
            writer.endObject()
            try writer.relieve()
        }
    }
}
