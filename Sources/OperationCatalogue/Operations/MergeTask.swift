/// `merge_task`: children back into their parent.
package struct MergeTask: TaskOperation {
    package static let definition = OperationDefinition(
        "merge_task",
        title: "Merge children into their parent",
        summary: """
            Append the content of the active children of a task to its description and mark them pruned. Pass the id of \
            any child whose parent should receive the merge.
            """,
        guidance: """
            It is the opposite of split_task. The children can be brought back with set_task_status, the parent's \
            description stays as it is then. Fails with 400 where the task has no parent or the parent no active \
            children. Returns the parent and the merged children.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [TaskFields.taskID.definition],
        payload: .object(.merge),
        effectOnOthers: .prunesTasks,
        endpoint: HTTPEndpoint(.post, "/tasks/*/merge")
    )

    package let taskID: UniqueIdentifier

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
    }

    /// A dialect may name the children by their identifiers alone.
    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        let children = payload[.mergedChildren]?.arrayValue ?? []
        let parent = ChangesTold.update(of: payload[.parent], [.description])
        return
            ([parent]
            + children.map { child in
                let named: JSONValue = [
                    PayloadMember.id.name: child, PayloadMember.status.name: .string(TaskStatus.pruned.rawValue),
                ]
                return ChangesTold.update(of: child[.id] == nil ? named : child, [.status])
            }).whole
    }
}

extension PayloadMember {
    package static let mergedChildren = PayloadMember(
        "merged_children", .list(of: .anything), .required, "The children, which are pruned now.")
}

extension PayloadObject {
    fileprivate static let merge = PayloadObject("merge", [.parent, .mergedChildren])
}
