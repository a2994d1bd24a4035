/// The whole of one task at some moment, as it leaves one store and enters another.
package struct TaskSnapshot: Sendable {
    package private(set) var id: UniqueIdentifier
    package let title: String
    package let description: String
    package let status: TaskStatus
    package let labels: [String]
    package private(set) var parentID: UniqueIdentifier?
    /// The children in their order, as far as they are known.
    package private(set) var children: [UniqueIdentifier]
    package private(set) var nextTaskID: UniqueIdentifier?
    package let assignee: UniqueIdentifier?
    package let completeBy: Timestamp?
    package let productive: Double?
    package let desire: Double?
    package let moodStart: Mood?
    package let moodFinish: Mood?
    package let pinned: Bool
    package let created: Timestamp?
    package let updated: Timestamp?
    package let finished: Timestamp?
    /// What happened to it, the oldest first, without its creation.
    package let actions: [Action]

    package struct Action: Sendable {
        /// A text or an object.
        package let kind: JSONText
        package let recorded: Timestamp
    }
}

extension TaskSnapshot {
    /// The same task with other identifiers for itself and those that it names, where `names` has any.
    package func renamed(by names: [UniqueIdentifier: UniqueIdentifier]) -> TaskSnapshot {
        var task = self
        task.id = names[id] ?? id
        task.parentID = parentID.map { names[$0] ?? $0 }
        task.children = children.map { names[$0] ?? $0 }
        task.nextTaskID = nextTaskID.map { names[$0] ?? $0 }
        return task
    }

    /// - Throws: the first fault. Members that are not known are no fault, nor are those that follow from others, such as `ref`;
    ///   what a user has said and no store here keeps is one.
    init(_ json: JSONValue) throws(FieldFault) {
        guard case .object(let object) = json else { throw .expected("a task", found: json) }
        try Self.refuseWhatIsNotKept(object)
        let members = SnapshotMembers(object)
        id = try members.required(.id)
        title = try members.required(.title, TaskFields.titleLimits)
        description = try members.value(PayloadMember(TaskFields.description)) ?? ""
        status = try members.value(.status) ?? .open
        labels = try members.value(.labels, TaskFields.labelLimits) ?? []
        parentID = try members.value(.parentID)
        children = try members.list(.children) { element throws(FieldFault) in
            try UniqueIdentifier.decode(element, limits: FieldLimits())
        }
        nextTaskID = try members.value(.nextTaskID)
        assignee = try members.value(PayloadMember(TaskFields.assignee))
        completeBy = try members.value(.completeBy)
        productive = try members.value(.productive, TaskFields.feelingLimits)
        desire = try members.value(.desire, TaskFields.feelingLimits)
        moodStart = try members.value(.moodStart)
        moodFinish = try members.value(.moodFinish)
        pinned = try members.value(.pinned) ?? false
        created = try members.value(.created)
        updated = try members.value(.updated)
        finished = try members.value(.finished)
        actions = try members.list(.actions) { element throws(FieldFault) in try Action(element) }.compactMap { $0 }
    }
}

extension TaskSnapshot {
    /// Members of the backend's contract (`Task`, and the recurring kinds) that hold what users said, and that would be lost.
    private static func refuseWhatIsNotKept(_ object: JSONObject) throws(FieldFault) {
        for member in object.members {
            switch member.key {
            case "priority" where member.value == "normal": continue
            case "recurrence", "priority", "target_date", "deadline_time_of_day", "blocked_by", "comment",
                "attachments",
                "external", "series_id", "end_time":
                guard !member.value.isEmptyOrNull else { continue }
                throw FieldFault(
                    "is not kept here and would be lost: leave it out to import the rest", at: [member.key])
            default: continue
            }
        }
    }
}

extension JSONValue {
    fileprivate var isEmptyOrNull: Bool {
        isNull || stringValue?.isEmpty == true || arrayValue?.isEmpty == true || objectValue?.isEmpty == true
    }
}

extension TaskSnapshot.Action {
    /// `nil` for the creation, which the task's own date tells.
    fileprivate init?(_ json: JSONValue) throws(FieldFault) {
        guard case .object(let object) = json else { throw .expected("an action", found: json) }
        recorded = try SnapshotMembers(object).required(.recorded)
        switch object[.actionKind] {
        case .string("Created"): return nil
        case .some(let kind) where kind.stringValue != nil || kind.objectValue != nil: self.kind = JSONText(kind)
        case let other:
            throw FieldFault(
                "expected a text or an object, found \(other?.shortDescription ?? "nothing")",
                at: [PayloadMember.actionKind.name])
        }
    }
}

/// Takes typed values out of a task's members. Absent is the same as `null`.
private struct SnapshotMembers {
    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    func required<Value: FieldValue>(
        _ member: PayloadMember, _ limits: FieldLimits = FieldLimits()
    ) throws(FieldFault) -> Value {
        guard let value: Value = try value(member, limits) else { throw FieldFault("is required", at: [member.name]) }
        return value
    }

    func value<Value: FieldValue>(
        _ member: PayloadMember, _ limits: FieldLimits = FieldLimits()
    ) throws(FieldFault) -> Value? {
        guard let json = object[member.name], !json.isNull else { return nil }
        do {
            return try Value.decode(json, limits: limits)
        } catch {
            throw FieldFault(error.message, at: [member.name] + error.path)
        }
    }

    func list<Element>(
        _ member: PayloadMember, _ element: (JSONValue) throws(FieldFault) -> Element
    ) throws(FieldFault) -> [Element] {
        guard let json = object[member.name], !json.isNull else { return [] }
        guard let elements = json.arrayValue else {
            let fault = FieldFault.expected("a list", found: json)
            throw FieldFault(fault.message, at: [member.name])
        }
        var decoded: [Element] = []
        decoded.reserveCapacity(elements.count)
        for (index, json) in elements.enumerated() {
            do {
                decoded.append(try element(json))
            } catch {
                throw FieldFault(error.message, at: [member.name, "\(index)"] + error.path)
            }
        }
        return decoded
    }
}
