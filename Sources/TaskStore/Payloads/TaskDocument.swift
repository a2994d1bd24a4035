package import OperationCatalogue
import TaskRules

/// The whole of a task, as a payload gives it.
package struct TaskDocument {
    let task: StoredTask
    let transaction: any TaskTransaction
    /// Whether it was just created: then it has no children, and no history but its creation.
    let isNew: Bool

    package init(_ task: StoredTask, isNew: Bool = false, in transaction: any TaskTransaction) {
        self.task = task
        self.isNew = isNew
        self.transaction = transaction
    }

    package func write(into writer: inout JSONWriter) throws { try Self.form.write(self, into: &writer) }

    /// About how many bytes it takes.
    package var size: Int { 1024 + task.state.title.utf8.count + task.state.description.utf8.count }
}

extension TaskDocument {
    package static let form = PayloadWriter<TaskDocument>([
        .init(.id) { $1.identifier($0.task.state.id) },
        .init(.title) { $1.string($0.task.state.title) },
        .init(.description) { $1.string($0.task.state.description) },
        .init(.status) { $1.string($0.task.state.status.rawValue) },
        .init(.labels) { $1.labels($0.task.state.labels) },
        .init(.parentID) { $1.identifier($0.task.state.parentID) },
        .init(.children) { try $0.writeChildren(into: &$1) },
        .init(.nextTaskID) { $1.identifier($0.task.state.nextTaskID) },
        .init(.assignee) { $1.identifier($0.task.state.assignee) },
        .init(.completeBy) { $1.time($0.task.state.completeBy) },
        .init(.productive) { $1.number($0.task.state.productive) },
        .init(.desire) { $1.number($0.task.state.desire) },
        .init(.moodStart) { $1.mood($0.task.state.moodStart) },
        .init(.moodFinish) { $1.mood($0.task.state.moodFinish) },
        .init(.pinned) { $1.bool($0.task.state.pinned) },
        .init(.created) { $1.time($0.task.state.created) },
        .init(.updated) { $1.time($0.task.state.updated) },
        .init(.finished) { $1.time($0.task.state.finished) },
        .init(.deleted, where: { $0.task.state.isDeleted }) { $1.time($0.task.state.deleted) },
        .init(.revision) { $1.integer($0.task.revision) },
        .init(.actions) { try $0.writeActions(into: &$1) },
        .init(.reference) { $1.reference(of: $0.task.number, in: $0.transaction.user) },
        .init(.organization) { $1.string($0.transaction.user.slug) },
        .init(.number) { $1.integer($0.task.number) },
        .init(.type) { (_, writer) in writer.string("task") },
    ])

    private func writeChildren(into writer: inout JSONWriter) throws {
        guard !isNew else { return writer.raw(.emptyArray) }
        try transaction.writeChildren(of: task, into: &writer)
    }

    private func writeActions(into writer: inout JSONWriter) throws {
        writer.beginArray()
        writer.beginObject()
        writer.key(.actionKind)
        writer.string("Created")
        writer.key(.recorded)
        writer.time(task.state.created)
        writer.endObject()
        if !isNew { try transaction.writeActions(of: task, into: &writer) }
        writer.endArray()
    }
}
