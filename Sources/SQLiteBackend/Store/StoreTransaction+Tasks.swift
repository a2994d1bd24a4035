import OperationCatalogue

// MARK: - Finding

extension StoreTransaction {
    static let taskNotFound = OperationError(.notFound, "task not found")

    /// The owner's task of this identifier.
    ///
    /// - Throws: ``ErrorCode/notFound``, also when the task is deleted or somebody else's; ``SQLiteFailure``.
    func task(
        _ id: UniqueIdentifier, of owner: Owner, orThrow error: OperationError = taskNotFound
    ) throws -> TaskRow {
        guard let task = try anyTask(id, of: owner), task.deleted == nil else { throw error }
        return task
    }

    /// The same, deleted or not; `nil` where there is none.
    func anyTask(_ id: UniqueIdentifier, of owner: Owner) throws -> TaskRow? {
        let statement = try prepare(
            "SELECT \(TaskRow.columns) FROM \(TaskRow.source) WHERE t.uuid = ?1 AND t.owner = ?2")
        statement.bind(1, id)
        statement.bind(2, owner.key)
        return try statement.first(TaskRow.init)
    }

    /// A task that another one refers to.
    func task(_ reference: TaskRow.Reference, of owner: Owner) throws -> TaskRow {
        try task(reference.id, of: owner)
    }

    /// The key of the owner's task of this identifier, `nil` where there is none that is not deleted.
    func key(of id: UniqueIdentifier, of owner: Owner) throws -> Int64? {
        let statement = try prepare("SELECT key FROM task WHERE uuid = ?1 AND owner = ?2 AND deleted_at IS NULL")
        statement.bind(1, id)
        statement.bind(2, owner.key)
        return try statement.first { $0.integer(0) }
    }

    /// Whether a child of the task still asks for work.
    func hasActiveChildren(_ key: Int64) throws -> Bool {
        let statement = try prepare(
            """
            SELECT 1 FROM task WHERE parent = ?1 AND deleted_at IS NULL
                AND status IN ('open', 'in-progress', 'in-review') LIMIT 1
            """
        )
        statement.bind(1, key)
        return try statement.first { _ in true } ?? false
    }

    /// The children of a task in their order.
    func children(of key: Int64, onlyActive: Bool, owner: Owner) throws -> [TaskRow] {
        let condition = onlyActive ? "AND t.status IN ('open', 'in-progress', 'in-review')" : ""
        let statement = try prepare(
            """
            SELECT \(TaskRow.columns) FROM \(TaskRow.source)
            WHERE t.parent = ?1 AND t.deleted_at IS NULL AND t.owner = ?2 \(condition) ORDER BY t.position
            """
        )
        statement.bind(1, key)
        statement.bind(2, owner.key)
        var children: [TaskRow] = []
        try statement.forEach { children.append(try TaskRow($0)) }
        return children
    }
}

// MARK: - Writing

extension StoreTransaction {
    /// Adds a new task, which is not deleted. Returns whether its identifier was free; if not, nothing has happened.
    func insert(_ task: TaskRow, owner: Owner) throws -> Bool {
        let statement = try prepare(
            """
            INSERT INTO task (key, owner, uuid, date_created, status, pinned, parent, position, next, assignee, complete_by,
                productive, desire, mood_start_r, mood_start_theta, mood_finish_r, mood_finish_theta, updated_at,
                finished_at, revision, labels, title, description)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23) ON CONFLICT (uuid) DO NOTHING
            """
        )
        statement.bind(1, task.key)
        statement.bind(2, owner.key)
        statement.bind(3, task.id)
        statement.bind(4, task.created)
        bindWhatChanges(of: task, to: statement, from: 5)
        guard try statement.runCountingChanges() == 1 else { return false }
        try index(task)
        return true
    }

    /// Stores a changed task under a new revision. `old` is what the row holds.
    func store(_ task: inout TaskRow, replacing old: TaskRow, owner: Owner, at moment: Timestamp) throws {
        task.revision = owner.nextRevision()
        task.updated = moment
        try overwrite(task, owner: owner)
        try reindex(old, as: task)
    }

    /// Stores a task as it is in the place of what its row holds, without the full-text index.
    private func overwrite(_ task: TaskRow, owner: Owner) throws {
        let statement = try prepare(
            """
            UPDATE task SET status = ?4, pinned = ?5, parent = ?6, position = ?7, next = ?8, assignee = ?9,
                complete_by = ?10, productive = ?11, desire = ?12, mood_start_r = ?13, mood_start_theta = ?14,
                mood_finish_r = ?15, mood_finish_theta = ?16, updated_at = ?17, finished_at = ?18, revision = ?19,
                labels = ?20, title = ?21, description = ?22, deleted_at = ?3
            WHERE key = ?1 AND owner = ?2
            """
        )
        statement.bind(1, task.key)
        statement.bind(2, owner.key)
        statement.bind(3, task.deleted)
        bindWhatChanges(of: task, to: statement, from: 4)
        try statement.run()
    }
}

extension StoreTransaction {
    /// Binds what a task has from its creation on and what may change, in the order in which both statements above name it.
    private func bindWhatChanges(of task: TaskRow, to statement: PreparedStatement, from first: Int32) {
        statement.bind(first, task.status.rawValue)
        statement.bind(first + 1, task.pinned)
        statement.bind(first + 2, task.parent?.key)
        statement.bind(first + 3, task.position)
        statement.bind(first + 4, task.next?.key)
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
        statement.bind(first + 15, task.revision)
        statement.bind(first + 16, task.labels)
        statement.bind(first + 17, task.title)
        statement.bind(first + 18, task.description)
    }
}

// MARK: - The full-text index

extension StoreTransaction {
    private func index(_ task: TaskRow) throws {
        let statement = try prepare("INSERT INTO task_text (rowid, title, labels, description) VALUES (?1, ?2, ?3, ?4)")
        statement.bind(1, task.key)
        statement.bind(2, SearchText.indexed(task.title))
        statement.bind(3, SearchText.indexed(task.labels))
        statement.bind(4, SearchText.indexed(task.description))
        try statement.run()
    }

    /// Takes a task out of the index, which must be told the texts that it was put in with (sqlite.org/fts5.html, "The
    /// 'delete' Command").
    private func unindex(_ task: TaskRow) throws {
        let statement = try prepare(
            "INSERT INTO task_text (task_text, rowid, title, labels, description) VALUES ('delete', ?1, ?2, ?3, ?4)")
        statement.bind(1, task.key)
        statement.bind(2, SearchText.indexed(task.title))
        statement.bind(3, SearchText.indexed(task.labels))
        statement.bind(4, SearchText.indexed(task.description))
        try statement.run()
    }

    private func reindex(_ old: TaskRow, as new: TaskRow) throws {
        let isSame = old.title == new.title && old.labels == new.labels && old.description == new.description
        if isSame, (old.deleted == nil) == (new.deleted == nil) { return }
        if old.deleted == nil { try unindex(old) }
        if new.deleted == nil { try index(new) }
    }
}
