/// A change as the outcome of a write tells it: what was done to one task or, of an import, to many at once.
package struct RecordedChange: Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case create, update, place, delete
    }

    /// What a change can have beside what its kind says.
    package enum Member: String, Sendable, CaseIterable {
        /// The identifier of the one task.
        case task
        /// The task's title after the change, of a delete before it.
        case title
        case change
        /// Of an update: for each field that has another value now, its `before` and `after`.
        case fields
        case before, after
        /// Of an import: the identifiers of all tasks that it has put in.
        case tasks
        /// What the change adds to the task's history, where it adds anything.
        case history
    }

    /// A field that has another value than before.
    package struct Field: Hashable, Sendable {
        package let name: String
        /// `nil` where the backend did not tell, or there was no task.
        package let before: JSONValue?
        package let after: JSONValue?
    }

    package let kind: Kind
    /// The identifiers of the tasks, as they stand there.
    package let tasks: [String]
    package let title: String?
    private let json: JSONValue

    /// `nil` for what is no change, or one of a kind that is not known.
    package init?(_ json: JSONValue) {
        guard let kind = json[Member.change.rawValue]?.stringValue.flatMap({ Kind(rawValue: $0) }) else { return nil }
        self.kind = kind
        self.json = json
        title = json[Member.title.rawValue]?.stringValue
        let many = json[Member.tasks.rawValue]?.arrayValue ?? []
        tasks = (json[Member.task.rawValue].map { [$0] } ?? many).compactMap(\.stringValue)
    }

    /// Those of an outcome; none where it tells none.
    package static func all(in changes: JSONValue?) -> [RecordedChange] {
        (changes?.arrayValue ?? []).compactMap { RecordedChange($0) }
    }

    package func concerns(_ task: UniqueIdentifier) -> Bool {
        tasks.contains { UniqueIdentifier($0) == task }
    }

    /// The task as far as the change tells it: all that a create has made, or where a place has put it.
    package subscript(after member: PayloadMember) -> JSONValue? {
        if kind == .update { return json[Member.fields.rawValue]?[member]?[Member.after.rawValue] }
        return json[Member.after.rawValue]?[member]
    }

    /// The fields that it has changed; of a create those that were set.
    package var fields: [Field] {
        let (before, after) = (json[Member.before.rawValue], json[Member.after.rawValue])
        switch kind {
        case .create:
            return (after?.objectValue?.members ?? []).map { Field(name: $0.key, before: nil, after: $0.value) }
        case .update:
            return (json[Member.fields.rawValue]?.objectValue?.members ?? []).map { member in
                Field(
                    name: member.key, before: member.value[Member.before.rawValue],
                    after: member.value[Member.after.rawValue])
            }
        case .place:
            return (after?.objectValue?.members ?? []).map { member in
                Field(name: member.key, before: before?[member.key], after: member.value)
            }.filter { $0.before != $0.after }
        case .delete: return []
        }
    }
}

extension PayloadMember {
    /// Where a task stands among its siblings, as changes tell it.
    package static let previousID = PayloadMember(
        "previous_id", .value(.identifier), .optionalOrNull, "The sibling right before it, null for the first.")
}
