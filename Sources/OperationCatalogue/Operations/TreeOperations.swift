/// `split_task`: two children for a task that is too big.
package struct SplitTask: CatalogueOperation {
    static let firstTitle = Field<String>(
        "first_title", "The title of the first child.", presence: .required, limits: TaskFields.titleLimits)
    static let firstDescription = Field<String>("first_description", "The first child's details.", default: "")
    static let secondTitle = Field<String>(
        "second_title", "The title of the second child.", presence: .required, limits: TaskFields.titleLimits)
    static let secondDescription = Field<String>("second_description", "The second child's details.", default: "")

    package static let definition = OperationDefinition(
        "split_task",
        title: "Split a task",
        summary: "Give a task two new children, which inherit its labels. Returns the parent and both children.",
        guidance: """
            Use it for a task that is too big to begin. The parent stays as it is, with the two as its last children. \
            A second call makes two more: for three parts split a child again, or create_task with parent_id.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [
            TaskFields.taskID.definition, firstTitle.definition, firstDescription.definition, secondTitle.definition,
            secondDescription.definition,
        ],
        result: .split
    )

    package let taskID: UniqueIdentifier
    package let firstTitle: String
    package let firstDescription: String
    package let secondTitle: String
    package let secondDescription: String

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        firstTitle = arguments.required(Self.firstTitle)
        firstDescription = arguments.defaulted(Self.firstDescription, or: "")
        secondTitle = arguments.required(Self.secondTitle)
        secondDescription = arguments.defaulted(Self.secondDescription, or: "")
    }

    package var operation: TaskOperation { .splitTask(self) }
}

/// `fold_task`: a next step for a task.
package struct FoldTask: CatalogueOperation {
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
        result: .fold
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

    package var operation: TaskOperation { .foldTask(self) }
}

/// `merge_task`: children back into their parent.
package struct MergeTask: CatalogueOperation {
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
        result: .merge
    )

    package let taskID: UniqueIdentifier

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
    }

    package var operation: TaskOperation { .mergeTask(self) }
}

/// `move_task`: a task under another parent, or to another place among its siblings.
package struct MoveTask: CatalogueOperation {
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
        result: .task
    )

    package let taskID: UniqueIdentifier
    package let newParentID: Patch<UniqueIdentifier>
    package let position: Int?

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        newParentID = arguments.patch(Self.newParentID)
        position = arguments.optional(Self.position)
    }

    package var operation: TaskOperation { .moveTask(self) }
}
