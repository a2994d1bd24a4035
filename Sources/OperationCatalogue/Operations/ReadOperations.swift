/// `whoami`: who is asking.
package struct WhoAmI: CatalogueOperation {
    package static let definition = OperationDefinition(
        "whoami",
        title: "Who am I",
        summary: "Return the user who is signed in. Call it first to confirm that the sign-in works.",
        guidance: """
            Returns one object with id, username and role.
            """,
        toolset: .seed,
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
        guidance: """
            Returns an array of tasks with id, title, status, labels, parent_id, children and dates, finished ones \
            too, but without descriptions; with many tasks it is long. To plan a day, get_daily_tasks is shorter.
            """,
        toolset: .seed,
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
        guidance: """
            Returns one object. The id comes from list_tasks, get_daily_tasks or any task that another tool returned; \
            children are named by id only.
            """,
        toolset: .seed,
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
        guidance: """
            Use it to answer what to do today or next. Returns an array of at most a few dozen entries; each holds \
            the task in short form, its priority_score and its urgency_reason.
            """,
        toolset: .seed,
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
        guidance: """
            Use it to see which kinds of work felt good. Returns an array with task_id, the title, finished_at, \
            productive and desire (-1 to 1), and the moods on starting and finishing as r, the strength, and theta, \
            the angle in radians.
            """,
        toolset: .seed,
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
    package static let query = Field<String>(
        "query", "Words to look for in title, description and labels; each must occur, the last may be a beginning.",
        presence: .required, limits: FieldLimits(length: 1...1000))
    static let status = Field<TaskStatus>("status", "Only tasks of this status.")
    package static let label = Field<String>(
        "label", "Only tasks with this label.", limits: FieldLimits(length: 1...200))
    static let from = Field<Timestamp>("from", "Only tasks created at this moment or later (RFC 3339).")
    static let to = Field<Timestamp>("to", "Only tasks created before this moment (RFC 3339).")
    static let parentID = Field<UniqueIdentifier>("parent_id", "Only children of the task with this UUID.")

    /// A search returns no more tasks than these: the best matches.
    package static let mostResults = 200

    package static let definition = OperationDefinition(
        "search_tasks",
        title: "Search tasks",
        summary: "Find tasks by words in their title, description and labels, the best match first.",
        guidance: """
            Use it instead of list_tasks where something of the task is known: it is shorter. Case does not matter. \
            Returns an array of at most \(mostResults) tasks in short form.
            """,
        toolset: .extended,
        effect: .read,
        isIdempotent: true,
        fields: [
            query.definition, status.definition, label.definition, from.definition, to.definition, parentID.definition,
        ],
        result: .taskSummaries,
        mostResults: mostResults
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
