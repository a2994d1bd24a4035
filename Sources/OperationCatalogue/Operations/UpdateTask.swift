/// `update_task`: new values for some of a task's fields.
package struct UpdateTask: TaskOperation {
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
        payload: .object(.task),
        endpoint: HTTPEndpoint(.patch, "/tasks/*")
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

    /// A description and labels always have a value, so clearing them is said as an empty one, which no backend can take for
    /// "unchanged".
    package func writeBody(to body: inout JSONWriter) {
        body.member(Self.title, title)
        body.member(Self.description, description, cleared: "")
        body.member(Self.status, status)
        body.member(Self.labels, labels, cleared: [])
        body.member(Self.assignee, assignee)
        body.member(Self.completeBy, completeBy)
        body.member(Self.productive, productive)
        body.member(Self.desire, desire)
        body.member(Self.moodStart, moodStart)
        body.member(Self.moodFinish, moodFinish)
        body.member(Self.pinned, pinned)
    }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [ChangesTold.update(of: payload, membersSet)].whole
    }
}
