import OperationCatalogue
import TaskRules

/// The payloads of writes: the tasks as they are afterwards.
extension TaskTransaction {
    /// The whole of a task.
    func document(_ id: UniqueIdentifier, isNew: Bool = false) throws -> TaskDocument {
        guard let task = try storedTask(id) else { throw OperationError.taskNotFound }
        return TaskDocument(task, isNew: isNew, in: self)
    }

    /// Of one task, by itself.
    func taskPayload(_ id: UniqueIdentifier, isNew: Bool = false) throws -> JSONText {
        let document = try document(id, isNew: isNew)
        var writer = JSONWriter(reservingCapacity: document.size)
        try document.write(into: &writer)
        return writer.takeText()
    }

    /// Of several tasks, each under its name.
    func payload(_ tasks: [(member: PayloadMember, id: UniqueIdentifier, isNew: Bool)]) throws -> JSONText {
        var writer = JSONWriter(reservingCapacity: 2048)
        writer.beginObject()
        for task in tasks {
            writer.key(task.member)
            try document(task.id, isNew: task.isNew).write(into: &writer)
        }
        writer.endObject()
        return writer.takeText()
    }

    /// Of a parent and the children that were merged into it.
    func mergePayload(_ parent: UniqueIdentifier, _ children: some Collection<UniqueIdentifier>) throws -> JSONText {
        var writer = JSONWriter(reservingCapacity: 1024 * (children.count + 1))
        writer.beginObject()
        writer.key(.parent)
        try document(parent).write(into: &writer)
        writer.key(.mergedChildren)
        writer.beginArray()
        for child in children { try document(child).write(into: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.takeText()
    }
}
