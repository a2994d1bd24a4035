import OperationCatalogue
import TaskRules

/// The short form of a task, as lists give it.
struct TaskSummary {
    let task: StoredTask
    let children: [UniqueIdentifier]
    /// How many of the tasks below it are done, and how many there are.
    let progress: (done: Int, total: Int)
    let user: StoreUser

    func write(into writer: inout JSONWriter) throws { try Self.form.write(self, into: &writer) }

    static let form = PayloadWriter<TaskSummary>(
        members + [
            .init(.reference) { $1.reference(of: $0.task.number, in: $0.user) },
            .init(.organization) { $1.string($0.user.slug) },
            .init(.number) { $1.integer($0.task.number) },
            .init(.type) { (_, writer) in writer.string("task") },
        ])

    /// Within an entry of today's list the identity stands beside it.
    static let formWithoutIdentity = PayloadWriter<TaskSummary>(members)

    private static let members: [PayloadWriter<TaskSummary>.Entry] = [
        .init(.id) { $1.identifier($0.task.state.id) },
        .init(.title) { $1.string($0.task.state.title) },
        .init(.status) { $1.string($0.task.state.status.rawValue) },
        .init(.labels) { $1.labels($0.task.state.labels) },
        .init(.parentID) { $1.identifier($0.task.state.parentID) },
        .init(.children) { $1.identifiers($0.children) },
        .init(.completeBy) { $1.time($0.task.state.completeBy) },
        .init(.productive) { $1.number($0.task.state.productive) },
        .init(.desire) { $1.number($0.task.state.desire) },
        .init(.created) { $1.time($0.task.state.created) },
        .init(.pinned) { $1.bool($0.task.state.pinned) },
        .init(.descendantsDone, where: { $0.progress.total > 0 }) { $1.integer($0.progress.done) },
        .init(.descendants, where: { $0.progress.total > 0 }) { $1.integer($0.progress.total) },
    ]
}

/// An entry of today's list.
struct DailyEntry {
    let summary: TaskSummary
    let urgency: DailyRule.Urgency

    static let form = PayloadWriter<DailyEntry>([
        .init(.dailyTask) { try TaskSummary.formWithoutIdentity.write($0.summary, into: &$1) },
        .init(.priorityScore) { $1.number($0.urgency.score) },
        .init(.urgencyReason) { $1.string($0.urgency.reason) },
        .init(.reference) { $1.reference(of: $0.summary.task.number, in: $0.summary.user) },
        .init(.organization) { $1.string($0.summary.user.slug) },
        .init(.number) { $1.integer($0.summary.task.number) },
        .init(.type) { (_, writer) in writer.string("task") },
    ])
}

/// How a task that is done felt.
struct MoodEntry {
    let task: TaskState

    static let form = PayloadWriter<MoodEntry>([
        .init(.taskID) { $1.identifier($0.task.id) },
        .init(.taskTitle) { $1.string($0.task.title) },
        .init(.finished) { $1.time($0.task.finished) },
        .init(.productive) { $1.number($0.task.productive) },
        .init(.desire) { $1.number($0.task.desire) },
        .init(.moodStart) { $1.mood($0.task.moodStart) },
        .init(.moodFinish) { $1.mood($0.task.moodFinish) },
    ])
}

extension JSONWriter {
    fileprivate mutating func identifiers(_ ids: [UniqueIdentifier]) {
        beginArray()
        for id in ids { identifier(id) }
        endArray()
    }
}
