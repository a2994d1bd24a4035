import OperationCatalogue
import SQLiteFile
import TaskRules
import TaskStore

extension OwnedTasks {
    func commit(_ changes: [Change]) throws {
        var index = 0
        while index < changes.count {
            let count = Self.movesSideBySide(in: changes[index...])
            if count > 1 { reservedPositions = try positions(for: count, from: changes[index])[...] }
            for change in changes[index..<index + count] { try apply(change) }
            reservedPositions = []
            index += count
        }
    }

    private func apply(_ change: Change) throws {
        let key: Int64
        switch change.effect {
        case .create(let task, let previous): key = try create(task, after: previous)
        case .update(let fields):
            key = try replaceRow(of: change) { row in
                let old = row.state
                row.task.state = try ChangeCheck.applying(fields, to: old)
                if row.state.nextTaskID != old.nextTaskID { row.nextKey = try nextKey(of: row.state, in: row.key) }
            }
        case .place(let old, let new, _):
            key = try replaceRow(of: change) { row in
                try ChangeCheck.check(try place(of: row.state), is: old, of: change.task)
                if let parent = row.parentKey { forgetLastChild(under: parent) }
                try put(&row, at: new)
            }
        case .delete(let task, let previous): key = try delete(task, after: previous, change)
        }
        for action in change.history { try record(action, on: key) }
    }

    private func replaceRow(of change: Change, _ body: (inout TaskRow) throws -> Void) throws -> Int64 {
        guard let old = try liveRow(change.task) else { throw ChangeConflict.isNotThere(change.task) }
        var new = old
        try body(&new)
        if let moment = change.moment { new.task.state.updated = moment }
        try replace(old, with: &new)
        keep(new)
        return new.key
    }

    // MARK: Creating

    private func create(_ task: TaskState, after previous: UniqueIdentifier?) throws -> Int64 {
        if let deleted = try row(task.id) { return try restore(task, after: previous, in: deleted) }
        var row = TaskRow(
            key: TaskKey.make(owner: owner.key, sequence: owner.nextSequence()),
            task: StoredTask(task, number: owner.lastSequence, revision: owner.nextRevision()))
        try put(&row, at: Place(under: task.parentID, after: previous))
        row.nextKey = try nextKey(of: task, in: row.key)
        guard try insert(row) else { throw ChangeConflict.isTaken(task.id) }
        store.forget(task.id, butIn: self)
        keep(row)
        return row.key
    }

    /// Brings a deleted task back, under its old number.
    private func restore(_ task: TaskState, after previous: UniqueIdentifier?, in old: TaskRow) throws -> Int64 {
        guard old.state.isDeleted else { throw ChangeConflict.isTaken(task.id) }
        var row = old
        row.task.state = task
        try put(&row, at: Place(under: task.parentID, after: previous))
        row.nextKey = try nextKey(of: task, in: row.key)
        try replace(old, with: &row)
        keep(row)
        return row.key
    }

    private func nextKey(of task: TaskState, in key: Int64) throws -> Int64? {
        guard let next = task.nextTaskID else { return nil }
        // Only an import can have made a chain that leads back to the task itself.
        if next == task.id { return key }
        guard let row = try liveRow(next) else {
            throw ChangeConflict.hasNoNext(next, task.id)
        }
        return row.key
    }

    // MARK: Deleting

    private func delete(_ task: TaskState, after previous: UniqueIdentifier?, _ change: Change) throws -> Int64 {
        guard let old = try liveRow(task.id) else { throw ChangeConflict.isNotThere(task.id) }
        try ChangeCheck.check(old.state, is: task)
        try ChangeCheck.check(
            try place(of: old.state), is: Place(under: task.parentID, after: previous), of: task.id)
        if let child = try lastChild(of: task.id) {
            throw ChangeConflict.hasChild(child, task.id)
        }
        if let before = try precedingTasks(inChainOf: task.id).first(where: { $0.id != task.id }) {
            throw ChangeConflict.isFollowed(by: task.id, before.id)
        }
        var row = old
        row.task.state.deleted = change.moment
        row.task.state.updated = change.moment
        row.task.state.nextTaskID = nil
        row.nextKey = nil
        try replace(old, with: &row)
        keep(row)
        forgetOrder()
        return row.key
    }
}

// MARK: - Places

extension OwnedTasks {
    /// Gives a row the parent and the position of a place.
    private func put(_ row: inout TaskRow, at place: Place) throws {
        guard let parent = place.parentID else {
            row.task.state.parentID = nil
            (row.parentKey, row.position) = (nil, nil)
            return forgetOrder()
        }
        guard let parentKey = try liveRow(parent)?.key, try parent != row.id && !isAncestor(row.id, of: parent) else {
            throw ChangeConflict.hasNoPlace(under: parent, row.id)
        }
        row.position = try position(after: place.previousID, under: parent, parentKey, for: row.id)
        row.task.state.parentID = parent
        row.parentKey = parentKey
    }

    private func position(
        after previous: UniqueIdentifier?, under parent: UniqueIdentifier, _ parentKey: Int64, for id: UniqueIdentifier
    ) throws -> Int64 {
        guard let previous else {
            forgetOrder()
            return try firstPosition(under: parentKey)
        }
        if reservedPositions.isEmpty, let last = position(ofLastChild: previous, under: parentKey) {
            keepLastChild(id, at: last + Self.spacing, under: parentKey)
            return last + Self.spacing
        }
        forgetOrder()
        let sibling = try liveRow(previous)
        try ChangeCheck.check(sibling?.state, isUnder: parent, for: id, at: previous)
        if let reserved = reservedPositions.popFirst() { return reserved }
        return try positions(1, after: sibling?.position ?? 0, under: parentKey)[0]
    }

    /// How many of the changes, from the first, put tasks side by side: each right behind the one before.
    private static func movesSideBySide(in changes: ArraySlice<Change>) -> Int {
        var count = 0
        var previous: (id: UniqueIdentifier, parent: UniqueIdentifier?)?
        for change in changes {
            guard case .place(_, let place, _) = change.effect else { break }
            if let previous, place.previousID != previous.id || place.parentID != previous.parent { break }
            previous = (change.task, place.parentID)
            count += 1
        }
        return max(count, 1)
    }

    /// So many positions side by side, from the place that a change gives: taken one by one between the same two siblings they would
    /// soon come to lie too close.
    private func positions(for count: Int, from change: Change) throws -> [Int64] {
        guard case .place(_, let place, _) = change.effect, let parent = place.parentID,
            let previous = try place.previousID.flatMap({ try liveRow($0) }), previous.state.parentID == parent,
            let parentKey = previous.parentKey, let position = previous.position
        else { return [] }
        return try positions(count, after: position, under: parentKey)
    }
}
