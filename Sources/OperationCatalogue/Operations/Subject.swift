/// What an operation is about, for people who look at a list of many.
package enum Subject {
    /// The title of the task that a payload is about, or who it is about, or the identifier.
    package static func text(ofPayload payload: JSONValue) -> String? {
        let task = payload[.parent] ?? payload[.nextTask] ?? payload
        return (task[.title] ?? task[.username] ?? task[.id])?.stringValue
    }

    /// The title that the arguments give or the payload or the changes show, or else what they name; `nil` where there is nothing
    /// of it.
    ///
    /// - Parameter changes: as the outcome has them.
    package static func text(arguments: JSONValue?, payload: JSONValue?, changes: JSONValue? = nil) -> String? {
        let task = payload?[.parent] ?? payload?[.nextTask] ?? payload
        return [
            arguments?[.title], arguments?[SplitTask.firstTitle.name], task?[.title],
            title(in: changes, of: arguments?[.taskID]).map(JSONValue.string),
            arguments?[SearchTasks.query.name],
            arguments?[.taskID], arguments?[.id], payload?[.id],
        ].lazy.compactMap { $0?.stringValue }.first
    }

    /// The title of the task that the operation is about, or of the first that it has changed.
    package static func title(in changes: JSONValue?, of subject: JSONValue?) -> String? {
        let changes = RecordedChange.all(in: changes)
        let subject = subject?.stringValue.flatMap { UniqueIdentifier($0) }
        let own = subject.flatMap { subject in changes.first { $0.concerns(subject) && $0.title != nil } }
        return own?.title ?? changes.lazy.compactMap(\.title).first
    }
}

extension JSONValue {
    /// The member of a payload or, where it has the same name, of arguments.
    package subscript(member: PayloadMember) -> JSONValue? { self[member.name] }
}

extension JSONObject {
    /// The member of a payload or, where it has the same name, of arguments.
    package subscript(member: PayloadMember) -> JSONValue? {
        get { self[member.name] }
        set { self[member.name] = newValue }
    }
}
