package import OperationCatalogue

/// A task with those below it.
package struct TaskNode: Hashable, Sendable {
    package let task: TaskEntry
    package let children: [TaskNode]
    /// How many tasks lie below the deepest level that is shown.
    package let deeper: Int

    package init(task: TaskEntry, children: [TaskNode] = [], deeper: Int = 0) {
        self.task = task
        self.children = children
        self.deeper = deeper
    }
}

/// The tree of somebody's tasks, as much of it as a page can show.
package struct TaskTree: Hashable, Sendable {
    package let roots: [TaskNode]
    /// How many tasks there are that are not shown.
    package let omitted: Int

    package init(roots: [TaskNode], omitted: Int = 0) {
        self.roots = roots
        self.omitted = omitted
    }

    /// So many tasks make a page of about 1 MiB.
    package static let most = 1000
    /// Deeper levels have no room on a phone, and each costs stack.
    package static let deepest = 12

    /// - Parameter summaries: the payload of `list_tasks`. Tasks that were merged away are left out, with what is below
    ///   them; one whose parent is not in the list stands at the top.
    package init(_ summaries: JSONValue) {
        var builder = Builder(summaries.arrayValue ?? [])
        roots = builder.build()
        omitted = builder.count - builder.shown
    }
}

private struct Builder {
    private let tasks: [String: TaskEntry]
    private let children: [String: [String]]
    private let roots: [String]
    let count: Int
    private(set) var shown = 0

    init(_ summaries: [JSONValue]) {
        var tasks: [String: TaskEntry] = [:]
        var parents: [(id: String, parent: String?)] = []
        for summary in summaries {
            guard let task = TaskEntry(summary), task.status != .pruned, tasks[task.id] == nil else { continue }
            tasks[task.id] = task
            parents.append((task.id, summary.text(.parentID)))
        }
        var children: [String: [String]] = [:]
        var roots: [String] = []
        for (id, parent) in parents {
            if let parent, tasks[parent] != nil { children[parent, default: []].append(id) } else { roots.append(id) }
        }
        self.tasks = tasks
        self.children = children
        self.roots = roots
        count = tasks.count
    }

    mutating func build() -> [TaskNode] {
        nodes(roots, depth: 1)
    }

    private mutating func nodes(_ ids: [String], depth: Int) -> [TaskNode] {
        var nodes: [TaskNode] = []
        for id in ids {
            guard shown < TaskTree.most, let task = tasks[id] else { break }
            shown += 1
            let below = children[id] ?? []
            if depth < TaskTree.deepest {
                nodes.append(TaskNode(task: task, children: self.nodes(below, depth: depth + 1)))
            } else {
                nodes.append(TaskNode(task: task, deeper: below.count))
            }
        }
        return nodes
    }
}
