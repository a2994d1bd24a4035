/// `set_task_status`: the most frequent change, by itself.
package struct SetTaskStatus: TaskOperation {
    static let status = Field<TaskStatus>("status", "The new status.", presence: .required)

    package static let definition = OperationDefinition(
        "set_task_status",
        title: "Set a task's status",
        summary: "Set the status of a task. A task with active children cannot be completed.",
        guidance: """
            Returns the whole task as it is afterwards. Use done for what was finished, dropped for what will not be \
            done; pruned is what merge_task sets, and any other status brings such a task back.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: true,
        fields: [TaskFields.taskID.definition, status.definition],
        payload: .object(.task),
        narrows: UpdateTask.definition.name,
        endpoint: HTTPEndpoint(.patch, "/tasks/*")
    )

    package let taskID: UniqueIdentifier
    package let status: TaskStatus

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        status = arguments.required(Self.status)
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(Self.status, status)
    }

    package var fateQuestion: FateQuestion? { FateQuestion(taskID, .hasStatus(status)) }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [ChangesTold.update(of: payload, membersSet)].whole
    }
}
