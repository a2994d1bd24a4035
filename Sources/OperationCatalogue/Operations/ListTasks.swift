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
        payload: .list(of: .object(.taskSummary)),
        endpoint: HTTPEndpoint(.get, "/tasks")
    )

    package init(_ arguments: inout ArgumentReader) {}
}
