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
        payload: .list(of: .object(.taskSummary)),
        mostResults: mostResults,
        endpoint: HTTPEndpoint(.get, "/tasks/search", namesInQuery: [query.name: "q"])
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

    package var queryValues: [(field: String, value: String)] {
        let values: [(field: String, value: String?)] = [
            (Self.query.name, query), (Self.status.name, status?.rawValue), (Self.label.name, label),
            (Self.from.name, from?.description), (Self.to.name, to?.description),
            (Self.parentID.name, parentID?.description),
        ]
        return values.compactMap { field, value in value.map { (field, $0) } }
    }
}
