package import OperationCatalogue

/// A resource, or a template of many: what a client can read without calling a tool.
package struct ResourceDefinition: Sendable {
    /// The seed's name.
    package let name: String
    package let title: String
    package let description: String
    /// The operation whose payload it is.
    package let operation: OperationDefinition
    /// How much a model needs it, from 0 to 1.
    let priority: Double
    let host: String
    let segments: [Segment]

    enum Segment: Sendable {
        case literal(String)
        /// The argument of the operation that stands in this place.
        case argument(String)
    }

    package static let scheme = "defernowork"
    package static let mimeType = "application/json"

    /// Whether there is something to fill in.
    package var isTemplate: Bool {
        segments.contains { if case .argument = $0 { true } else { false } }
    }

    /// The URI; of a template the URI template (RFC 6570, level 1).
    package var uri: String {
        segments.reduce(into: "\(Self.scheme)://\(host)") { uri, segment in
            switch segment {
            case .literal(let text): uri += "/\(text)"
            case .argument(let name): uri += "/{\(name)}"
            }
        }
    }

    /// The resource as `resources/list` shows it, the template as `resources/templates/list` does, without what a version
    /// does not know yet.
    package func json(for version: ProtocolVersion) -> JSONValue {
        var resource: JSONObject = [isTemplate ? "uriTemplate" : "uri": .string(uri), "name": .string(name)]
        if version.hasTitlesAndStructure { resource.append("title", .string(title)) }
        resource.append("description", .string(description))
        resource.append("mimeType", .string(Self.mimeType))
        resource.append("annotations", ["audience": ["user", "assistant"], "priority": .number(priority)])
        return .object(resource)
    }
}

extension ResourceDefinition {
    package static let tasks = ResourceDefinition(
        name: "all_tasks_resource",
        title: "All tasks",
        description: "All tasks owned by the authenticated user (JSON array).",
        operation: ListTasks.definition,
        priority: 0.5,
        host: "tasks",
        segments: []
    )

    package static let today = ResourceDefinition(
        name: "today_resource",
        title: "Today's tasks",
        description: "Today's prioritized tasks (JSON array), the most urgent first.",
        operation: GetDailyTasks.definition,
        priority: 0.8,
        host: "tasks",
        segments: [.literal("today")]
    )

    package static let moodHistory = ResourceDefinition(
        name: "mood_history_resource",
        title: "Mood history",
        description: "Mood history for finished tasks (JSON array), the latest first.",
        operation: GetMoodHistory.definition,
        priority: 0.3,
        host: "tasks",
        segments: [.literal("mood-history")]
    )

    package static let task = ResourceDefinition(
        name: "task_resource",
        title: "A task",
        description: "A single task, addressable by UUID as defernowork://task/<id>.",
        operation: GetTask.definition,
        priority: 0.5,
        host: "task",
        segments: [.argument(TaskFields.taskID.name)]
    )

    /// All there are, in the seed's order.
    package static let all = [tasks, today, moodHistory, task]
}
