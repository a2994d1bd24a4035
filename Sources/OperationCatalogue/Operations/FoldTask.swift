/// `fold_task`: a next step for a task.
package struct FoldTask: TaskOperation {
    package static let definition = OperationDefinition(
        "fold_task",
        title: "Fold in a next step",
        summary: """
            Put a new task right after this one in its chain; what came after follows the new one. Returns the original \
            and the next task.
            """,
        guidance: """
            Use it when something must be done next, after this task, rather than as a part of it. The new task does \
            not inherit labels. A second call puts in a second one.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [
            TaskFields.taskID.definition, TaskFields.title.definition, TaskFields.description.definition,
            TaskFields.labels.definition, TaskFields.desire.definition, TaskFields.productive.definition,
            TaskFields.completeBy.definition,
        ],
        payload: .object(.fold),
        endpoint: HTTPEndpoint(.post, "/tasks/*/fold", status: 201, nullIsAbsent: true)
    )

    package let taskID: UniqueIdentifier
    package let title: String
    package let description: String
    package let labels: [String]?
    package let desire: Double?
    package let productive: Double?
    package let completeBy: Timestamp?

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        title = arguments.required(TaskFields.title)
        description = arguments.defaulted(TaskFields.description, or: "")
        labels = arguments.optional(TaskFields.labels)
        desire = arguments.optional(TaskFields.desire)
        productive = arguments.optional(TaskFields.productive)
        completeBy = arguments.optional(TaskFields.completeBy)
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(TaskFields.title, title)
        body.member(TaskFields.description, description)
        body.member(TaskFields.labels, labels)
        body.member(TaskFields.desire, desire)
        body.member(TaskFields.productive, productive)
        body.member(TaskFields.completeBy, completeBy)
    }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [
            ChangesTold.creation(of: payload[.nextTask]),
            ChangesTold.update(of: payload[.original], [.nextTaskID]),
        ].whole
    }
}

extension PayloadMember {
    package static let original = PayloadMember("original", .object(.task), .required)
    package static let nextTask = PayloadMember("next_task", .object(.task), .required)
}

extension PayloadObject {
    fileprivate static let fold = PayloadObject("fold", [.original, .nextTask])
}
