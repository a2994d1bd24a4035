package import OperationCatalogue
package import TaskRules

/// Somewhere tasks are kept.
package protocol TaskStore: Sendable {
    /// Hands the caller's tasks to `body`, which changes nothing. They stay as they are while it looks.
    ///
    /// - Throws: what `body` throws; ``ErrorCode/forbidden`` where the store does not know the caller's owner; what the store throws
    ///   where it fails.
    func view<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value

    /// The same with a body that may change them: all its changes are kept where it returns, and none where it throws.
    func change<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value

    func close() async
}

/// The tasks of one owner within one transaction: what rules read, what changes are carried out on, and what queries ask.
///
/// A store gives what stands first; the queries follow from that, and are there for stores that answer them with less work.
package protocol TaskTransaction: AnyObject, TaskView {
    var user: StoreUser { get }
    /// The highest number that a task has.
    var lastNumber: Int64 { get }
    /// The highest revision that a task has.
    var lastRevision: Int64 { get }
    /// The task of this identifier, deleted or not; `nil` where there is none of this owner.
    func storedTask(_ id: UniqueIdentifier) throws -> StoredTask?
    /// Hands the tasks that are not deleted to `body`, in the order of their numbers.
    func forEachTask(_ body: (StoredTask) throws -> Void) throws
    /// A task's history, the oldest first, without its creation.
    func forEachAction(of id: UniqueIdentifier, _ body: (TaskAction) throws -> Void) throws
    /// Carries out changes in their order.
    ///
    /// - Throws: ``ChangeConflict`` at the first that expects what is not there; those before it are carried out by then, so whoever
    ///   calls takes the transaction back.
    func commit(_ changes: [Change]) throws

    // MARK: Queries

    /// Puts in the tasks that are not there yet, and tells what that comes to: not change by change, which would be too many to be held.
    func importTasks(_ operation: ImportTasks, by rules: RulesContext) throws -> ImportOutcome
    func writeList(into writer: inout JSONWriter) throws
    func writeExport(into writer: inout JSONWriter) throws
    func writeMatches(of operation: SearchTasks, into writer: inout JSONWriter) throws
    func writeDailyTasks(at moment: Timestamp, into writer: inout JSONWriter) throws
    func writeMoodHistory(into writer: inout JSONWriter) throws
    /// Writes the identifiers of a task's children in their order.
    func writeChildren(of task: StoredTask, into writer: inout JSONWriter) throws
    /// Writes the entries of a task's history, without its creation, into an array that has begun.
    func writeActions(of task: StoredTask, into writer: inout JSONWriter) throws
}

extension TaskTransaction {
    package func task(_ id: UniqueIdentifier) throws -> TaskState? { try storedTask(id)?.state }

    package func writeChildren(of task: StoredTask, into writer: inout JSONWriter) throws {
        writer.beginArray()
        for child in try children(of: task.state.id) {
            writer.identifier(child)
            try writer.relieve()
        }
        writer.endArray()
    }

    package func writeActions(of task: StoredTask, into writer: inout JSONWriter) throws {
        try forEachAction(of: task.state.id) { action in
            writer.beginObject()
            writer.key(.actionKind)
            writer.raw(action.kind)
            writer.key(.recorded)
            writer.time(action.recorded)
            writer.endObject()
            try writer.relieve()
        }
    }
}

/// What rules are given beside a view.
package struct RulesContext {
    package let moment: Timestamp
    package let makeIdentifier: () -> UniqueIdentifier

    package init(at moment: Timestamp, makeIdentifier: @escaping () -> UniqueIdentifier = { .version7() }) {
        self.moment = moment
        self.makeIdentifier = makeIdentifier
    }

    package func rules<View: TaskView>(over view: View) -> TaskRules<View> {
        TaskRules(over: view, at: moment, makeIdentifier: makeIdentifier)
    }
}

/// What an import came to.
package struct ImportOutcome {
    /// The tasks that were put in.
    package let created: [UniqueIdentifier]
    /// How many of the list got other identifiers, since other owners' tasks have theirs.
    package let renamed: Int

    package init(created: [UniqueIdentifier], renamed: Int) {
        self.created = created
        self.renamed = renamed
    }
}

/// What a change expected to find, and did not: somebody else was there meanwhile.
package struct ChangeConflict: Error, Hashable, Sendable {
    package let task: UniqueIdentifier
    /// The member of the task that is not as it was.
    package let field: String
    package let expected: JSONValue
    package let found: JSONValue

    package init(of task: UniqueIdentifier, field: String, expected: JSONValue, found: JSONValue) {
        self.task = task
        self.field = field
        self.expected = expected
        self.found = found
    }
}

extension OperationError {
    /// Of a change that did not fit, for whoever asked: without the values, which may be anything.
    package init(_ conflict: ChangeConflict) {
        self.init(
            .backendFailed,
            "task \(conflict.task) is not as it was when this was worked out: its \(conflict.field) is another; look at it and "
                + "ask again")
    }
}

extension ChangeConflict: CustomStringConvertible {
    package var description: String {
        "\(field) of task \(task) is not what it was: expected \(JSONText(expected)), found \(JSONText(found))"
    }
}

extension ChangeConflict {
    package static func isTaken(_ id: UniqueIdentifier) -> ChangeConflict {
        ChangeConflict(of: id, field: PayloadMember.id.name, expected: .null, found: JSONValue(id))
    }

    package static func isNotThere(_ id: UniqueIdentifier) -> ChangeConflict {
        ChangeConflict(of: id, field: PayloadMember.id.name, expected: JSONValue(id), found: .null)
    }

    package static func hasChild(_ child: UniqueIdentifier, _ id: UniqueIdentifier) -> ChangeConflict {
        ChangeConflict(of: id, field: PayloadMember.children.name, expected: .array([]), found: [JSONValue(child)])
    }

    /// The task before it in its chain still leads to it.
    package static func isFollowed(by id: UniqueIdentifier, _ before: UniqueIdentifier) -> ChangeConflict {
        ChangeConflict(of: before, field: PayloadMember.nextTaskID.name, expected: .null, found: JSONValue(id))
    }

    package static func hasNoNext(_ next: UniqueIdentifier, _ id: UniqueIdentifier) -> ChangeConflict {
        ChangeConflict(of: id, field: PayloadMember.nextTaskID.name, expected: JSONValue(next), found: .null)
    }

    /// There is no such parent, or it is below the task itself.
    package static func hasNoPlace(under parent: UniqueIdentifier, _ id: UniqueIdentifier) -> ChangeConflict {
        ChangeConflict(of: id, field: PayloadMember.parentID.name, expected: JSONValue(parent), found: .null)
    }
}
