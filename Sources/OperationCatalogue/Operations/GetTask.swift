/// `get_task`: the whole of one task.
package struct GetTask: TaskOperation {
    package static let definition = OperationDefinition(
        "get_task",
        title: "Get a task",
        summary: "Return the whole of one task, with its description and its history.",
        guidance: """
            Returns one object. The id comes from list_tasks, get_daily_tasks or any task that another tool returned; \
            children are named by id only.
            """,
        toolset: .seed,
        effect: .read,
        isIdempotent: true,
        fields: [TaskFields.taskID.definition],
        payload: .object(.task),
        endpoint: HTTPEndpoint(.get, "/tasks/*")
    )

    package let taskID: UniqueIdentifier

    package init(_ taskID: UniqueIdentifier) { self.taskID = taskID }

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
    }
}
