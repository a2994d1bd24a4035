import OperationCatalogue
import SQLiteFile
import TaskRules
import TaskStore

/// One task as its row holds it: the task, and what names other rows.
struct TaskRow {
    let key: Int64
    var task: StoredTask
    var parentKey: Int64?
    /// The place among the parent's children, by which they are sorted; `nil` exactly where there is no parent.
    var position: Int64?
    /// What follows in the chain.
    var nextKey: Int64?

    var state: TaskState { task.state }
    var id: UniqueIdentifier { task.state.id }
}

extension TaskRow {
    /// The columns that ``init(_:)`` reads.
    static let columns = """
        t.key, t.uuid, t.status, t.pinned, t.parent, p.uuid, t.position, t.next, n.uuid, t.assignee, t.complete_by, \
        t.productive, t.desire, t.mood_start_r, t.mood_start_theta, t.mood_finish_r, t.mood_finish_theta, \
        t.date_created, t.updated_at, t.finished_at, t.deleted_at, t.revision, t.labels, t.title, t.description, t.owner
        """

    /// The tables that they come from.
    static let source = "task t LEFT JOIN task p ON p.key = t.parent LEFT JOIN task n ON n.key = t.next"

    /// Whose task it is.
    static func owner(_ row: ResultRow) -> Int64 { row.integer(25) }

    /// - Throws: ``SQLiteFailure``, when the row is damaged.
    init(_ row: ResultRow) throws {
        key = row.integer(0)
        guard let id = row.identifier(1), let created = row.time(17) else { throw Self.damage(key) }
        let state = TaskState(
            id: id, title: row.text(23), description: row.text(24), status: row.status(2), labels: try row.labels(22),
            parentID: row.identifier(5), nextTaskID: row.identifier(8), assignee: row.identifier(9),
            completeBy: row.time(10), productive: row.optionalDouble(11), desire: row.optionalDouble(12),
            moodStart: row.mood(13), moodFinish: row.mood(15), pinned: row.bool(3), created: created,
            finished: row.time(19), updated: row.time(18), deleted: row.time(20))
        task = StoredTask(state, number: TaskKey.sequence(of: key), revision: row.integer(21))
        parentKey = row.optionalInteger(4)
        position = row.optionalInteger(6)
        nextKey = row.optionalInteger(7)
    }

    private static func damage(_ key: Int64) -> SQLiteFailure {
        SQLiteFailure(code: 11, message: "the row of task \(key) is damaged")
    }
}
