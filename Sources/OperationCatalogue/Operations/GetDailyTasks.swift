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
        payload: .list(of: .object(.dailyTask)),
        endpoint: HTTPEndpoint(.get, "/tasks/today")
    )

    package init(_ arguments: inout ArgumentReader) {}
}

extension PayloadMember {
    package static let dailyTask = PayloadMember("task", .object(.taskSummary))
    package static let priorityScore = PayloadMember(
        "priority_score", .value(.number), .optional, "The higher, the more urgent.")
    package static let urgencyReason = PayloadMember(
        "urgency_reason", .value(.text), .optionalOrNull, "Why it is on the list, in words.")
}

extension PayloadObject {
    /// The envelope dialect wraps a summary; the bare one gave a few of its members, and a score.
    fileprivate static let dailyTask = PayloadObject(
        "daily_task", [.dailyTask, .priorityScore, .urgencyReason] + PayloadMember.identity)
}
