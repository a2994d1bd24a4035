import OperationCatalogue

/// Who is whose child among all tasks of an owner, and how far each one's descendants are: read and counted in one pass
/// each, so that a list of all tasks asks nothing for a single row.
struct TaskForest {
    /// By sequence: where a task's children begin in `childIDs`. One more than there are sequences.
    private var starts: [Int32]
    private var childIDs: [UniqueIdentifier] = []
    private var progress: [TaskSummary.Progress]

    /// - Throws: ``SQLiteFailure``.
    init(of owner: Owner, in transaction: StoreTransaction) throws {
        let count = Int(owner.lastSequence) + 1
        starts = Array(repeating: 0, count: count + 1)
        progress = Array(repeating: .init(), count: count)
        var parents: [Int32] = Array(repeating: -1, count: count)
        var isDone: [Bool] = Array(repeating: false, count: count)

        // The index holds all that is asked for, in this order.
        let statement = try transaction.prepare(
            """
            SELECT parent, key, uuid, status = 'done' FROM task INDEXED BY task_child
            WHERE parent BETWEEN ?1 AND ?2 AND deleted_at IS NULL ORDER BY parent, position
            """
        )
        statement.bind(1, owner.taskKeys.lowerBound)
        statement.bind(2, owner.taskKeys.upperBound)
        try statement.forEach { row in
            let parent = Int(TaskKey.sequence(of: row.integer(0)))
            let child = Int(TaskKey.sequence(of: row.integer(1)))
            guard let id = row.identifier(2), parent < count, child < count else { return }
            starts[parent + 1] += 1
            childIDs.append(id)
            parents[child] = Int32(truncatingIfNeeded: parent)
            isDone[child] = row.bool(3)
        }
        countDescendants(parents: parents, isDone: isDone)
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
    }

    /// Goes from the leaves up: a task is counted into its parent once all its own children are counted into it.
    private mutating func countDescendants(parents: [Int32], isDone: [Bool]) {
        var missing = starts.dropFirst().map { $0 }
        var ready = parents.indices.filter { missing[$0] == 0 && parents[$0] >= 0 }
        while let task = ready.popLast() {
            let parent = Int(parents[task])
            guard parent >= 0 else { continue }
            progress[parent].done += progress[task].done + (isDone[task] ? 1 : 0)
            progress[parent].total += progress[task].total + 1
            missing[parent] -= 1
            if missing[parent] == 0 { ready.append(parent) }
        }
    }

    /// The identifiers of a task's children in their order.
    func children(of sequence: Int) -> ArraySlice<UniqueIdentifier> {
        guard sequence + 1 < starts.count else { return [] }
        return childIDs[Int(starts[sequence])..<Int(starts[sequence + 1])]
    }

    /// `nil` where there are no children.
    func progress(of sequence: Int) -> TaskSummary.Progress? {
        guard sequence < progress.count, progress[sequence].total > 0 else { return nil }
        return progress[sequence]
    }
}
