/// `delete_task`: a task out of sight.
package struct DeleteTask: TaskOperation {
    package static let definition = OperationDefinition(
        "delete_task",
        title: "Delete a task",
        summary: "Delete a task. Its children stay and move up to its parent.",
        guidance: """
            There is no tool that brings it back: ask the user first. For a task that will merely not be done, \
            set_task_status with dropped keeps its history. Returns {"deleted": true, "id"}.
            """,
        toolset: .extended,
        effect: .destroy,
        isIdempotent: true,
        fields: [TaskFields.taskID.definition],
        payload: .object(.deletion),
        effectOnOthers: .removesTask,
        endpoint: HTTPEndpoint(.delete, "/tasks/*", status: 204)
    )

    package let taskID: UniqueIdentifier

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
    }

    package var payloadOfEmptyAnswer: JSONText? {
        JSONText([PayloadMember.isDeleted.name: true, PayloadMember.id.name: .string(taskID.description)])
    }

    package var fateQuestion: FateQuestion? { FateQuestion(taskID, .isGone) }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [ChangesTold.deletion(of: taskID)]
    }
}

extension PayloadMember {
    package static let isDeleted = PayloadMember("deleted", .value(.boolean), .required)
}

extension PayloadObject {
    fileprivate static let deletion = PayloadObject("deletion", [.isDeleted, .id])
}
