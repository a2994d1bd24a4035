/// `create_task`: a new task.
package struct CreateTask: CatalogueOperation {
    static let id = Field<UniqueIdentifier>(
        "id",
        "A UUID for the new task: a repeated create fails with item_exists and shows the first one. Made up where absent."
    )
    static let parentID = Field<UniqueIdentifier>("parent_id", "The UUID of the task to put the new one under.")

    package static let definition = OperationDefinition(
        "create_task",
        title: "Create a task",
        summary: "Create a task, under a parent if one is named.",
        guidance: """
            Returns the new task with its id. A second call with the same arguments makes a second task, unless both \
            carry the same id. For a part of a task that exists give parent_id; to break a task in two use \
            split_task, for a step that follows a task use fold_task.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [
            TaskFields.title.definition, TaskFields.description.definition, TaskFields.labels.definition,
            parentID.definition, TaskFields.assignee.definition, TaskFields.completeBy.definition,
            TaskFields.productive.definition, TaskFields.desire.definition, id.definition,
        ],
        payload: .object(.task),
        newTaskField: id.definition,
        endpoint: HTTPEndpoint(.post, "/tasks", status: 201, nullIsAbsent: true)
    )

    /// Given by whoever asked, or made by the pipeline before the intent is recorded.
    package var id: UniqueIdentifier?
    package let title: String
    package let description: String
    package let labels: [String]
    package let parentID: UniqueIdentifier?
    package let assignee: UniqueIdentifier?
    package let completeBy: Timestamp?
    package let productive: Double?
    package let desire: Double?

    package init(_ arguments: inout ArgumentReader) {
        title = arguments.required(TaskFields.title)
        description = arguments.defaulted(TaskFields.description, or: "")
        labels = arguments.defaulted(TaskFields.labels, or: [])
        parentID = arguments.optional(Self.parentID)
        assignee = arguments.optional(TaskFields.assignee)
        completeBy = arguments.optional(TaskFields.completeBy)
        productive = arguments.optional(TaskFields.productive)
        desire = arguments.optional(TaskFields.desire)
        id = arguments.optional(Self.id)
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(TaskFields.title, title)
        body.member(TaskFields.description, description)
        if !labels.isEmpty { body.member(TaskFields.labels, labels) }
        body.member(Self.parentID, parentID)
        body.member(TaskFields.assignee, assignee)
        body.member(TaskFields.completeBy, completeBy)
        body.member(TaskFields.productive, productive)
        body.member(TaskFields.desire, desire)
        body.member(Self.id, id)
    }

    package var newTask: NewTask? { id.map { NewTask(id: $0, title: title, description: description) } }

    package var fateQuestion: FateQuestion? { id.map { FateQuestion($0, .isThere) } }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [ChangesTold.creation(of: payload)].whole
    }
}
