import OperationCatalogue

extension TaskRules {
    /// Puts children of a task under its parent, right after the task itself, in their order.
    ///
    /// - Parameters:
    ///   - children: those that move, in their order.
    ///   - task: their parent, which is still there.
    ///   - index: the place that the first of them gets, from 0, for the history; `nil` without a parent.
    func moveUp(_ children: [TaskState], from task: TaskState, toIndex index: Int?) throws -> [Change] {
        guard !children.isEmpty else { return [] }
        let moving = Set(children.map(\.id))
        var states: [UniqueIdentifier: TaskState] = [:]
        for child in children { states[child.id] = child }

        var changes: [Change] = []
        // Of those before it in the old order, a child that moves leaves behind those that stay: the others have moved already.
        var lastThatStays: UniqueIdentifier?
        var lastThatMoved = task.id
        for id in try view.children(of: task.id) {
            guard moving.contains(id), let child = states[id] else {
                lastThatStays = id
                continue
            }
            changes.append(
                .place(
                    child, from: Place(under: task.id, after: lastThatStays),
                    to: Place(under: task.parentID, after: lastThatMoved),
                    index: task.parentID == nil ? nil : index.map { $0 + changes.count }, at: moment))
            lastThatMoved = id
        }
        return changes
    }
}
