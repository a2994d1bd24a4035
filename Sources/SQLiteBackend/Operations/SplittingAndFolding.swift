import OperationCatalogue

extension StoreTransaction {
    /// Two new children after those that are there, with the task's labels.
    func split(_ operation: SplitTask, owner: Owner) throws -> JSONText {
        let old = try task(operation.taskID, of: owner)
        let moment = now
        let position = try lastPosition(under: old.key)
        let first = try addTask(
            title: operation.firstTitle, description: operation.firstDescription, labels: old.labels,
            parent: old.reference, position: position, owner: owner, at: moment)
        let second = try addTask(
            title: operation.secondTitle, description: operation.secondDescription, labels: old.labels,
            parent: old.reference, position: try lastPosition(under: old.key), owner: owner, at: moment)
        var task = old
        try store(&task, replacing: old, owner: owner, at: moment)
        try record(.split(child: first.id), on: task, owner: owner, at: moment)
        try record(.split(child: second.id), on: task, owner: owner, at: moment)

        var writer = JSONWriter(reservingCapacity: 2048)
        writer.beginObject()
        writer.key(.parent)
        try write(task, owner: owner, into: &writer)
        writer.key(.firstChild)
        try write(first, owner: owner, isNew: true, into: &writer)
        writer.key(.secondChild)
        try write(second, owner: owner, isNew: true, into: &writer)
        writer.endObject()
        return writer.takeText()
    }

    /// A new task between this one and what follows it in the chain, and right after it among its siblings. Only a split
    /// inherits labels: the next step has those that it is given.
    func fold(_ operation: FoldTask, owner: Owner) throws -> JSONText {
        let old = try task(operation.taskID, of: owner)
        let moment = now
        var position: Int64?
        if let parent = old.parent, let own = old.position {
            position = try positions(1, after: own, under: parent.key)[0]
        }
        let next = try addTask(
            title: operation.title, description: operation.description,
            labels: JSONText(labels: operation.labels ?? []),
            parent: old.parent, position: position, owner: owner, at: moment
        ) {
            $0.next = old.next
            $0.desire = operation.desire
            $0.productive = operation.productive
            $0.completeBy = operation.completeBy
        }
        var original = old
        original.next = next.reference
        try store(&original, replacing: old, owner: owner, at: moment)
        try record(.foldedInto(next: next.id), on: original, owner: owner, at: moment)

        var writer = JSONWriter(reservingCapacity: 2048)
        writer.beginObject()
        writer.key(.original)
        try write(original, owner: owner, into: &writer)
        writer.key(.nextTask)
        try write(next, owner: owner, isNew: true, into: &writer)
        writer.endObject()
        return writer.takeText()
    }
}
