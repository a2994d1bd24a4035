extension ResultShape {
    /// The payload's form.
    package var form: PayloadForm {
        switch self {
        case .task: .object(.task)
        case .export: .object(.export)
        case .taskSummaries: .list(of: .object(.taskSummary))
        case .split: .object(.split)
        case .fold: .object(.fold)
        case .merge: .object(.merge)
        case .dailyTasks: .list(of: .object(.dailyTask))
        case .moodHistory: .list(of: .object(.moodEntry))
        case .user: .object(.user)
        case .deletion: .object(.deletion)
        case .imported: .object(.imported)
        case .signInStarted: .object(.signInStarted)
        case .signedIn: .object(.signedIn)
        case .notice: .object(.notice)
        }
    }
}

extension PayloadMember {
    package static let id = PayloadMember(CreateTask.id, .required)
    package static let title = PayloadMember(TaskFields.title, .required)
    package static let status = PayloadMember(SetTaskStatus.status, .required)
    package static let labels = PayloadMember(TaskFields.labels)
    package static let parentID = PayloadMember(CreateTask.parentID, .optionalOrNull)
    package static let children = PayloadMember(
        "children", .list(of: .value(.identifier)), .optional, "The children's UUIDs in their order.")
    package static let nextTaskID = PayloadMember(
        "next_task_id", .value(.identifier), .optionalOrNull, "The task that follows in its chain.")
    package static let actions = PayloadMember(
        "actions", .list(of: .object(.action)), .optional, "The task's history, the oldest first.")

    static let actionKind = PayloadMember(
        "kind", .anything, .optional, "A word, or an object whose one key is that word.")
    static let recorded = PayloadMember("recorded_at", .value(.timestamp))

    package static let completeBy = PayloadMember(TaskFields.completeBy, .optionalOrNull)
    package static let productive = PayloadMember(TaskFields.productive, .optionalOrNull)
    package static let desire = PayloadMember(TaskFields.desire, .optionalOrNull)
    package static let moodStart = PayloadMember(UpdateTask.moodStart, .optionalOrNull)
    package static let moodFinish = PayloadMember(UpdateTask.moodFinish, .optionalOrNull)
    static let pinned = PayloadMember(UpdateTask.pinned)
    static let created = PayloadMember("date_created", .value(.timestamp))
    static let updated = PayloadMember("updated_at", .value(.timestamp), .optionalOrNull)
    package static let finished = PayloadMember("finished_at", .value(.timestamp), .optionalOrNull)
    package static let taskID = PayloadMember(TaskFields.taskID, .required)
    package static let taskTitle = PayloadMember("task_title", .value(.text))
    package static let dailyTask = PayloadMember("task", .object(.taskSummary))
    package static let urgencyReason = PayloadMember(
        "urgency_reason", .value(.text), .optionalOrNull, "Why it is on the list, in words.")

    package static let reference = PayloadMember(
        "ref", .value(.text), .optionalOrNull, "A short name for people: org_slug and sequence.")
    package static let number = PayloadMember("sequence", .value(.integer), .optionalOrNull)

    /// What stands beside a task's own fields.
    fileprivate static let identity = [
        .reference, PayloadMember("org_slug", .value(.text)), .number,
        PayloadMember("type", .value(.text)),
    ]
}

extension PayloadObject {
    package static let task = PayloadObject(
        "task",
        [
            .id, .title, PayloadMember(TaskFields.description), .status, .labels, .parentID, .children, .nextTaskID,
            PayloadMember(TaskFields.assignee, .optionalOrNull), .completeBy, .productive, .desire, .moodStart,
            .moodFinish, .pinned, .created, .updated, .finished,
            PayloadMember("deleted_at", .value(.timestamp), .optionalOrNull),
            PayloadMember("rev", .value(.integer), .optional, "Grows with each change."), .actions,
        ] + PayloadMember.identity)

    package static let taskSummary = PayloadObject(
        "task_summary",
        [
            .id, .title, .status, .labels, .parentID, .children, .completeBy, .productive, .desire, .created, .pinned,
            PayloadMember(
                "descendant_done", .value(.integer), .optionalOrNull, "How many tasks below this one are done."),
            PayloadMember("descendant_total", .value(.integer), .optionalOrNull, "How many tasks there are below it."),
        ] + PayloadMember.identity)

    fileprivate static let action = PayloadObject("action", [.actionKind, .recorded])

    fileprivate static let split = PayloadObject(
        "split",
        [
            .parent, PayloadMember("first_child", .object(.task), .required),
            PayloadMember("second_child", .object(.task), .required),
        ])

    fileprivate static let fold = PayloadObject(
        "fold",
        [
            PayloadMember("original", .object(.task), .required),
            PayloadMember("next_task", .object(.task), .required),
        ])

    fileprivate static let merge = PayloadObject(
        "merge",
        [
            .parent,
            PayloadMember("merged_children", .list(of: .anything), .required, "The children, which are pruned now."),
        ])

    /// The envelope dialect wraps a summary; the bare one gave a few of its members, and a score.
    package static let dailyTask = PayloadObject(
        "daily_task",
        [
            .dailyTask, PayloadMember("priority_score", .value(.number), .optional, "The higher, the more urgent."),
            .urgencyReason,
        ] + PayloadMember.identity)

    fileprivate static let moodEntry = PayloadObject(
        "mood_entry",
        [
            .taskID, .taskTitle, .finished, .productive, .desire, .moodStart, .moodFinish,
        ])

    fileprivate static let user = PayloadObject(
        "user",
        [
            .id, .username, PayloadMember("display_name", .value(.text), .optionalOrNull),
            PayloadMember("role", .value(.text)), PayloadMember("personal_org_id", .value(.identifier)),
            PayloadMember("org_slug", .value(.text)), PayloadMember("is_admin", .value(.boolean)),
        ])

    fileprivate static let deletion = PayloadObject(
        "deletion", [PayloadMember("deleted", .value(.boolean), .required), .id])

    fileprivate static let export = PayloadObject(
        "export", [PayloadMember(ImportTasks.tasks.name, .list(of: .object(.task)), .required)])

    fileprivate static let imported = PayloadObject("imported", [.imported, .existing, .renamed])

    fileprivate static let signInStarted = PayloadObject(
        "sign_in_started",
        [
            PayloadMember(
                "auth_url", .value(.text), .requiredOrNull,
                "The page for the user to open; null where there is nothing to sign in to."),
            PayloadMember(CompleteAuth.sessionID, .requiredOrNull, "What complete_auth needs besides the code."),
            PayloadMember("instructions", .value(.text), .required, "What to do next."),
        ])

    fileprivate static let signedIn = PayloadObject(
        "signed_in", [PayloadMember("authenticated", .value(.boolean), .required), .username])

    fileprivate static let notice = PayloadObject("notice", [.message])
}

extension PayloadMember {
    package static let imported = PayloadMember("imported", .value(.integer), .required, "How many tasks were put in.")
    package static let existing = PayloadMember(
        "existing", .value(.integer), .required, "How many were there already, and were left alone.")
    package static let renamed = PayloadMember(
        "renamed", .value(.integer), .optional,
        "How many were given new ids, since other users of the store have tasks with theirs.")
    /// What a notice says.
    package static let message = PayloadMember("message", .value(.text), .required)
    package static let parent = PayloadMember("parent", .object(.task), .required)
    package static let username = PayloadMember("username", .value(.text), .required)
}
