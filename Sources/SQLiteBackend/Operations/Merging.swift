import OperationCatalogue

extension StoreTransaction {
    /// The content of the active children goes into their parent, and they are pruned. Their own active children would go
    /// out of sight with them, so these move up to the parent, to the place of the child that they belonged to.
    func merge(_ operation: MergeTask, owner: Owner) throws -> JSONText {
        let child = try task(operation.taskID, of: owner)
        guard let reference = child.parent else {
            throw OperationError(.invalidState, "cannot merge a task that has no parent")
        }
        let old = try task(reference, of: owner)
        let children = try children(of: old.key, onlyActive: true, owner: owner)
        guard !children.isEmpty else {
            throw OperationError(.invalidState, "cannot merge: the parent has no active children")
        }
        let moment = now
        var merged: [TaskRow] = []
        for child in children {
            // Read anew, since making room for grandchildren can shift it.
            let old = try task(child.id, of: owner)
            try moveUp(
                try self.children(of: old.key, onlyActive: true, owner: owner), from: old, owner: owner, at: moment)
            var pruned = old
            pruned.enter(.pruned, at: moment)
            try store(&pruned, replacing: old, owner: owner, at: moment)
            try record(.mergedIntoParent, on: pruned, owner: owner, at: moment)
            merged.append(pruned)
        }
        var parent = old
        parent.description = old.description.appending(contentOf: children)
        try store(&parent, replacing: old, owner: owner, at: moment)
        for child in merged { try record(.mergedChild(child.id), on: parent, owner: owner, at: moment) }

        var writer = JSONWriter(reservingCapacity: 1024 * (merged.count + 1))
        writer.beginObject()
        writer.key(.parent)
        try write(parent, owner: owner, into: &writer)
        writer.key(.mergedChildren)
        writer.beginArray()
        for child in merged { try write(child, owner: owner, into: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.takeText()
    }

    /// Puts children of a task under its parent, right after the task itself.
    func moveUp(_ children: [TaskRow], from task: TaskRow, owner: Owner, at moment: Timestamp) throws {
        guard !children.isEmpty else { return }
        var places: [Int64?] = Array(repeating: nil, count: children.count)
        var index: Int?
        if let parent = task.parent, let position = task.position {
            places = try positions(children.count, after: position, under: parent.key)
            index = try place(of: task, under: parent.key).index + (task.deleted == nil ? 1 : 0)
        }
        for (offset, old) in children.enumerated() {
            var child = old
            child.parent = task.parent
            child.position = places[offset]
            try store(&child, replacing: old, owner: owner, at: moment)
            try record(
                .moved(from: task.id, to: task.parent?.id, position: index.map { $0 + offset }),
                on: child, owner: owner, at: moment)
        }
    }
}

extension String {
    /// Appends each task as a Markdown section of its own: the title as a heading, then the description.
    fileprivate func appending(contentOf tasks: [TaskRow]) -> String {
        tasks.reduce(into: self) { text, task in
            if !text.isEmpty { text += "\n\n" }
            text += "## \(task.title)"
            if !task.description.isEmpty { text += "\n\n\(task.description)" }
        }
    }
}
