/// The changes that an answer tells of: where a backend gives its payload only, and not what was there before.
///
/// Each is `nil` where the payload names no task.
package enum ChangesTold {
    /// What of a task is no state of its own, or grows with each change.
    private static let passedOver: Set<String> = Set(
        [
            PayloadMember.id, .children, .updated, .deleted, .revision, .actions, .descendantsDone, .descendants, .type,
        ].map(\.name))

    /// - Parameter task: as it is.
    static func creation(of task: JSONValue?) -> JSONValue? {
        guard let task, var change = start(.create, task) else { return nil }
        var after = JSONObject()
        for member in PayloadObject.task.members where !passedOver.contains(member.name) {
            if let value = task[member], !isFresh(value, of: member) { after.append(member.name, value) }
        }
        change.append(RecordedChange.Member.after.rawValue, .object(after))
        return .object(change)
    }

    /// - Parameter members: those that were set; what the task does not show of them is not told.
    static func update(of task: JSONValue?, _ members: [PayloadMember]) -> JSONValue? {
        guard let task, var change = start(.update, task) else { return nil }
        var fields = JSONObject()
        for member in members {
            if let value = task[member] {
                fields.append(member.name, [RecordedChange.Member.after.rawValue: value])
            }
        }
        change.append(RecordedChange.Member.fields.rawValue, .object(fields))
        return .object(change)
    }

    /// Where it stands among its siblings is not told.
    static func placing(of task: JSONValue) -> JSONValue? {
        guard let parent = task[.parentID], var change = start(.place, task) else { return nil }
        change.append(RecordedChange.Member.after.rawValue, [PayloadMember.parentID.name: parent])
        return .object(change)
    }

    static func deletion(of task: UniqueIdentifier) -> JSONValue {
        [
            RecordedChange.Member.task.rawValue: .string(task.description),
            RecordedChange.Member.change.rawValue: .string(RecordedChange.Kind.delete.rawValue),
        ]
    }

    private static func start(_ kind: RecordedChange.Kind, _ task: JSONValue) -> JSONObject? {
        guard let id = task[.id]?.stringValue else { return nil }
        var change = JSONObject()
        change.append(RecordedChange.Member.task.rawValue, .string(id))
        if let title = task[.title] { change.append(RecordedChange.Member.title.rawValue, title) }
        change.append(RecordedChange.Member.change.rawValue, .string(kind.rawValue))
        return change
    }

    /// Whether a task that nothing was said of has this value.
    private static func isFresh(_ value: JSONValue, of member: PayloadMember) -> Bool {
        switch value {
        case .null: true
        case .bool(let value): !value
        case .string(let text):
            text.isEmpty || member.name == PayloadMember.status.name && text == TaskStatus.open.rawValue
        case .array(let elements): elements.isEmpty
        case .integer, .number, .object: false
        }
    }
}

extension CatalogueOperation {
    /// The members of a task that the operation sets: those of the body, and when it was finished where that says its status.
    var membersSet: [PayloadMember] {
        var body = JSONWriter()
        body.beginObject()
        writeBody(to: &body)
        body.endObject()
        let names = Set((try? body.takeText().value())?.objectValue?.members.map(\.key) ?? [])
        return PayloadObject.task.members.filter { member in
            names.contains(member.name)
                || member.name == PayloadMember.finished.name && names.contains(PayloadMember.status.name)
        }
    }
}

extension [JSONValue?] {
    /// All of them; `nil` where one is missing.
    var whole: [JSONValue]? {
        let there = compactMap { $0 }
        return there.count == count ? there : nil
    }
}
