import OperationCatalogue
import TaskRules
import TaskStore

// MARK: - Writing

extension OwnedTasks {
    /// Adds a new task, which is not deleted. Returns whether its identifier was free; if not, nothing has happened.
    func insert(_ row: TaskRow) throws -> Bool {
        let statement = try store.prepare(
            """
            INSERT INTO task (key, owner, uuid, date_created, status, pinned, parent, position, next, assignee, complete_by,
                productive, desire, mood_start_r, mood_start_theta, mood_finish_r, mood_finish_theta, updated_at,
                finished_at, revision, labels, title, description)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23) ON CONFLICT (uuid) DO NOTHING
            """
        )
        statement.bind(1, row.key)
        statement.bind(2, owner.key)
        statement.bind(3, row.id)
        statement.bind(4, row.state.created)
        bindWhatChanges(of: row, to: statement, from: 5)
        guard try statement.runCountingChanges() == 1 else { return false }
        try index(row)
        return true
    }

    /// Stores a changed task under a new revision. `old` is what the row holds.
    func replace(_ old: TaskRow, with new: inout TaskRow) throws {
        new.task.revision = owner.nextRevision()
        try overwrite(new)
        try reindex(old, as: new)
    }

    /// Stores a task as it is in the place of what its row holds, without the full-text index.
    private func overwrite(_ row: TaskRow) throws {
        let statement = try store.prepare(
            """
            UPDATE task SET status = ?4, pinned = ?5, parent = ?6, position = ?7, next = ?8, assignee = ?9,
                complete_by = ?10, productive = ?11, desire = ?12, mood_start_r = ?13, mood_start_theta = ?14,
                mood_finish_r = ?15, mood_finish_theta = ?16, updated_at = ?17, finished_at = ?18, revision = ?19,
                labels = ?20, title = ?21, description = ?22, deleted_at = ?3
            WHERE key = ?1 AND owner = ?2
            """
        )
        statement.bind(1, row.key)
        statement.bind(2, owner.key)
        statement.bind(3, row.state.deleted)
        bindWhatChanges(of: row, to: statement, from: 4)
        try statement.run()
    }
}

extension OwnedTasks {
    /// Binds what a task has from its creation on and what may change, in the order in which both statements above name it.
    private func bindWhatChanges(of row: TaskRow, to statement: PreparedStatement, from first: Int32) {
        let task = row.state
        statement.bind(first, task.status.rawValue)
        statement.bind(first + 1, task.pinned)
        statement.bind(first + 2, row.parentKey)
        statement.bind(first + 3, row.position)
        statement.bind(first + 4, row.nextKey)
        statement.bind(first + 5, task.assignee)
        statement.bind(first + 6, task.completeBy)
        statement.bind(first + 7, task.productive)
        statement.bind(first + 8, task.desire)
        statement.bind(first + 9, task.moodStart?.r)
        statement.bind(first + 10, task.moodStart?.theta)
        statement.bind(first + 11, task.moodFinish?.r)
        statement.bind(first + 12, task.moodFinish?.theta)
        statement.bind(first + 13, task.updated)
        statement.bind(first + 14, task.finished)
        statement.bind(first + 15, row.task.revision)
        statement.bind(first + 16, JSONText(labels: task.labels))
        statement.bind(first + 17, task.title)
        statement.bind(first + 18, task.description)
    }
}

// MARK: - The full-text index

extension OwnedTasks {
    private func index(_ row: TaskRow) throws {
        try runIndexing("INSERT INTO task_text (rowid, title, labels, description) VALUES (?1, ?2, ?3, ?4)", with: row)
    }

    /// Takes a task out of the index, which must be told the texts that it was put in with (sqlite.org/fts5.html, "The
    /// 'delete' Command").
    private func unindex(_ row: TaskRow) throws {
        try runIndexing(
            "INSERT INTO task_text (task_text, rowid, title, labels, description) VALUES ('delete', ?1, ?2, ?3, ?4)",
            with: row)
    }

    /// Runs a statement whose parameters are a row's key and its texts in the form that the index has.
    private func runIndexing(_ sql: String, with row: TaskRow) throws {
        let statement = try store.prepare(sql)
        statement.bind(1, row.key)
        statement.bind(2, SearchText.indexed(row.state.title))
        statement.bind(3, SearchText.indexed(JSONText(labels: row.state.labels)))
        statement.bind(4, SearchText.indexed(row.state.description))
        try statement.run()
    }

    private func reindex(_ old: TaskRow, as new: TaskRow) throws {
        let (before, after) = (old.state, new.state)
        let isSame =
            before.title == after.title && before.labels == after.labels && before.description == after.description
        if isSame, before.isDeleted == after.isDeleted { return }
        if !before.isDeleted { try unindex(old) }
        if !after.isDeleted { try index(new) }
    }
}

// MARK: - The history

extension OwnedTasks {
    /// Appends to a task's history.
    func record(_ action: TaskAction, on key: Int64) throws {
        let statement = try store.prepare(
            """
            INSERT INTO action (task, number, owner, recorded_at, kind)
            VALUES (?1, 1 + coalesce((SELECT max(number) FROM action WHERE task = ?1), 0), ?2, ?3, ?4)
            """
        )
        statement.bind(1, key)
        statement.bind(2, owner.key)
        statement.bind(3, action.recorded)
        statement.bind(4, action.kind)
        try statement.run()
    }
}
