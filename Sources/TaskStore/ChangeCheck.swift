package import OperationCatalogue
package import TaskRules

/// What every store holds a change to before it carries it out.
package enum ChangeCheck {
    /// The task with new values for fields.
    ///
    /// - Throws: ``ChangeConflict`` where a field does not have the value that it is to have before.
    package static func applying(_ fields: [FieldChange], to task: TaskState) throws -> TaskState {
        var task = task
        for change in fields {
            let found = change.field.value(of: task)
            guard found == change.before else {
                throw ChangeConflict(of: task.id, field: change.field.name, expected: change.before, found: found)
            }
            try change.field.set(change.after, in: &task)
        }
        return task
    }

    /// - Throws: ``ChangeConflict`` where a task is not the one that it is to be in every field, or under another parent.
    package static func check(_ found: TaskState, is expected: TaskState) throws {
        for field in TaskField.all {
            let (value, wanted) = (field.value(of: found), field.value(of: expected))
            guard value == wanted else {
                throw ChangeConflict(of: expected.id, field: field.name, expected: wanted, found: value)
            }
        }
        try check(.parentID, of: found.id, found: found.parentID, expected: expected.parentID)
    }

    /// - Throws: ``ChangeConflict`` where a task is not at its place.
    package static func check(_ found: Place, is expected: Place, of task: UniqueIdentifier) throws {
        try check(.parentID, of: task, found: found.parentID, expected: expected.parentID)
        guard found.previousID == expected.previousID else {
            throw ChangeConflict(
                of: task, field: PayloadMember.previousID.name, expected: JSONValue(expected.previousID),
                found: JSONValue(found.previousID))
        }
    }

    private static func check(
        _ member: PayloadMember, of task: UniqueIdentifier, found: UniqueIdentifier?, expected: UniqueIdentifier?
    ) throws {
        guard found == expected else {
            throw ChangeConflict(of: task, field: member.name, expected: JSONValue(expected), found: JSONValue(found))
        }
    }

    /// - Throws: ``ChangeConflict`` where the task that another is to be put behind is not at that place.
    package static func check(
        _ previous: TaskState?, isUnder parent: UniqueIdentifier, for task: UniqueIdentifier, at id: UniqueIdentifier
    ) throws {
        guard let previous, id != task, !previous.isDeleted, previous.parentID == parent else {
            throw ChangeConflict(of: task, field: PayloadMember.previousID.name, expected: JSONValue(id), found: .null)
        }
    }
}

extension JSONValue {
    package init(_ id: UniqueIdentifier?) { self = id.map { .string($0.description) } ?? .null }
}
