/// `whoami`: who is asking.
package struct WhoAmI: CatalogueOperation {
    package static let definition = OperationDefinition(
        "whoami",
        title: "Who am I",
        summary: "Return the user who is signed in. Call it first to confirm that the sign-in works.",
        effect: .read,
        isIdempotent: true,
        fields: [],
        result: .user
    )

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .whoAmI(self) }
}

/// `list_tasks`: every task of the user, in short form.
package struct ListTasks: CatalogueOperation {
    package static let definition = OperationDefinition(
        "list_tasks",
        title: "List tasks",
        summary: "List every task of the user in short form. Use get_task for the whole of one task.",
        effect: .read,
        isIdempotent: true,
        fields: [],
        result: .taskSummaries
    )

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .listTasks(self) }
}

/// `get_task`: the whole of one task.
package struct GetTask: CatalogueOperation {
    package static let definition = OperationDefinition(
        "get_task",
        title: "Get a task",
        summary: "Return the whole of one task, with its description and its history.",
        effect: .read,
        isIdempotent: true,
        fields: [TaskFields.taskID.definition],
        result: .task
    )

    package let taskID: UniqueIdentifier

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
    }

    package var operation: TaskOperation { .getTask(self) }
}

/// `get_daily_tasks`: what to do today, the most urgent first.
package struct GetDailyTasks: CatalogueOperation {
    package static let definition = OperationDefinition(
        "get_daily_tasks",
        title: "Today's tasks",
        summary: "Return today's tasks, the most urgent first, each with its score and the reason in words.",
        effect: .read,
        isIdempotent: true,
        fields: [],
        result: .dailyTasks
    )

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .getDailyTasks(self) }
}

/// `get_mood_history`: how finished tasks felt.
package struct GetMoodHistory: CatalogueOperation {
    package static let definition = OperationDefinition(
        "get_mood_history",
        title: "Mood history",
        summary: "Return the mood log of the finished tasks, the latest first.",
        effect: .read,
        isIdempotent: true,
        fields: [],
        result: .moodHistory
    )

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .getMoodHistory(self) }
}

/// `search_tasks`: tasks by their words, narrowed down.
package struct SearchTasks: CatalogueOperation {
    static let query = Field<String>(
        "query", "Words to look for in title, description and labels; each must occur, the last may be a beginning.",
        presence: .required, limits: FieldLimits(length: 2...1000))
    static let status = Field<TaskStatus>("status", "Only tasks of this status.")
    static let label = Field<String>("label", "Only tasks with this label.", limits: FieldLimits(length: 1...200))
    static let from = Field<Timestamp>("from", "Only tasks created at this moment or later (RFC 3339).")
    static let to = Field<Timestamp>("to", "Only tasks created before this moment (RFC 3339).")
    static let parentID = Field<UniqueIdentifier>("parent_id", "Only children of the task with this UUID.")

    package static let definition = OperationDefinition(
        "search_tasks",
        title: "Search tasks",
        summary: "Find tasks by words in their title, description and labels, the best match first.",
        effect: .read,
        isIdempotent: true,
        fields: [
            query.definition, status.definition, label.definition, from.definition, to.definition, parentID.definition,
        ],
        result: .taskSummaries
    )

    package let query: String
    package let status: TaskStatus?
    package let label: String?
    package let from: Timestamp?
    package let to: Timestamp?
    package let parentID: UniqueIdentifier?

    package init(_ arguments: inout ArgumentReader) {
        query = arguments.required(Self.query)
        status = arguments.optional(Self.status)
        label = arguments.optional(Self.label)
        from = arguments.optional(Self.from)
        to = arguments.optional(Self.to)
        parentID = arguments.optional(Self.parentID)
    }

    package var operation: TaskOperation { .searchTasks(self) }
}
