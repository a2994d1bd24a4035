package import OperationCatalogue

extension JSONWriter {
    /// The index of a new place, beside the sibling that says it, for people.
    fileprivate static let position = "position"

    private mutating func key(_ member: RecordedChange.Member) { key(member.rawValue) }
}

extension JSONWriter {
    /// Writes changes as an array, in the form of the article <doc:Changes>.
    package mutating func changes(_ changes: [Change]) {
        self.changes(changes) { _, _ in }
    }

    /// The same.
    ///
    /// - Parameter name: writes what a store calls a task that was created, such as its number, into the object of its state.
    package mutating func changes(
        _ changes: [Change], naming name: (UniqueIdentifier, inout JSONWriter) throws -> Void
    ) rethrows {
        beginArray()
        for change in changes { try self.change(change, name) }
        endArray()
    }

    /// Writes that tasks were created whose states stand elsewhere, in the arguments of an import.
    package mutating func changes(creating tasks: [UniqueIdentifier]) {
        beginArray()
        if !tasks.isEmpty {
            beginObject()
            key(RecordedChange.Member.change)
            string(RecordedChange.Kind.create.rawValue)
            key(RecordedChange.Member.tasks)
            beginArray()
            for task in tasks { identifier(task) }
            endArray()
            endObject()
        }
        endArray()
    }

    private mutating func change(
        _ change: Change, _ name: (UniqueIdentifier, inout JSONWriter) throws -> Void
    ) rethrows {
        beginObject()
        key(RecordedChange.Member.task)
        identifier(change.task)
        key(RecordedChange.Member.title)
        string(change.title)
        key(RecordedChange.Member.change)
        try effect(change.effect, name)
        let expected = change.moment.map { change.effect.history(at: $0) } ?? []
        if change.history != expected { history(change.history, at: change.moment) }
        endObject()
    }

    private mutating func effect(
        _ effect: Change.Effect, _ name: (UniqueIdentifier, inout JSONWriter) throws -> Void
    ) rethrows {
        switch effect {
        case .create(let task, let previous):
            string(RecordedChange.Kind.create.rawValue)
            key(RecordedChange.Member.after)
            try state(task, after: previous, name)
        case .delete(let task, let previous):
            string(RecordedChange.Kind.delete.rawValue)
            key(RecordedChange.Member.before)
            state(task, after: previous) { _, _ in }
        case .place(let old, let new, let index):
            string(RecordedChange.Kind.place.rawValue)
            key(RecordedChange.Member.before)
            place(old, index: nil)
            key(RecordedChange.Member.after)
            place(new, index: index)
        case .update(let fields):
            string(RecordedChange.Kind.update.rawValue)
            key(RecordedChange.Member.fields)
            beginObject()
            for field in fields { self.field(field) }
            endObject()
        }
    }

    private mutating func field(_ change: FieldChange) {
        key(change.field.member)
        beginObject()
        key(RecordedChange.Member.before)
        value(change.before)
        key(RecordedChange.Member.after)
        value(change.after)
        endObject()
    }

    private mutating func place(_ place: Place, index: Int?) {
        beginObject()
        key(.parentID)
        identifier(place.parentID)
        key(.previousID)
        identifier(place.previousID)
        if let index {
            key(Self.position)
            integer(index)
        }
        endObject()
    }

    /// Writes what a task has that a new one need not have.
    private mutating func state(
        _ task: TaskState, after previous: UniqueIdentifier?,
        _ name: (UniqueIdentifier, inout JSONWriter) throws -> Void
    ) rethrows {
        beginObject()
        let plain = TaskState(id: task.id, title: "", created: task.created)
        for field in TaskField.all where !field.isEqual(in: task, and: plain) {
            key(field.member)
            value(field.value(of: task))
        }
        if let parent = task.parentID {
            key(.parentID)
            identifier(parent)
            key(.previousID)
            identifier(previous)
        }
        key(.created)
        time(task.created)
        if let updated = task.updated {
            key(.updated)
            time(updated)
        }
        try name(task.id, &self)
        endObject()
    }

    private mutating func history(_ history: [TaskAction], at moment: Timestamp?) {
        key(RecordedChange.Member.history)
        beginArray()
        for action in history {
            guard action.recorded != moment else {
                raw(action.kind)
                continue
            }
            beginObject()
            key(.actionKind)
            raw(action.kind)
            key(.recorded)
            time(action.recorded)
            endObject()
        }
        endArray()
    }
}

// MARK: - Reading

extension Change {
    /// A change as it stands in a record.
    ///
    /// - Parameter moment: when it happened, which the record tells.
    /// - Throws: the first fault.
    package init(_ json: JSONValue, at moment: Timestamp?) throws(FieldFault) {
        let members = ChangeMembers(json)
        let id = try members.required(UniqueIdentifier.self, RecordedChange.Member.task.rawValue)
        let title = try members.required(String.self, RecordedChange.Member.title.rawValue)
        let effect: Effect
        switch json[RecordedChange.Member.change.rawValue]?.stringValue.flatMap(RecordedChange.Kind.init(rawValue:)) {
        case .create:
            effect = try members.state(RecordedChange.Member.after.rawValue, of: id) { .create($0, after: $1) }
        case .delete:
            effect = try members.state(RecordedChange.Member.before.rawValue, of: id) { .delete($0, after: $1) }
        case .place:
            let (old, new) = (
                try members.inside(RecordedChange.Member.before.rawValue),
                try members.inside(RecordedChange.Member.after.rawValue)
            )
            effect = .place(
                from: try old.place(), to: try new.place(), index: try new.value(Int.self, JSONWriter.position))
        case .update: effect = .update(try members.fieldChanges())
        case nil:
            throw FieldFault(
                "expected create, update, place or delete", at: [RecordedChange.Member.change.rawValue])
        }
        let history =
            try members.history(at: moment) ?? moment.map { effect.history(at: $0) } ?? []
        self.init(effect, of: id, title: title, history: history, at: moment)
    }
}

/// Takes typed values out of an object. Absent is the same as `null`.
private struct ChangeMembers {
    private let json: JSONValue
    private let path: [String]

    init(_ json: JSONValue, at path: [String] = []) {
        self.json = json
        self.path = path
    }

    func inside(_ name: String) throws(FieldFault) -> ChangeMembers {
        guard let value = json[name], value.objectValue != nil else {
            throw FieldFault("expected an object", at: path + [name])
        }
        return ChangeMembers(value, at: path + [name])
    }

    func value<Value: FieldValue>(_ type: Value.Type, _ name: String) throws(FieldFault) -> Value? {
        guard let value = json[name], !value.isNull else { return nil }
        do {
            return try Value.decode(value, limits: FieldLimits())
        } catch {
            throw FieldFault(error.message, at: path + [name] + error.path)
        }
    }

    func required<Value: FieldValue>(_ type: Value.Type, _ name: String) throws(FieldFault) -> Value {
        guard let value = try value(type, name) else { throw FieldFault("is required", at: path + [name]) }
        return value
    }

    func place() throws(FieldFault) -> Place {
        Place(
            under: try value(UniqueIdentifier.self, PayloadMember.parentID.name),
            after: try value(UniqueIdentifier.self, PayloadMember.previousID.name))
    }

    func state(
        _ name: String, of id: UniqueIdentifier, _ make: (TaskState, UniqueIdentifier?) -> Change.Effect
    ) throws(FieldFault) -> Change.Effect {
        let members = try inside(name)
        let place = try members.place()
        var task = TaskState(
            id: id, title: "", parentID: place.parentID,
            created: try members.required(Timestamp.self, PayloadMember.created.name),
            updated: try members.value(Timestamp.self, PayloadMember.updated.name))
        for field in TaskField.all {
            guard let value = members.json[field.name] else { continue }
            do {
                try field.set(value, in: &task)
            } catch {
                throw FieldFault(error.message, at: members.path + [field.name] + error.path)
            }
        }
        return make(task, place.previousID)
    }

    func fieldChanges() throws(FieldFault) -> [FieldChange] {
        let members = try inside(RecordedChange.Member.fields.rawValue)
        var changes: [FieldChange] = []
        for member in members.json.objectValue?.members ?? [] {
            guard let field = TaskField.named(member.key) else {
                throw FieldFault("is no field of a task that can change", at: members.path + [member.key])
            }
            guard let before = member.value[RecordedChange.Member.before.rawValue],
                let after = member.value[RecordedChange.Member.after.rawValue]
            else {
                throw FieldFault("expected before and after", at: members.path + [member.key])
            }
            changes.append(FieldChange(field, before: before, after: after))
        }
        return changes
    }

    func history(at moment: Timestamp?) throws(FieldFault) -> [TaskAction]? {
        guard let elements = json[RecordedChange.Member.history.rawValue]?.arrayValue else { return nil }
        var actions: [TaskAction] = []
        for (index, element) in elements.enumerated() {
            let members = ChangeMembers(element, at: path + [RecordedChange.Member.history.rawValue, "\(index)"])
            if let kind = element[.actionKind] {
                let recorded = try members.required(Timestamp.self, PayloadMember.recorded.name)
                actions.append(TaskAction(JSONText(kind), at: recorded))
            } else if let moment {
                actions.append(TaskAction(JSONText(element), at: moment))
            }
        }
        return actions
    }
}
