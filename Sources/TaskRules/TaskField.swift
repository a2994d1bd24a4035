package import OperationCatalogue

/// A field of a task that a change can give a new value: its member of the payload, and where it stands in ``TaskState``.
package struct TaskField: Sendable {
    package let member: PayloadMember
    private let readValue: @Sendable (TaskState) -> JSONValue
    private let writeValue: @Sendable (inout TaskState, JSONValue) throws(FieldFault) -> Void
    private let isSame: @Sendable (TaskState, TaskState) -> Bool

    package var name: String { member.name }

    /// The value as a payload has it.
    package func value(of task: TaskState) -> JSONValue { readValue(task) }

    /// - Throws: where the value is not of the field's kind.
    package func set(_ value: JSONValue, in task: inout TaskState) throws(FieldFault) { try writeValue(&task, value) }

    func isEqual(in left: TaskState, and right: TaskState) -> Bool { isSame(left, right) }
}

extension TaskField {
    /// All of them, in the order in which a payload has them. The parent is none: it is part of a ``Place``.
    package static let all: [TaskField] = [
        title, TaskField(.description, \.description), status, labels,
        nextTask, TaskField(.assignee, \.assignee), TaskField(.completeBy, \.completeBy),
        TaskField(.productive, \.productive), TaskField(.desire, \.desire), TaskField(.moodStart, \.moodStart),
        TaskField(.moodFinish, \.moodFinish), TaskField(.pinned, \.pinned), finished,
    ]

    static let title = TaskField(.title, \.title)
    static let status = TaskField(.status, \.status)
    // By their bytes: a filter finds labels by these, so another spelling of the same characters is another label.
    private static let labels = TaskField(.labels, \.labels) { left, right in
        left.labels.elementsEqual(right.labels) { $0.utf8.elementsEqual($1.utf8) }
    }
    static let nextTask = TaskField(.nextTaskID, \.nextTaskID)
    static let finished = TaskField(.finished, \.finished)

    /// The field of this name; `nil` where a task has none that can change.
    package static func named(_ name: String) -> TaskField? { all.first { $0.name == name } }

    private init<Value: FieldValue & Equatable>(
        _ member: PayloadMember, _ path: any WritableKeyPath<TaskState, Value> & Sendable,
        isSame: (@Sendable (TaskState, TaskState) -> Bool)? = nil
    ) {
        self.member = member
        readValue = { $0[keyPath: path].json }
        writeValue = { task, json throws(FieldFault) in
            task[keyPath: path] = try Value.decode(json, limits: .unbounded)
        }
        self.isSame = isSame ?? { $0[keyPath: path] == $1[keyPath: path] }
    }

    private init<Value: FieldValue & Equatable>(
        _ member: PayloadMember, _ path: any WritableKeyPath<TaskState, Value?> & Sendable
    ) {
        self.member = member
        readValue = { $0[keyPath: path]?.json ?? .null }
        writeValue = { task, json throws(FieldFault) in
            task[keyPath: path] = json.isNull ? nil : try Value.decode(json, limits: .unbounded)
        }
        isSame = { $0[keyPath: path] == $1[keyPath: path] }
    }
}

extension TaskField: Hashable {
    package static func == (left: TaskField, right: TaskField) -> Bool { left.member === right.member }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(member)) }
}
