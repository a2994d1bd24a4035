import OperationCatalogue

/// The columns of a task's short form, and how it is written straight from the row.
struct TaskSummary {
    /// The columns that ``write(_:children:progress:into:)`` reads, of a table `t`.
    static let columns = """
        t.key, t.uuid, t.title, t.status, t.labels, (SELECT p.uuid FROM task p WHERE p.key = t.parent), t.complete_by, \
        t.productive, t.desire, t.date_created, t.pinned
        """

    /// How far a task's descendants are: those that are done, and all that are not deleted.
    struct Progress {
        var done: Int64 = 0
        var total: Int64 = 0
    }

    /// Writes the members of a summary into an object that has begun.
    ///
    /// - Parameters:
    ///   - children: writes the array of the children's identifiers.
    ///   - progress: told where there are children.
    static func writeMembers(
        _ row: ResultRow,
        children: (inout JSONWriter) throws -> Void,
        progress: Progress?,
        into writer: inout JSONWriter
    ) throws {
        writer.key(.id)
        writer.identifier(row.identifier(1))
        writer.key(.title)
        writer.string(row.text(2))
        writer.key(.status)
        writer.rawASCII(row.bytes(3))
        writer.key(.labels)
        writer.raw(row.json(4))
        writer.key(.parentID)
        writer.identifier(row.identifier(5))
        writer.key(.children)
        try children(&writer)
        writer.key(.completeBy)
        writer.time(row, 6)
        writer.key(.productive)
        writer.number(row.optionalDouble(7))
        writer.key(.desire)
        writer.number(row.optionalDouble(8))
        writer.key(.created)
        writer.time(row, 9)
        writer.key(.pinned)
        writer.bool(row.bool(10))
        if let progress {
            writer.key(.descendantsDone)
            writer.integer(progress.done)
            writer.key(.descendants)
            writer.integer(progress.total)
        }
    }
}

extension OwnedTasks {
    /// Writes the members of one task's summary, asking for its children and descendants by itself: for a few tasks.
    func writeSummary(_ row: ResultRow, into writer: inout JSONWriter) throws {
        let key = row.integer(0)
        let progress = try progress(below: key)
        try TaskSummary.writeMembers(
            row,
            children: { try self.writeChildren(ofRow: key, into: &$0) },
            progress: progress.total > 0 ? progress : nil,
            into: &writer
        )
    }

    private func progress(below key: Int64) throws -> TaskSummary.Progress {
        let statement = try store.prepare(
            """
            WITH RECURSIVE descendant (key, status) AS (
                SELECT key, status FROM task WHERE parent = ?1 AND deleted_at IS NULL
                UNION SELECT t.key, t.status FROM task t JOIN descendant d ON t.parent = d.key WHERE t.deleted_at IS NULL
            )
            SELECT coalesce(sum(status = 'done'), 0), count(*) FROM descendant
            """
        )
        statement.bind(1, key)
        return try statement.first { TaskSummary.Progress(done: $0.integer(0), total: $0.integer(1)) } ?? .init()
    }
}
