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

    /// The tasks that a write gives, in the form of the operation's payload: one task, or an object whose members are tasks, the last
    /// perhaps a list of all the others.
    func payload(of write: RuledWrite, as form: PayloadForm) throws -> JSONText {
        var tasks = write.tasks[...]
        guard case .object(let object) = form, let first = tasks.first else { throw PayloadMismatch() }
        if form.isObject(.task) { return try taskPayload(first, isNew: write.creates(first)) }

        var writer = JSONWriter(reservingCapacity: 1024 * tasks.count)
        writer.beginObject()
        for member in object.members {
            writer.key(member)
            switch member.form {
            case .object:
                guard let task = tasks.popFirst() else { throw PayloadMismatch() }
                try document(task, isNew: write.creates(task)).write(into: &writer)
            case .list:
                writer.beginArray()
                while let task = tasks.popFirst() { try document(task).write(into: &writer) }
                writer.endArray()
            case .value, .anything: throw PayloadMismatch()
            }
        }
        writer.endObject()
        return writer.takeText()
    }
}

extension RuledWrite {
    fileprivate func creates(_ task: UniqueIdentifier) -> Bool {
        changes.contains { change in
            guard change.task == task, case .create = change.effect else { return false }
            return true
        }
    }
}

/// The form of a payload asks for other tasks than the write gives. No error of the operation, which has been carried out by then: the
/// transaction is taken back.
private struct PayloadMismatch: Error {}
