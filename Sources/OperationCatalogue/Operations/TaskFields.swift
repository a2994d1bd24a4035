/// The arguments that several operations share.
package enum TaskFields {
    package static let taskID = Field<UniqueIdentifier>("task_id", "The task's UUID.", presence: .required)
    package static let title = Field<String>(
        "title", "What is to be done, in a line.", presence: .required, limits: titleLimits)
    package static let description = Field<String>(
        "description", "The details, in Markdown or plain text.", default: "")
    package static let labels = Field<[String]>("labels", "Labels to file the task under.", limits: labelLimits)
    package static let assignee = Field<UniqueIdentifier>("assignee", "The UUID of the user who is to do it.")
    package static let completeBy = Field<Timestamp>(
        "complete_by", "When it must be done, as an RFC 3339 date and time (ISO 8601), such as 2026-11-30T17:00:00Z.")
    package static let productive = Field<Double>(
        "productive", "How productive the task feels, from -1 to 1.", limits: feelingLimits)
    package static let desire = Field<Double>(
        "desire", "How much the user wants to do it, from -1 to 1.", limits: feelingLimits)

    static let titleLimits = FieldLimits(length: 1...2000)
    static let labelLimits = FieldLimits(length: 1...200, maximumCount: 100)
    /// The seed says 0 to 1; live data holds negatives down to -1.
    static let feelingLimits = FieldLimits(range: -1...1)
}
