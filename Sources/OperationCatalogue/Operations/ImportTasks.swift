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
        payload: .object(.imported),
        effectOnOthers: .addsTasks,
        endpoint: HTTPEndpoint(
            .post, "/tasks/import", bareListField: tasks.name, mostBodyBytes: 16 * 1_048_576)
    )

    package let tasks: TaskExport

    package init(_ arguments: inout ArgumentReader) {
        tasks = arguments.required(Self.tasks)
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(Self.tasks, tasks)
    }
}

extension PayloadMember {
    package static let imported = PayloadMember("imported", .value(.integer), .required, "How many tasks were put in.")
    package static let existing = PayloadMember(
        "existing", .value(.integer), .required, "How many were there already, and were left alone.")
    package static let renamed = PayloadMember(
        "renamed", .value(.integer), .optional,
        "How many were given new ids, since other users of the store have tasks with theirs.")
}

extension PayloadObject {
    fileprivate static let imported = PayloadObject("imported", [.imported, .existing, .renamed])
}
