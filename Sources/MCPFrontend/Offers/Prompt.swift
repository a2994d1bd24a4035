package import OperationCatalogue

/// The prompts: conversations that a user can begin with one choice, with the data already in them.
package enum Prompt: String, Hashable, Sendable, CaseIterable {
    case planMyDay = "plan_my_day"
    case weeklyReview = "weekly_review"
    case breakDownTask = "break_down_task"

    package var name: String { rawValue }

    package var title: String {
        switch self {
        case .planMyDay: "Plan my day"
        case .weeklyReview: "Weekly review"
        case .breakDownTask: "Break a task down"
        }
    }

    package var description: String {
        switch self {
        case .planMyDay: "Make a plan for today from the tasks that are most urgent now."
        case .weeklyReview: "Look back on what was done and how it felt, and choose what comes next."
        case .breakDownTask: "Turn a task that is too big to begin into parts that are not."
        }
    }

    package var arguments: [PromptArgument] {
        switch self {
        case .planMyDay: [.label, .status]
        case .weeklyReview: [.focus]
        case .breakDownTask: [.taskID]
        }
    }

    /// Those prompts whose operations the selection permits.
    package static func offered(by selection: ToolSelection) -> [Prompt] {
        allCases.filter { prompt in prompt.resources.allSatisfy { selection.allowsUse(of: $0.operation) } }
    }

    /// What it shows.
    var resources: [ResourceDefinition] {
        switch self {
        case .planMyDay: [.today]
        case .weeklyReview: [.moodHistory, .tasks]
        case .breakDownTask: [.task]
        }
    }

    /// The prompt as `prompts/list` shows it, without what a version does not know yet.
    package func json(for version: ProtocolVersion) -> JSONValue {
        var prompt: JSONObject = ["name": .string(name)]
        if version.hasTitlesAndStructure { prompt.append("title", .string(title)) }
        prompt.append("description", .string(description))
        prompt.append("arguments", .array(arguments.map { $0.json(for: version) }))
        return .object(prompt)
    }
}

/// Something that a user fills in when choosing a prompt.
package struct PromptArgument: Hashable, Sendable {
    package let name: String
    package let title: String
    package let description: String
    package let isRequired: Bool
    /// What is suggested for it.
    let values: Suggestion

    /// The most characters that a value may have.
    package static let maximumLength = 200

    func json(for version: ProtocolVersion) -> JSONValue {
        var argument: JSONObject = ["name": .string(name)]
        if version.hasTitlesAndStructure { argument.append("title", .string(title)) }
        argument.append("description", .string(description))
        argument.append("required", .bool(isRequired))
        return .object(argument)
    }
}

extension PromptArgument {
    static let label = PromptArgument(
        name: SearchTasks.label.name, title: "Label", description: "Plan only tasks with this label.",
        isRequired: false,
        values: .labels)
    static let status = PromptArgument(
        name: PayloadMember.status.name, title: "Status", description: "Plan only tasks of this status.",
        isRequired: false, values: .statuses)
    static let focus = PromptArgument(
        name: "focus", title: "Focus", description: "A label, a status, or a subject in a few words to look at most.",
        isRequired: false, values: .statusesAndLabels)
    static let taskID = PromptArgument(
        name: TaskFields.taskID.name, title: "Task", description: TaskFields.taskID.definition.summary,
        isRequired: true, values: .taskIDs)
}
