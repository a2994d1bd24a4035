import OperationCatalogue

/// The order among the children of one task. Positions are integers with room between them, so that a task can come
/// between two others without touching these.
extension StoreTransaction {
    static let spacing: Int64 = 1 << 20

    /// A position after all children of a task.
    func lastPosition(under parent: Int64) throws -> Int64 {
        let statement = try prepare("SELECT max(position) FROM task WHERE parent = ?1 AND deleted_at IS NULL")
        statement.bind(1, parent)
        return (try statement.first { $0.integer(0) } ?? 0) + Self.spacing
    }

    /// So many positions between the given one and the next that is taken by a child; what follows is shifted where there
    /// is no room.
    func positions(_ count: Int, after position: Int64, under parent: Int64) throws -> [Int64] {
        let statement = try prepare(
            "SELECT min(position) FROM task WHERE parent = ?1 AND deleted_at IS NULL AND position > ?2")
        statement.bind(1, parent)
        statement.bind(2, position)
        let successor = try statement.first { $0.optionalInteger(0) } ?? nil
        var step = Self.spacing
        if let successor {
            step = (successor - position) / Int64(count + 1)
            if step < 1 {
                step = Self.spacing
                try shift(after: position, by: step * Int64(count + 1), under: parent)
            }
        }
        return (0..<count).map { position + step * Int64($0 + 1) }
    }

    private func shift(after position: Int64, by distance: Int64, under parent: Int64) throws {
        let statement = try prepare(
            "UPDATE task SET position = position + ?3 WHERE parent = ?1 AND deleted_at IS NULL AND position > ?2")
        statement.bind(1, parent)
        statement.bind(2, position)
        statement.bind(3, distance)
        try statement.run()
    }

    /// A position that makes a task the child of this index, counted from 0 without the task itself. Past the end is the
    /// end.
    func position(at index: Int, under parent: Int64, without task: Int64) throws -> Int64 {
        guard index > 0 else { return try firstPosition(under: parent) }
        let statement = try prepare(
            """
            SELECT position FROM task WHERE parent = ?1 AND deleted_at IS NULL AND key <> ?2
            ORDER BY position LIMIT 1 OFFSET ?3
            """
        )
        statement.bind(1, parent)
        statement.bind(2, task)
        statement.bind(3, Int64(index - 1))
        guard let predecessor = try statement.first({ $0.integer(0) }) else { return try lastPosition(under: parent) }
        return try positions(1, after: predecessor, under: parent)[0]
    }

    private func firstPosition(under parent: Int64) throws -> Int64 {
        let statement = try prepare("SELECT min(position) FROM task WHERE parent = ?1 AND deleted_at IS NULL")
        statement.bind(1, parent)
        return (try statement.first { $0.integer(0) } ?? 0) - Self.spacing
    }

    /// The index of a task among its siblings, from 0, and how many siblings it has beside itself.
    func place(of task: TaskRow, under parent: Int64) throws -> (index: Int, others: Int) {
        let statement = try prepare(
            """
            SELECT coalesce(sum(position < ?2), 0), count(*) FROM task
            WHERE parent = ?1 AND deleted_at IS NULL AND key <> ?3
            """
        )
        statement.bind(1, parent)
        statement.bind(2, task.position)
        statement.bind(3, task.key)
        return try statement.first { (Int($0.integer(0)), Int($0.integer(1))) } ?? (0, 0)
    }
}
