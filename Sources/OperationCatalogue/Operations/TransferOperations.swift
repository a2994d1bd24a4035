/// `export_tasks`: everything, to be kept or taken elsewhere.
package struct ExportTasks: CatalogueOperation {
    package static let definition = OperationDefinition(
        "export_tasks",
        title: "Export all tasks",
        summary: "Return every task whole, with its history, in the form that import_tasks takes.",
        guidance: """
            For a backup, or to take the tasks elsewhere; it is very long. Returns {"tasks": [...]}. To look at tasks use \
            list_tasks, search_tasks or get_task.
            """,
        toolset: .extended,
        effect: .read,
        isIdempotent: true,
        fields: [],
        result: .export
    )

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .exportTasks(self) }
}

/// `import_tasks`: what was exported, put in as it was.
package struct ImportTasks: CatalogueOperation {
    package static let tasks = Field<TaskExport>(
        "tasks",
        """
        The tasks of an export. Of each only id and title must be there. What the user has said and is not kept \
        here, such as a recurrence, is refused by name; other members that are not known are passed over.
        """,
        presence: .required, limits: FieldLimits(maximumCount: 1_000_000))

    package static let definition = OperationDefinition(
        "import_tasks",
        title: "Import tasks",
        summary: "Put in tasks that were exported, as they were: all of them or, where one is wrong, none.",
        guidance: """
            Tasks keep their ids, dates, moods and history, and get a new ref. Those whose ids are there already are left \
            alone, so a repeat does no harm; where another user's task has an id, the copy gets a new one. A parent must \
            be in the list or there already. To make new tasks use create_task. Returns {"imported", "existing"}.
            """,
        toolset: .extended,
        effect: .write,
        isIdempotent: true,
        fields: [tasks.definition],
        result: .imported
    )

    package let tasks: TaskExport

    package init(_ arguments: inout ArgumentReader) {
        tasks = arguments.required(Self.tasks)
    }

    package var operation: TaskOperation { .importTasks(self) }
}
