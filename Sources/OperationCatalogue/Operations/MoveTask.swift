/// `move_task`: a task under another parent, or to another place among its siblings.
package struct MoveTask: TaskOperation {
    package static let newParentID = Field<UniqueIdentifier>(
        "new_parent_id", "The UUID of the new parent; absent to stay under the present one.", null: "for none",
        presence: .clearable)
    static let position = Field<Int>(
        "position", "The place among the parent's children, from 0; the end where absent.",
        limits: FieldLimits(range: 0...1_000_000))

    package static let definition = OperationDefinition(
        "move_task",
        title: "Move a task",
        summary: "Put a task under another parent or at another place among its siblings. Refuses cycles.",
        guidance: """
            Leave new_parent_id out to change only the place, name it in clear for the top level. Fails with 400 where the \
            new parent lies below the task. Returns the whole task as it is afterwards.
            """,
        toolset: .extended,
        effect: .write,
        isIdempotent: true,
        fields: [TaskFields.taskID.definition, newParentID.definition, position.definition],
        payload: .object(.task),
        effectOnOthers: .placesTask,
        endpoint: HTTPEndpoint(.post, "/tasks/*/move", absentIsNull: [newParentID.name])
    )

    package let taskID: UniqueIdentifier
    package var newParentID: Patch<UniqueIdentifier>
    package let position: Int?

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        newParentID = arguments.patch(Self.newParentID)
        position = arguments.optional(Self.position)
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(Self.newParentID, newParentID)
        body.member(Self.position, position)
    }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [ChangesTold.placing(of: payload)].whole
    }
}
