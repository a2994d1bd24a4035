package import OperationCatalogue

/// Tells which operations of a log have changed one task: those whose subject it was, also where they failed, and those that
/// moved it or put it elsewhere in its chain by what they did to another task.
///
/// Changes say so where the backend has told all of them. Other records say nothing of it, so it follows where tasks are from what
/// changes and payloads say of them, in memory that is bounded; in a log that begins late or was cut, it knows what the records
/// since then tell.
package struct TaskHistory {
    /// What is kept of the places of other tasks: so many tasks' at most, the ones that were heard of last.
    private static let mostPlaces = 1 << 17

    private let task: UniqueIdentifier
    private let catalogue: Catalogue
    private var own = Place()
    /// Whether it is active, so that it moves up where its parent is pruned.
    private var isActive = true
    private var places = RecentPlaces(most: mostPlaces)

    /// What the operation did to the task.
    package enum Effect: Hashable, Sendable {
        /// It was its subject, or was given as changed.
        case changed
        /// Its parent was taken away: it moved up.
        case movedUp
        /// What followed it was taken away.
        case followedAnew
    }

    package init(of task: UniqueIdentifier, catalogue: Catalogue = .standard) {
        self.task = task
        self.catalogue = catalogue
    }

    /// Takes the next operation, as ``OperationPairing`` gives it.
    ///
    /// - Returns: what it did to the task; `nil` where it did nothing.
    package mutating func effect(of operation: LogRecord) -> Effect? {
        guard let definition = operation.text("op").flatMap({ catalogue.definition(of: $0) }), definition.isWrite
        else { return nil }
        let (arguments, result) = (operation.value("args"), operation.value("result"))
        let changes = RecordedChange.all(in: operation.value("changes"))
        let subjects = Self.identifiers(definition.subjects(in: arguments))
        let touched = Self.identifiers(definition.touchedTasks(arguments: arguments, result: result, changes: changes))
        var effect: Effect? = touched.contains(task) ? .changed : nil
        // What may have happened counts as well.
        if !operation.has("status", "failed"), !operation.has("status", "skipped") {
            let told = subjects.contains(task) ? nil : self.effect(of: changes, definition)
            let indirect = follow(definition, subjects, result, changes)
            effect = told ?? effect ?? indirect
        }
        for change in changes { note(change) }
        for given in definition.tasksGiven(by: result) { note(given) }
        for field in definition.fields where field.kind == .taskList {
            for imported in arguments?[field.name]?.arrayValue ?? [] { note(imported, isNew: true) }
        }
        return effect
    }

    private static func identifiers(_ texts: Set<String>) -> Set<UniqueIdentifier> {
        Set(texts.compactMap { UniqueIdentifier($0) })
    }

    /// What the changes say that an operation on other tasks has done to the task beside them.
    private func effect(of changes: [RecordedChange], _ definition: OperationDefinition) -> Effect? {
        guard let own = changes.first(where: { $0.concerns(task) }) else { return nil }
        switch (definition.effectOnOthers, own.kind) {
        case (.removesTask, .place), (.prunesTasks, .place): return .movedUp
        case (.removesTask, .update): return .followedAnew
        default: return .changed
        }
    }

    /// What the operation does to the task by what it does to others.
    private mutating func follow(
        _ definition: OperationDefinition, _ subjects: Set<UniqueIdentifier>, _ result: JSONValue?,
        _ changes: [RecordedChange]
    ) -> Effect? {
        if definition.effectOnOthers == .removesTask, let removed = subjects.first, removed != task {
            if own.next == removed {
                own.next = places[removed]?.next
                if own.parent != removed { return .followedAnew }
            }
            guard own.parent == removed else { return nil }
            own.parent = places[removed]?.parent
            return .movedUp
        }
        guard definition.effectOnOthers == .prunesTasks, isActive, let parent = own.parent else { return nil }
        let pruned = definition.tasksGiven(by: result).first { given in
            given.identifier(.id) == parent
                && given[.status]?.stringValue == TaskStatus.pruned.rawValue
        }
        let isPruned = changes.contains { change in
            change.concerns(parent) && change[after: .status]?.stringValue == TaskStatus.pruned.rawValue
        }
        guard pruned != nil || isPruned else { return nil }
        own.parent = pruned.map { $0.identifier(.parentID) } ?? places[parent]?.parent
        return .movedUp
    }

    /// Where a task is now, by what a change says of it.
    private mutating func note(_ change: RecordedChange) {
        for id in change.tasks.compactMap({ UniqueIdentifier($0) }) {
            var place = id == task ? own : places[id] ?? Place()
            if change.kind == .create { place = Place() }
            if let parent = change[after: .parentID] {
                place.parent = parent.stringValue.flatMap { UniqueIdentifier($0) }
            }
            if let next = change[after: .nextTaskID] { place.next = next.stringValue.flatMap { UniqueIdentifier($0) } }
            guard id == task else {
                places[id] = place
                continue
            }
            own = place
            if let status = change[after: .status]?.stringValue.flatMap({ TaskStatus(rawValue: $0) }) {
                isActive = status.isActive
            }
        }
    }

    /// Where a task is now, by what a payload says of it.
    ///
    /// - Parameter isNew: whether it says so only of a task that was not there before.
    private mutating func note(_ given: JSONValue, isNew: Bool = false) {
        guard let id = given.identifier(.id), given[.parentID] != nil else { return }
        let place = Place(parent: given.identifier(.parentID), next: given.identifier(.nextTaskID))
        if id == task {
            if isNew, own != Place() { return }
            own = place
            let status = given[.status]?.stringValue.flatMap { TaskStatus(rawValue: $0) }
            isActive = status?.isActive ?? true
        } else if !isNew || places[id] == nil {
            places[id] = place
            // A parent tells of its children as well.
            let children = given[.children]?.arrayValue ?? []
            if own.parent == nil, children.contains(.string(task.description)) { own.parent = id }
        }
    }
}

extension JSONValue {
    /// The identifier under a member of a payload.
    fileprivate func identifier(_ member: PayloadMember) -> UniqueIdentifier? {
        self[member.name]?.stringValue.flatMap { UniqueIdentifier($0) }
    }
}

/// Where a task is: under which parent, and before what.
private struct Place: Equatable {
    var parent: UniqueIdentifier?
    var next: UniqueIdentifier?
}

/// The places of the tasks that were heard of last.
private struct RecentPlaces {
    private let most: Int
    private var recent: [UniqueIdentifier: Place] = [:]
    private var older: [UniqueIdentifier: Place] = [:]

    init(most: Int) { self.most = most }

    subscript(id: UniqueIdentifier) -> Place? {
        get { recent[id] ?? older[id] }
        set {
            // A task at the top, which nothing follows, is like one that is not known.
            guard let newValue, newValue.parent != nil || newValue.next != nil else {
                recent[id] = nil
                older[id] = nil
                return
            }
            recent[id] = newValue
            if recent.count >= most / 2 { (older, recent) = (recent, [:]) }
        }
    }
}
