extension PayloadMember {
    package static let id = PayloadMember(CreateTask.id, .required)
    package static let title = PayloadMember(TaskFields.title, .required)
    package static let description = PayloadMember(TaskFields.description)
    package static let status = PayloadMember(SetTaskStatus.status, .required)
    package static let labels = PayloadMember(TaskFields.labels)
    package static let parentID = PayloadMember(CreateTask.parentID, .optionalOrNull)
    package static let children = PayloadMember(
        "children", .list(of: .value(.identifier)), .optional, "The children's UUIDs in their order.")
    package static let nextTaskID = PayloadMember(
        "next_task_id", .value(.identifier), .optionalOrNull, "The task that follows in its chain.")
    package static let assignee = PayloadMember(TaskFields.assignee, .optionalOrNull)
    package static let completeBy = PayloadMember(TaskFields.completeBy, .optionalOrNull)
    package static let productive = PayloadMember(TaskFields.productive, .optionalOrNull)
    package static let desire = PayloadMember(TaskFields.desire, .optionalOrNull)
    package static let moodStart = PayloadMember(UpdateTask.moodStart, .optionalOrNull)
    package static let moodFinish = PayloadMember(UpdateTask.moodFinish, .optionalOrNull)
    package static let pinned = PayloadMember(UpdateTask.pinned)
    package static let created = PayloadMember("date_created", .value(.timestamp))
    package static let updated = PayloadMember("updated_at", .value(.timestamp), .optionalOrNull)
    package static let finished = PayloadMember("finished_at", .value(.timestamp), .optionalOrNull)
    package static let deleted = PayloadMember("deleted_at", .value(.timestamp), .optionalOrNull)
    package static let revision = PayloadMember("rev", .value(.integer), .optional, "Grows with each change.")
    package static let actions = PayloadMember(
        "actions", .list(of: .object(.action)), .optional, "The task's history, the oldest first.")
    package static let descendantsDone = PayloadMember(
        "descendant_done", .value(.integer), .optionalOrNull, "How many tasks below this one are done.")
    package static let descendants = PayloadMember(
        "descendant_total", .value(.integer), .optionalOrNull, "How many tasks there are below it.")

    package static let reference = PayloadMember(
        "ref", .value(.text), .optionalOrNull, "A short name for people: org_slug and sequence.")
    package static let organization = PayloadMember("org_slug", .value(.text))
    package static let number = PayloadMember("sequence", .value(.integer), .optionalOrNull)
    package static let type = PayloadMember("type", .value(.text))

    /// What stands beside a task's own fields.
    static let identity: [PayloadMember] = [.reference, .organization, .number, .type]

    package static let actionKind = PayloadMember(
        "kind", .anything, .optional, "A word, or an object whose one key is that word.")
    package static let recorded = PayloadMember("recorded_at", .value(.timestamp))
}

extension PayloadObject {
    package static let task = PayloadObject(
        "task",
        [
            .id, .title, .description, .status, .labels, .parentID, .children, .nextTaskID, .assignee, .completeBy,
            .productive, .desire, .moodStart, .moodFinish, .pinned, .created, .updated, .finished, .deleted, .revision,
            .actions,
        ] + PayloadMember.identity)

    package static let taskSummary = PayloadObject(
        "task_summary",
        [
            .id, .title, .status, .labels, .parentID, .children, .completeBy, .productive, .desire, .created, .pinned,
            .descendantsDone, .descendants,
        ] + PayloadMember.identity)

    /// A task as it enters a store: only the identifier and the title must be given, and what is not known is passed over.
    package static let taskSnapshot = PayloadObject(
        "task",
        task.members.map { member in
            [PayloadMember.id, .title].contains { $0.name == member.name } || member.presence != .required
                ? member
                : PayloadMember(
                    member.name, member.form, .optional, member.summary, limits: member.limits,
                    isSecret: member.isSecret)
        }, isOpen: true)

    fileprivate static let action = PayloadObject("action", [.actionKind, .recorded])

    package static let mood = PayloadObject("mood", [.moodStrength, .moodAngle])
}

extension PayloadMember {
    package static let moodStrength = PayloadMember("r", .value(.number), .required)
    package static let moodAngle = PayloadMember("theta", .value(.number), .required)
}
