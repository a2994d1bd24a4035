import OperationCatalogue

extension JSONWriter {
    /// Writes the moment that a column holds, `null` where it holds none.
    mutating func time(_ row: ResultRow, _ column: Int32) {
        if row.isNull(column) { null() } else { storedTime(row.bytes(column)) }
    }

    /// Writes what stands beside a task's own fields: `ref`, `org_slug`, `sequence` and `type`.
    mutating func identity(_ sequence: Int64, of owner: Owner) {
        key(.reference)
        withUnsafeTemporaryAllocation(byteCount: owner.slug.utf8.count + 21, alignment: 1) { buffer in
            var length = 0
            for byte in owner.slug.utf8 {
                buffer[length] = byte
                length += 1
            }
            buffer[length] = UInt8(ascii: "-")
            length += 1
            var power: Int64 = 1
            while sequence / power >= 10 { power *= 10 }
            while power > 0 {
                buffer[length] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: sequence / power % 10)
                length += 1
                power /= 10
            }
            rawASCII(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        }
        key(.organization)
        string(owner.slug)
        key(.number)
        integer(sequence)
        key(.type)
        string("task")
    }
}

extension StoreTransaction {
    /// The whole of a task as JSON.
    func json(_ task: TaskRow, owner: Owner) throws -> JSONText {
        var writer = JSONWriter(reservingCapacity: 1024 + task.description.utf8.count)
        try write(task, owner: owner, into: &writer)
        return writer.takeText()
    }

    /// Writes the whole of a task. One that was just created has no children, and no history but its creation.
    func write(_ task: TaskRow, owner: Owner, isNew: Bool = false, into writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key(.id)
        writer.identifier(task.id)
        writer.key(.title)
        writer.string(task.title)
        writer.key(.description)
        writer.string(task.description)
        writer.key(.status)
        writer.string(task.status.rawValue)
        writer.key(.labels)
        writer.raw(task.labels)
        writer.key(.parentID)
        writer.identifier(task.parent?.id)
        writer.key(.children)
        try writeChildren(of: task.key, isNew: isNew, into: &writer)
        writer.key(.nextTaskID)
        writer.identifier(task.next?.id)
        writeDetails(task, into: &writer)
        writer.key(.actions)
        try writeActions(of: task, isNew: isNew, into: &writer)
        writer.identity(task.sequence, of: owner)
        writer.endObject()
    }

    private func writeDetails(_ task: TaskRow, into writer: inout JSONWriter) {
        writer.key(.assignee)
        writer.identifier(task.assignee)
        writer.key(.completeBy)
        writer.time(task.completeBy)
        writer.key(.productive)
        writer.number(task.productive)
        writer.key(.desire)
        writer.number(task.desire)
        writer.key(.moodStart)
        writer.mood(task.moodStart)
        writer.key(.moodFinish)
        writer.mood(task.moodFinish)
        writer.key(.pinned)
        writer.bool(task.pinned)
        writer.key(.created)
        writer.time(task.created)
        writer.key(.updated)
        writer.time(task.updated)
        writer.key(.finished)
        writer.time(task.finished)
        if let deleted = task.deleted {
            writer.key(.deleted)
            writer.time(deleted)
        }
        writer.key(.revision)
        writer.integer(task.revision)
    }

    /// Writes the identifiers of a task's children in their order, and tells whether there are any.
    @discardableResult
    func writeChildren(of key: Int64, isNew: Bool = false, into writer: inout JSONWriter) throws -> Bool {
        var hasChildren = false
        writer.beginArray()
        if !isNew {
            let statement = try prepare(
                "SELECT uuid FROM task WHERE parent = ?1 AND deleted_at IS NULL ORDER BY position")
            statement.bind(1, key)
            try statement.forEach { row in
                hasChildren = true
                writer.identifier(row.identifier(0))
                try writer.relieve()
            }
        }
        writer.endArray()
        return hasChildren
    }

    private func writeActions(of task: TaskRow, isNew: Bool, into writer: inout JSONWriter) throws {
        writer.beginArray()
        writer.beginObject()
        writer.key(.actionKind)
        writer.string("Created")
        writer.key(.recorded)
        writer.time(task.created)
        writer.endObject()
        if !isNew {
            let statement = try prepare("SELECT kind, recorded_at FROM action WHERE task = ?1 ORDER BY number")
            statement.bind(1, task.key)
            try statement.forEach { row in
                writer.beginObject()
                writer.key(.actionKind)
                writer.raw(row.json(0))
                writer.key(.recorded)
                writer.time(row, 1)
                writer.endObject()
                try writer.relieve()
            }
        }
        writer.endArray()
    }
}
