package import OperationCatalogue

/// Somebody's tasks at one moment, as the rules read them.
///
/// A store gives ``task(_:)``, ``children(of:)``, ``precedingTasks(inChainOf:)``, ``isTaken(_:)`` and
/// ``copyIdentifier(of:)``; the rest follows from these, and is
/// there for stores that know it with less work.
package protocol TaskView {
    /// The task of this identifier, deleted or not; `nil` where there is none of this owner.
    func task(_ id: UniqueIdentifier) throws -> TaskState?
    /// The identifiers of a task's children that are not deleted, in their order.
    func children(of id: UniqueIdentifier) throws -> [UniqueIdentifier]
    /// The tasks, not deleted, that are followed by this one in their chain, in the order of their creation: one, but for what an
    /// import has brought together.
    func precedingTasks(inChainOf id: UniqueIdentifier) throws -> [TaskState]
    /// Whether another owner has a task of this identifier.
    func isTaken(_ id: UniqueIdentifier) throws -> Bool
    /// The identifier that the owner's copy of another owner's task gets: always the same one for the same task.
    func copyIdentifier(of id: UniqueIdentifier) -> UniqueIdentifier

    /// The states of a task's children that are not deleted, in their order.
    func childStates(of id: UniqueIdentifier) throws -> [TaskState]
    /// Whether the task is there and not deleted.
    func isThere(_ id: UniqueIdentifier) throws -> Bool
    /// Whether a child of the task still asks for work.
    func hasActiveChildren(_ id: UniqueIdentifier) throws -> Bool
    func lastChild(of id: UniqueIdentifier) throws -> UniqueIdentifier?
    /// The sibling right before a task; `nil` for the first, and for a task without a parent.
    func previousSibling(of task: TaskState) throws -> UniqueIdentifier?
    /// The index of a child, from 0, and how many siblings it has beside itself.
    func index(of task: TaskState) throws -> (index: Int, others: Int)
    /// The child of this index, counted from 0 without one of them; `nil` past the end.
    func child(at index: Int, of id: UniqueIdentifier, without task: UniqueIdentifier) throws -> UniqueIdentifier?
    /// How many children a task has, without one of them.
    func countChildren(of id: UniqueIdentifier, without task: UniqueIdentifier) throws -> Int
    /// Whether a task is the parent of another, or that one's parent's, and so on.
    func isAncestor(_ ancestor: UniqueIdentifier, of id: UniqueIdentifier) throws -> Bool
}

extension TaskView {
    package func childStates(of id: UniqueIdentifier) throws -> [TaskState] {
        try children(of: id).map { child in
            guard let task = try task(child) else { throw OperationError.taskNotFound }
            return task
        }
    }

    package func isThere(_ id: UniqueIdentifier) throws -> Bool { try task(id)?.isDeleted == false }

    package func hasActiveChildren(_ id: UniqueIdentifier) throws -> Bool {
        try children(of: id).contains { try task($0)?.isActive == true }
    }

    package func lastChild(of id: UniqueIdentifier) throws -> UniqueIdentifier? { try children(of: id).last }

    package func previousSibling(of task: TaskState) throws -> UniqueIdentifier? {
        guard let parent = task.parentID else { return nil }
        let siblings = try children(of: parent)
        guard let index = siblings.firstIndex(of: task.id), index > 0 else { return nil }
        return siblings[index - 1]
    }

    package func index(of task: TaskState) throws -> (index: Int, others: Int) {
        guard let parent = task.parentID else { return (0, 0) }
        let siblings = try children(of: parent)
        return (siblings.firstIndex(of: task.id) ?? 0, max(0, siblings.count - 1))
    }

    package func child(
        at index: Int, of id: UniqueIdentifier, without task: UniqueIdentifier
    ) throws -> UniqueIdentifier? {
        let others = try children(of: id).filter { $0 != task }
        return others.indices.contains(index) ? others[index] : nil
    }

    package func countChildren(of id: UniqueIdentifier, without task: UniqueIdentifier) throws -> Int {
        try children(of: id).count { $0 != task }
    }

    package func isAncestor(_ ancestor: UniqueIdentifier, of id: UniqueIdentifier) throws -> Bool {
        // A cycle, which only damage can have made, must not go on for ever.
        var seen: Set<UniqueIdentifier> = []
        var next = try task(id)?.parentID
        while let parent = next, seen.insert(parent).inserted {
            if parent == ancestor { return true }
            next = try task(parent)?.parentID
        }
        return false
    }

    /// The task of this identifier.
    ///
    /// - Throws: ``ErrorCode/notFound`` where there is none, or it is deleted.
    package func existingTask(_ id: UniqueIdentifier) throws -> TaskState {
        guard let task = try task(id), !task.isDeleted else { throw OperationError.taskNotFound }
        return task
    }

    /// Where a task is.
    package func place(of task: TaskState) throws -> Place {
        Place(under: task.parentID, after: try previousSibling(of: task))
    }
}

extension OperationError {
    package static let taskNotFound = OperationError(.notFound, "task not found")
    static let parentNotFound = OperationError(.notFound, "parent task not found")
}
