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
        payload: .object(.export),
        endpoint: HTTPEndpoint(.get, "/tasks/export")
    )

    package init(_ arguments: inout ArgumentReader) {}
}

extension PayloadObject {
    fileprivate static let export = PayloadObject(
        "export", [PayloadMember(ImportTasks.tasks.name, .list(of: .object(.task)), .required)])
}
