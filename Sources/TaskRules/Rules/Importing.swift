package import OperationCatalogue

extension ImportTasks: RuledOperation {
    /// The tasks that are not there yet, as they were. Those that refer to later ones are completed at the end.
    package func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite {
        var course = try ImportCourse(tasks.heads, over: rules)
        try tasks.forEach { try course.create($0) }
        try course.referForward()
        return RuledWrite(course.changes, tasks: [], renamed: course.names.count)
    }
}

/// One import on its way. Everything is checked before the first change.
private struct ImportCourse<View: TaskView> {
    private let rules: TaskRules<View>
    /// The identifiers that tasks get in place of those that other owners' tasks have.
    let names: [UniqueIdentifier: UniqueIdentifier]
    /// The tasks that are not there yet.
    private let new: Set<UniqueIdentifier>
    /// The children of parents that are new, in their order.
    private let order: [UniqueIdentifier: [UniqueIdentifier]]
    /// The place of each new task in that order.
    private let indexes: [UniqueIdentifier: Int]
    private(set) var changes: [Change] = []
    /// The new tasks as far as they are there by now; with their parent only where that is there too.
    private var made: [UniqueIdentifier: TaskState] = [:]
    /// The last children of parents that were there before.
    private var lastChildren: [UniqueIdentifier: UniqueIdentifier] = [:]
    private var waiting: [(id: UniqueIdentifier, parent: UniqueIdentifier?, next: UniqueIdentifier?)] = []

    /// - Throws: ``ErrorCode/invalidArguments`` where a parent is nowhere.
    init(_ heads: [TaskExport.Head], over rules: TaskRules<View>) throws {
        self.rules = rules
        let view = rules.view
        var names: [UniqueIdentifier: UniqueIdentifier] = [:]
        for head in heads where try view.task(head.id) == nil {
            if try view.isTaken(head.id) { names[head.id] = view.copyIdentifier(of: head.id) }
        }
        self.names = names
        let heads = heads.map { $0.renamed(by: names) }
        let absent = try heads.indices.filter { try view.task(heads[$0].id) == nil }
        new = Set(absent.map { heads[$0].id })
        order = absent.map { heads[$0] }.childrenInOrder
        var indexes: [UniqueIdentifier: Int] = [:]
        for siblings in order.values { for (index, child) in siblings.enumerated() { indexes[child] = index } }
        self.indexes = indexes
        for index in absent {
            guard let parent = heads[index].parentID, !new.contains(parent) else { continue }
            guard try view.isThere(parent) else { throw OperationError.unknownParent(parent, at: index) }
        }
    }

    mutating func create(_ snapshot: TaskSnapshot) throws {
        let snapshot = snapshot.renamed(by: names)
        guard new.contains(snapshot.id) else { return }
        var task = TaskState(
            snapshot, parentID: snapshot.parentID, nextTaskID: snapshot.nextTaskID, at: rules.moment)
        let isParentLater = task.parentID.map { new.contains($0) && made[$0] == nil } ?? false
        let isNextLater = task.nextTaskID.map { new.contains($0) && made[$0] == nil } ?? false
        if isParentLater || isNextLater {
            waiting.append(
                (task.id, isParentLater ? task.parentID : nil, isNextLater ? task.nextTaskID : nil))
        }
        if isParentLater { task.parentID = nil }
        if isNextLater { task.nextTaskID = nil }
        if let next = task.nextTaskID, made[next] == nil, try !rules.view.isThere(next) { task.nextTaskID = nil }

        let previous = try task.parentID.flatMap { try previousSibling(of: task.id, under: $0) }
        made[task.id] = task
        let history = snapshot.actions.map { TaskAction($0.kind, at: $0.recorded) }
        changes.append(.create(task, after: previous, history: history, at: rules.moment))
    }

    /// The sibling that a task comes right after, of those that are there by now.
    private mutating func previousSibling(
        of task: UniqueIdentifier, under parent: UniqueIdentifier
    ) throws -> UniqueIdentifier? {
        guard new.contains(parent) else {
            defer { lastChildren[parent] = task }
            return try lastChildren[parent] ?? rules.view.lastChild(of: parent)
        }
        guard let siblings = order[parent], let index = indexes[task] else { return nil }
        return siblings[..<index].last { made[$0]?.parentID == parent }
    }

    /// Adds what tasks say of others that came after them.
    mutating func referForward() throws {
        for (id, parent, next) in waiting {
            guard let old = made[id] else { continue }
            var task = old
            if let parent {
                let previous = try previousSibling(of: id, under: parent)
                changes.append(
                    Change(
                        .place(from: .topLevel, to: Place(under: parent, after: previous), index: nil), of: id,
                        title: task.title, at: nil))
                task.parentID = parent
            }
            if let next {
                changes.append(
                    Change(
                        .update([
                            FieldChange(.nextTask, before: .null, after: .string(next.description))
                        ]), of: id, title: task.title, at: nil))
                task.nextTaskID = next
            }
            made[id] = task
        }
    }
}

extension [TaskExport.Head] {
    /// By the parent, where that is among them: its children in the order that it names; those that it does not name follow.
    package var childrenInOrder: [UniqueIdentifier: [UniqueIdentifier]] {
        var children: [UniqueIdentifier: [UniqueIdentifier]] = [:]
        for head in self { if let parent = head.parentID { children[parent, default: []].append(head.id) } }
        var order: [UniqueIdentifier: [UniqueIdentifier]] = [:]
        for head in self {
            guard let present = children[head.id] else { continue }
            let (known, named) = (Set(present), Set(head.children))
            var seen: Set<UniqueIdentifier> = []
            order[head.id] =
                head.children.filter { known.contains($0) && seen.insert($0).inserted }
                + present.filter { !named.contains($0) }
        }
        return order
    }
}

extension TaskState {
    /// A task as it was when it was exported, with those of its relations that it can have.
    package init(
        _ task: TaskSnapshot, parentID: UniqueIdentifier?, nextTaskID: UniqueIdentifier?, at moment: Timestamp
    ) {
        self.init(
            id: task.id, title: task.title, description: task.description, status: task.status, labels: task.labels,
            parentID: parentID, nextTaskID: nextTaskID, assignee: task.assignee, completeBy: task.completeBy,
            productive: task.productive, desire: task.desire, moodStart: task.moodStart, moodFinish: task.moodFinish,
            pinned: task.pinned, created: task.created ?? moment, finished: task.finishedWhereItIs(at: moment),
            updated: task.updated)
    }
}

extension TaskSnapshot {
    /// When it was finished, or must be taken to have been; `nil` of a task that is not.
    fileprivate func finishedWhereItIs(at moment: Timestamp) -> Timestamp? {
        if status.isActive { return nil }
        return finished ?? (status.isFinished ? updated ?? moment : nil)
    }
}

extension OperationError {
    package static func unknownParent(_ parent: UniqueIdentifier, at index: Int) -> OperationError {
        let fault = ArgumentFault(
            path: [ImportTasks.tasks.name, "\(index)", PayloadMember.parentID.name],
            message: "the task \(parent) is neither in the list nor in the store")
        return OperationError(.invalidArguments, "\(fault.place): \(fault.message)", status: 422, faults: [fault])
    }
}
