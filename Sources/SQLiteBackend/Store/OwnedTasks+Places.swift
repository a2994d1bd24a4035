import OperationCatalogue
import TaskRules

// MARK: - Who is whose child

extension OwnedTasks {
    func children(of id: UniqueIdentifier) throws -> [UniqueIdentifier] {
        guard let parent = try row(id)?.key else { return [] }
        var children: [UniqueIdentifier] = []
        try forEachChild(ofRow: parent) { children.append($0) }
        return children
    }

    func forEachChild(ofRow parent: Int64, _ body: (UniqueIdentifier) throws -> Void) throws {
        let statement = try store.prepare(
            "SELECT uuid FROM task WHERE parent = ?1 AND deleted_at IS NULL ORDER BY position")
        statement.bind(1, parent)
        try statement.forEach { row in if let child = row.identifier(0) { try body(child) } }
    }

    func hasActiveChildren(_ id: UniqueIdentifier) throws -> Bool {
        guard let parent = try row(id)?.key else { return false }
        let statement = try store.prepare(
            """
            SELECT 1 FROM task WHERE parent = ?1 AND deleted_at IS NULL
                AND status IN ('open', 'in-progress', 'in-review') LIMIT 1
            """
        )
        statement.bind(1, parent)
        return try statement.first { _ in true } ?? false
    }

    func lastChild(of id: UniqueIdentifier) throws -> UniqueIdentifier? {
        guard let parent = try row(id)?.key else { return nil }
        let statement = try store.prepare(
            """
            SELECT uuid, position FROM task WHERE parent = ?1 AND deleted_at IS NULL ORDER BY position DESC LIMIT 1
            """
        )
        statement.bind(1, parent)
        let last = try statement.first { row in row.identifier(0).map { ($0, row.integer(1)) } } ?? nil
        if let last { keepLastChild(last.0, at: last.1, under: parent) }
        return last?.0
    }

    func previousSibling(of task: TaskState) throws -> UniqueIdentifier? {
        guard let row = try row(task.id), let parent = row.parentKey else { return nil }
        let statement = try store.prepare(
            """
            SELECT uuid FROM task WHERE parent = ?1 AND deleted_at IS NULL AND position < ?2
            ORDER BY position DESC LIMIT 1
            """
        )
        statement.bind(1, parent)
        statement.bind(2, row.position)
        return try statement.first { $0.identifier(0) } ?? nil
    }

    func index(of task: TaskState) throws -> (index: Int, others: Int) {
        guard let row = try row(task.id), let parent = row.parentKey else { return (0, 0) }
        let statement = try store.prepare(
            """
            SELECT coalesce(sum(position < ?2), 0), count(*) FROM task
            WHERE parent = ?1 AND deleted_at IS NULL AND key <> ?3
            """
        )
        statement.bind(1, parent)
        statement.bind(2, row.position)
        statement.bind(3, row.key)
        return try statement.first { (Int($0.integer(0)), Int($0.integer(1))) } ?? (0, 0)
    }

    func child(
        at index: Int, of id: UniqueIdentifier, without task: UniqueIdentifier
    ) throws -> UniqueIdentifier? {
        guard let parent = try row(id)?.key else { return nil }
        let statement = try store.prepare(
            """
            SELECT uuid FROM task WHERE parent = ?1 AND deleted_at IS NULL AND uuid <> ?2
            ORDER BY position LIMIT 1 OFFSET ?3
            """
        )
        statement.bind(1, parent)
        statement.bind(2, task)
        statement.bind(3, Int64(index))
        return try statement.first { $0.identifier(0) } ?? nil
    }

    func countChildren(of id: UniqueIdentifier, without task: UniqueIdentifier) throws -> Int {
        guard let parent = try row(id)?.key else { return 0 }
        let statement = try store.prepare(
            "SELECT count(*) FROM task WHERE parent = ?1 AND deleted_at IS NULL AND uuid <> ?2")
        statement.bind(1, parent)
        statement.bind(2, task)
        return try statement.first { Int($0.integer(0)) } ?? 0
    }

    func isAncestor(_ ancestor: UniqueIdentifier, of id: UniqueIdentifier) throws -> Bool {
        guard let key = try row(id)?.key, let ancestorKey = try row(ancestor)?.key else { return false }
        // UNION, not UNION ALL: a cycle that damage has made would not end otherwise.
        let statement = try store.prepare(
            """
            WITH RECURSIVE line (key) AS (
                SELECT parent FROM task WHERE key = ?1 AND parent IS NOT NULL
                UNION SELECT task.parent FROM task JOIN line ON task.key = line.key WHERE task.parent IS NOT NULL
            )
            SELECT 1 FROM line WHERE key = ?2
            """
        )
        statement.bind(1, key)
        statement.bind(2, ancestorKey)
        return try statement.first { _ in true } ?? false
    }
}
