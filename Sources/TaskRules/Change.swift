package import OperationCatalogue

/// What a write does to one task: something that a store can carry out, that says what it expects to find, and that can be taken
/// back. The article <doc:Changes> explains it.
package struct Change: Hashable, Sendable {
    package let task: UniqueIdentifier
    /// The task's title afterwards, for people; of a task that is deleted, the last.
    package let title: String
    package let effect: Effect
    /// What is added to the task's history.
    package let history: [TaskAction]
    /// When it happens: the task's `updated_at` afterwards, or its `deleted_at`. `nil` leaves `updated_at` as it is, for what only
    /// completes a task that was put in just before.
    package let moment: Timestamp?

    package enum Effect: Hashable, Sendable {
        /// A task that is not there comes to be, at the end of its siblings or after the one that is named; one that was deleted comes
        /// back.
        case create(TaskState, after: UniqueIdentifier?)
        /// Fields get new values. Without any, only the history grows.
        case update([FieldChange])
        /// The task goes to another place, which is the one of this index, from 0, among the children there; `nil` without a
        /// parent, and where nobody has counted.
        case place(from: Place, to: Place, index: Int?)
        /// The task goes out of sight, from behind the sibling that is named.
        case delete(TaskState, after: UniqueIdentifier?)
    }

    package init(
        _ effect: Effect, of task: UniqueIdentifier, title: String, history: [TaskAction] = [], at moment: Timestamp?
    ) {
        self.task = task
        self.title = title
        self.effect = effect
        self.history = history
        self.moment = moment
    }
}

/// A field's value before and after.
package struct FieldChange: Hashable, Sendable {
    package let field: TaskField
    package let before: JSONValue
    package let after: JSONValue

    package init(_ field: TaskField, before: JSONValue, after: JSONValue) {
        self.field = field
        self.before = before
        self.after = after
    }
}

extension Change {
    static func create(
        _ task: TaskState, after previous: UniqueIdentifier?, history: [TaskAction] = [], at moment: Timestamp?
    ) -> Change {
        Change(.create(task, after: previous), of: task.id, title: task.title, history: history, at: moment)
    }

    /// - Parameter history: what it means to the task's history, where that does not follow from the fields that differ.
    static func update(
        _ old: TaskState, to new: TaskState, history: [TaskAction]? = nil, at moment: Timestamp
    ) -> Change {
        let fields = TaskField.all.filter { !$0.isEqual(in: old, and: new) }
        let effect = Effect.update(
            fields.map { FieldChange($0, before: $0.value(of: old), after: $0.value(of: new)) })
        return Change(
            effect, of: old.id, title: new.title, history: history ?? effect.history(at: moment), at: moment)
    }

    /// - Parameter index: the task's place among the children of its new parent, from 0; `nil` without a parent.
    static func place(
        _ task: TaskState, from old: Place, to new: Place, index: Int?, at moment: Timestamp
    ) -> Change {
        let effect = Effect.place(from: old, to: new, index: index)
        return Change(effect, of: task.id, title: task.title, history: effect.history(at: moment), at: moment)
    }

    static func delete(_ task: TaskState, after previous: UniqueIdentifier?, at moment: Timestamp) -> Change {
        Change(.delete(task, after: previous), of: task.id, title: task.title, at: moment)
    }
}

extension Change {
    /// Whether anything is another way afterwards, the history included.
    var hasEffect: Bool {
        if case .update(let fields) = effect { return !fields.isEmpty || !history.isEmpty }
        return true
    }
}

extension Change.Effect {
    /// What it means to the task's history where an operation says nothing else.
    func history(at moment: Timestamp) -> [TaskAction] {
        switch self {
        case .create, .delete: []
        case .place(let old, let new, let index):
            [.moved(from: old.parentID, to: new.parentID, index: index, at: moment)]
        case .update(let fields): Self.history(of: fields, at: moment)
        }
    }

    private static func history(of fields: [FieldChange], at moment: Timestamp) -> [TaskAction] {
        var actions: [TaskAction] = []
        // A status has an entry of its own, and the time of finishing follows from it.
        let others = fields.map(\.field).filter { $0 != .status && $0 != .finished }
        if !others.isEmpty { actions.append(.updated(others, at: moment)) }
        if let status = fields.first(where: { $0.field == .status }),
            let old = status.before.stringValue, let new = status.after.stringValue
        {
            actions.append(.statusChanged(from: old, to: new, at: moment))
        }
        return actions
    }
}
