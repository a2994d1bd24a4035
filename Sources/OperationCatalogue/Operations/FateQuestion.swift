/// How to find out afterwards whether a write whose fate is unknown has happened: by a look at its task.
package struct FateQuestion: Sendable {
    private let taskID: UniqueIdentifier
    private let sign: Sign

    /// What shows that it has happened.
    enum Sign {
        case isThere, isGone
        case hasStatus(TaskStatus)
    }

    init(_ taskID: UniqueIdentifier, _ sign: Sign) {
        self.taskID = taskID
        self.sign = sign
    }

    /// The operation that looks.
    package var operation: String { GetTask.definition.name }
    /// Its arguments.
    package var arguments: JSONObject { [TaskFields.taskID.name: .string(taskID.description)] }

    package enum Answer: Hashable, Sendable {
        case happened
        /// With what shows it.
        case didNotHappen(String)
    }

    /// What the look has shown; `nil` where it tells nothing, as where somebody has changed the task since.
    ///
    /// - Parameter asked: when the write was asked for.
    package func answer(_ look: OperationResult, asked: Timestamp) -> Answer? {
        let task: JSONValue?
        switch look {
        case .ok(let payload, _): task = try? payload.value()
        case .failed(let error) where error.code == .notFound: task = nil
        case .failed, .unknown, .skipped, .spooled: return nil
        }
        switch sign {
        case .isThere: return task != nil ? .happened : .didNotHappen("there is no task \(taskID)")
        case .isGone: return task == nil ? .happened : .didNotHappen("the task \(taskID) is still there")
        case .hasStatus(let status):
            guard let task, let current = task[.status]?.stringValue else { return nil }
            if current == status.rawValue { return .happened }
            // Whoever changed it after that may have set another status on top of this one.
            let changed = task[.updated]?.stringValue ?? task[.created]?.stringValue
            guard let time = changed.flatMap({ Timestamp($0) }), time < asked else { return nil }
            return .didNotHappen("the task \(taskID) has the status \(current), and has not been changed since")
        }
    }
}
