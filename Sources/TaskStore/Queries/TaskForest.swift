import OperationCatalogue
import TaskRules

/// All tasks of an owner as they are at one moment, and how far those below each are.
struct TaskForest {
    let tasks: [StoredTask]
    private let user: StoreUser
    private var children: [UniqueIdentifier: [UniqueIdentifier]] = [:]
    private var states: [UniqueIdentifier: TaskState] = [:]

    init(of transaction: any TaskTransaction) throws {
        var all: [StoredTask] = []
        try transaction.forEachTask { all.append($0) }
        tasks = all
        user = transaction.user
        for task in all {
            states[task.state.id] = task.state
            children[task.state.id] = try transaction.children(of: task.state.id)
        }
    }

    func summary(of task: StoredTask) -> TaskSummary {
        TaskSummary(
            task: task, children: children[task.state.id] ?? [], progress: progress(below: task.state.id), user: user)
    }

    private func progress(below id: UniqueIdentifier) -> (done: Int, total: Int) {
        var (done, total) = (0, 0)
        var waiting = children[id] ?? []
        while let next = waiting.popLast() {
            total += 1
            if states[next]?.status == .done { done += 1 }
            waiting += children[next] ?? []
        }
        return (done, total)
    }

    func hasActiveChildren(_ task: StoredTask) -> Bool {
        (children[task.state.id] ?? []).contains { states[$0]?.isActive == true }
    }
}
