import OperationCatalogue

/// What happened to a task: the contract's `TaskActionKind`, but for `Created`, which is told by the task's date.
enum TaskAction {
    case updated(fields: [PayloadMember])
    case statusChanged(from: TaskStatus, to: TaskStatus)
    case moved(from: UniqueIdentifier?, to: UniqueIdentifier?, position: Int?)
    case split(child: UniqueIdentifier)
    case foldedInto(next: UniqueIdentifier)
    case mergedChild(UniqueIdentifier)
    case mergedIntoParent

    /// The `kind` on the wire.
    var json: JSONText {
        var writer = JSONWriter(reservingCapacity: 128)
        switch self {
        case .mergedIntoParent: writer.string("MergedIntoParent")
        case .updated(let fields):
            writer.member("Updated") {
                $0.key("fields")
                $0.beginArray()
                for field in fields { $0.string(field.name) }
                $0.endArray()
            }
        case .statusChanged(let old, let new):
            writer.member("StatusChanged") {
                $0.key("from")
                $0.string(old.rawValue)
                $0.key("to")
                $0.string(new.rawValue)
            }
        case .moved(let old, let new, let position):
            writer.member("Moved") {
                $0.key("from_parent_id")
                $0.identifier(old)
                $0.key("to_parent_id")
                $0.identifier(new)
                $0.key("position")
                if let position { $0.integer(position) } else { $0.null() }
            }
        case .split(let child): writer.member("Split") { $0.member("child_id", child) }
        case .foldedInto(let next):
            writer.member("FoldedInto") {
                $0.key(.nextTaskID)
                $0.identifier(next)
            }
        case .mergedChild(let child): writer.member("MergedChild") { $0.member("child_id", child) }
        }
        return writer.takeText()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ key: StaticString, _ contents: (inout JSONWriter) -> Void) {
        beginObject()
        self.key(key)
        beginObject()
        contents(&self)
        endObject()
        endObject()
    }

    fileprivate mutating func member(_ key: StaticString, _ id: UniqueIdentifier) {
        self.key(key)
        identifier(id)
    }
}

extension StoreTransaction {
    /// Appends to the task's history.
    func record(_ action: TaskAction, on task: TaskRow, owner: Owner, at moment: Timestamp) throws {
        let statement = try prepare(
            """
            INSERT INTO action (task, number, owner, recorded_at, kind)
            VALUES (?1, 1 + coalesce((SELECT max(number) FROM action WHERE task = ?1), 0), ?2, ?3, ?4)
            """
        )
        statement.bind(1, task.key)
        statement.bind(2, owner.key)
        statement.bind(3, moment)
        statement.bind(4, action.json)
        try statement.run()
    }
}
