package import OperationCatalogue

/// Which resources read differently after an operation. It may name one that does not, and never leaves one out.
package struct ResourceChanges: Hashable, Sendable {
    /// In their normal form; see ``ResourceRead/uri``.
    package private(set) var uris: Set<String> = []
    /// Whether other tasks than the named ones may have changed: children that moved up, a former parent.
    package private(set) var reachesOtherTasks = false

    /// The changes by an operation that has succeeded.
    ///
    /// - Parameter payload: read as a whole, so ask only when somebody listens.
    package init(after definition: OperationDefinition, _ arguments: JSONObject, payload: JSONText) {
        guard definition.isWrite else { return }
        if let role = definition.session {
            // Somebody else may see other tasks from now on.
            if role != .begins {
                uris = [.tasks, .today, .moodHistory]
                reachesOtherTasks = true
            }
            return
        }
        uris = [.tasks, .today]
        if definition.reachesFinishedTasks { uris.insert(.moodHistory) }
        reachesOtherTasks = definition.effectOnOthers != nil
        addTask(arguments[TaskFields.taskID.name])
        if let payload = try? payload.value() { addTasks(in: payload) }
    }

    /// Whether a resource is among them.
    ///
    /// - Parameter uri: in its normal form.
    package func contains(_ uri: String) -> Bool {
        uris.contains(uri) || (reachesOtherTasks && uri.hasPrefix(.taskPrefix))
    }

    /// Adds the tasks that a payload names: itself, its parts, and those they hang on.
    private mutating func addTasks(in payload: JSONValue) {
        guard let object = payload.objectValue else { return }
        for member in object.members {
            switch member.key {
            case PayloadMember.id.name, PayloadMember.parentID.name, PayloadMember.nextTaskID.name:
                addTask(member.value)
            case PayloadMember.children.name:
                continue
            default:
                for part in member.value.arrayValue ?? [member.value] { addPart(part) }
            }
        }
    }

    /// Adds a part of a payload if it is a task.
    private mutating func addPart(_ part: JSONValue) {
        if part[.title] != nil { addTasks(in: part) }
    }

    private mutating func addTask(_ id: JSONValue?) {
        if let id = id?.stringValue.flatMap({ UniqueIdentifier($0) }) { uris.insert(ResourceRead.uri(ofTask: id)) }
    }
}

extension String {
    fileprivate static let tasks = ResourceDefinition.tasks.uri
    fileprivate static let today = ResourceDefinition.today.uri
    fileprivate static let moodHistory = ResourceDefinition.moodHistory.uri
    fileprivate static let taskPrefix = "\(ResourceDefinition.scheme)://\(ResourceDefinition.task.host)/"
}

extension OperationDefinition {
    /// Whether it may finish a task, change one that is finished, or take one away.
    fileprivate var reachesFinishedTasks: Bool {
        effect == .destroy || fields.contains { $0.kind == .status || $0.kind == .taskList }
    }
}
