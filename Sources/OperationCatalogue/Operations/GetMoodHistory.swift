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
        payload: .list(of: .object(.moodEntry)),
        endpoint: HTTPEndpoint(.get, "/tasks/mood-history")
    )

    package init(_ arguments: inout ArgumentReader) {}
}

extension PayloadMember {
    package static let taskID = PayloadMember(TaskFields.taskID, .required)
    package static let taskTitle = PayloadMember("task_title", .value(.text))
}

extension PayloadObject {
    fileprivate static let moodEntry = PayloadObject(
        "mood_entry", [.taskID, .taskTitle, .finished, .productive, .desire, .moodStart, .moodFinish])
}
