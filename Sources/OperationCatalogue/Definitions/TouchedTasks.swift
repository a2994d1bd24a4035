extension OperationDefinition {
    /// The members of the arguments that name the tasks which the operation is to change.
    private var targetFields: [String] {
        fields.map(\.name).filter { $0 == TaskFields.taskID.name || $0 == newTaskField?.name }
    }

    /// The identifiers of the tasks that its arguments make its subject.
    package func subjects(in arguments: JSONValue?) -> Set<String> {
        Set(targetFields.compactMap { arguments?[$0]?.stringValue })
    }

    /// The identifiers of the tasks that an operation has changed, or was to change: those that its arguments make its subject
    /// and those that its changes or its payload give as changed by it, and not those that they only mention, such as a parent or
    /// a child. What it does to others, such as the children of a task that is deleted, is told by its changes alone.
    ///
    /// - Parameters:
    ///   - arguments: as they were given, of whatever form.
    ///   - result: the payload, where there is one.
    ///   - changes: what it has done, where the backend has told.
    package func touchedTasks(
        arguments: JSONValue?, result: JSONValue?, changes: [RecordedChange] = []
    ) -> Set<String> {
        guard isWrite else { return [] }
        var tasks = subjects(in: arguments)
        for change in changes { tasks.formUnion(change.tasks) }
        for field in fields where field.kind == .taskList {
            for task in arguments?[field.name]?.arrayValue ?? [] { tasks.formUnion(Self.identifier(of: task)) }
        }
        for task in tasksGiven(by: result) { tasks.formUnion(Self.identifier(of: task)) }
        return tasks
    }

    /// The tasks that a payload gives, each as it is after the operation; of those that are mentioned by their identifiers
    /// alone, the identifier.
    package func tasksGiven(by result: JSONValue?) -> [JSONValue] {
        guard let result, case .object(let form) = payload else { return [] }
        if form.members.contains(where: { $0.name == PayloadMember.id.name }) { return [result] }
        return form.members.flatMap { member -> [JSONValue] in
            guard let value = result[member.name] else { return [] }
            switch member.form {
            case .object: return [value]
            case .list: return value.arrayValue ?? []
            case .value, .anything: return []
            }
        }
    }

    private static func identifier(of task: JSONValue) -> [String] {
        (task.stringValue ?? task[.id]?.stringValue).map { [$0] } ?? []
    }
}
