import OperationCatalogue

/// The order among the children of one task. Positions are integers with room between them, so that a task can come
/// between two others without touching these.
extension OwnedTasks {
    static let spacing: Int64 = 1 << 20

    /// So many positions between the given one and the next that is taken by a child; what follows is shifted where there
    /// is no room.
    func positions(_ count: Int, after position: Int64, under parent: Int64) throws -> [Int64] {
        let statement = try store.prepare(
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
        let statement = try store.prepare(
            "UPDATE task SET position = position + ?3 WHERE parent = ?1 AND deleted_at IS NULL AND position > ?2")
        statement.bind(1, parent)
        statement.bind(2, position)
        statement.bind(3, distance)
        try statement.run()
        forgetRows()
    }

    func firstPosition(under parent: Int64) throws -> Int64 {
        let statement = try store.prepare("SELECT min(position) FROM task WHERE parent = ?1 AND deleted_at IS NULL")
        statement.bind(1, parent)
        return (try statement.first { $0.integer(0) } ?? 0) - Self.spacing
    }
}
