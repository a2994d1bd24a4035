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
        result: .task
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

    package var operation: TaskOperation { .createTask(self) }
}

/// `update_task`: new values for some of a task's fields.
package struct UpdateTask: CatalogueOperation {
    static let title = Field<String>(
        "title", "A new title.", presence: .keepable, limits: TaskFields.titleLimits)
    static let description = Field<String>(
        "description", "A new description.", null: "empties it", presence: .clearable)
    static let status = Field<TaskStatus>("status", "A new status.", presence: .keepable)
    static let labels = Field<[String]>(
        "labels", "New labels in the place of all old ones.", null: "takes them off", presence: .clearable,
        limits: TaskFields.labelLimits)
    static let assignee = Field<UniqueIdentifier>(
        "assignee", "The UUID of the user who is to do it.", null: "for nobody", presence: .clearable)
    static let completeBy = Field<Timestamp>(
        "complete_by", "When it must be done (RFC 3339, ISO 8601).", null: "for no date", presence: .clearable)
    static let productive = Field<Double>(
        "productive", "How productive the task feels, from -1 to 1.", null: "for unknown", presence: .clearable,
        limits: TaskFields.feelingLimits)
    static let desire = Field<Double>(
        "desire", "How much the user wants to do it, from -1 to 1.", null: "for unknown", presence: .clearable,
        limits: TaskFields.feelingLimits)
    static let moodStart = Field<Mood>(
        "mood_start", "How the user felt on starting: r the strength, theta the angle in radians.", null: "for unknown",
        presence: .clearable)
    static let moodFinish = Field<Mood>(
        "mood_finish", "How the user felt on finishing: r the strength, theta the angle in radians.",
        null: "for unknown", presence: .clearable)
    static let pinned = Field<Bool>("pinned", "Whether the task stays at the top.", presence: .keepable)

    package static let definition = OperationDefinition(
        "update_task",
        title: "Update a task",
        summary: """
            Change some fields of a task: those that are absent stay as they are. A task with active children cannot be \
            completed.
            """,
        guidance: """
            Returns the whole task as it is afterwards. null leaves a field as it is, too: name in clear what is to be \
            emptied. labels replaces all labels: to add one, read the task first. \
            Setting the same values again changes nothing. A task is moved with move_task, where that is offered.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: true,
        fields: [
            TaskFields.taskID.definition, title.definition, description.definition, status.definition,
            labels.definition, assignee.definition, completeBy.definition, productive.definition, desire.definition,
            moodStart.definition, moodFinish.definition, pinned.definition,
        ],
        result: .task
    )

    package let taskID: UniqueIdentifier
    package let title: String?
    package let description: Patch<String>
    package let status: TaskStatus?
    package let labels: Patch<[String]>
    package let assignee: Patch<UniqueIdentifier>
    package let completeBy: Patch<Timestamp>
    package let productive: Patch<Double>
    package let desire: Patch<Double>
    package let moodStart: Patch<Mood>
    package let moodFinish: Patch<Mood>
    package let pinned: Bool?

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        title = arguments.optional(Self.title)
        description = arguments.patch(Self.description)
        status = arguments.optional(Self.status)
        labels = arguments.patch(Self.labels)
        assignee = arguments.patch(Self.assignee)
        completeBy = arguments.patch(Self.completeBy)
        productive = arguments.patch(Self.productive)
        desire = arguments.patch(Self.desire)
        moodStart = arguments.patch(Self.moodStart)
        moodFinish = arguments.patch(Self.moodFinish)
        pinned = arguments.optional(Self.pinned)
    }

    package var operation: TaskOperation { .updateTask(self) }
}

/// `set_task_status`: the most frequent change, by itself.
package struct SetTaskStatus: CatalogueOperation {
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
        result: .task
    )

    package let taskID: UniqueIdentifier
    package let status: TaskStatus

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        status = arguments.required(Self.status)
    }

    package var operation: TaskOperation { .setTaskStatus(self) }
}

/// `delete_task`: a task out of sight.
package struct DeleteTask: CatalogueOperation {
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
        result: .deletion
    )

    package let taskID: UniqueIdentifier

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
    }

    package var operation: TaskOperation { .deleteTask(self) }
}
