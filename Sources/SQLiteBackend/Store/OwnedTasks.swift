import OperationCatalogue
import OperationPipeline
import TaskRules
import TaskStore

/// An owner's tasks within one transaction of the embedded store.
///
/// What rules have read is kept until the transaction ends, since changes are held against it and carried out on it: nobody else
/// writes meanwhile.
final class OwnedTasks: TaskTransaction {
    let owner: Owner
    // The transaction holds this object.
    unowned let store: StoreTransaction
    private var known: [UniqueIdentifier: Lookup] = [:]
    /// By the parent's key: its last child and that one's position, as far as they were asked for.
    private var lastChildren: [Int64: (id: UniqueIdentifier, position: Int64)] = [:]

    /// Positions for tasks that are put side by side.
    var reservedPositions: ArraySlice<Int64> = []

    /// What stands in the store under an identifier.
    private enum Lookup {
        case row(TaskRow)
        case othersTask
        case nothing
    }

    /// How many bytes of text the rows among them hold.
    private var knownBytes = 0

    /// So many are kept at most, and of so much text.
    private static let mostKnown = 1024
    private static let mostKnownBytes = 8 << 20

    init(of owner: Owner, in store: StoreTransaction) {
        self.owner = owner
        self.store = store
    }

    var user: StoreUser { owner.user }
    var lastNumber: Int64 { owner.lastSequence }
    var lastRevision: Int64 { owner.lastRevision }

    // MARK: Rows

    /// The row of the task of this identifier, deleted or not; `nil` where there is none of this owner.
    func row(_ id: UniqueIdentifier) throws -> TaskRow? {
        if case .row(let row) = try lookUp(id) { return row }
        return nil
    }

    /// The row of a task that is not deleted.
    func liveRow(_ id: UniqueIdentifier) throws -> TaskRow? {
        try row(id).flatMap { $0.state.isDeleted ? nil : $0 }
    }

    private func lookUp(_ id: UniqueIdentifier) throws -> Lookup {
        if let known = known[id] { return known }
        let statement = try store.prepare("SELECT \(TaskRow.columns) FROM \(TaskRow.source) WHERE t.uuid = ?1")
        statement.bind(1, id)
        let found = try statement.first { [owner] row in
            TaskRow.owner(row) == owner.key ? Lookup.row(try TaskRow(row)) : .othersTask
        }
        keep(found ?? .nothing, of: id)
        return found ?? .nothing
    }

    private func keep(_ lookup: Lookup, of id: UniqueIdentifier) {
        if known.count >= Self.mostKnown || knownBytes >= Self.mostKnownBytes { forgetKnown() }
        known[id] = lookup
        if case .row(let row) = lookup { knownBytes += row.state.title.utf8.count + row.state.description.utf8.count }
    }

    private func forgetKnown() {
        known.removeAll(keepingCapacity: true)
        knownBytes = 0
    }

    /// Looks anew when this identifier is asked for: another owner has a task of that name by now.
    func forget(_ id: UniqueIdentifier) { known[id] = nil }

    /// Takes note of what a row holds now.
    func keep(_ row: TaskRow) { keep(.row(row), of: row.id) }

    /// Reads every row anew that is asked for from now on: others than those that are known have changed.
    func forgetRows() {
        forgetKnown()
        lastChildren.removeAll(keepingCapacity: true)
    }

    /// Says that the children of tasks are others now, or in another order.
    func forgetOrder() { lastChildren.removeAll(keepingCapacity: true) }

    func forgetLastChild(under parent: Int64) { lastChildren[parent] = nil }

    func keepLastChild(_ id: UniqueIdentifier, at position: Int64, under parent: Int64) {
        lastChildren[parent] = (id, position)
    }

    /// The position of the last child, where that is this one for certain.
    func position(ofLastChild id: UniqueIdentifier, under parent: Int64) -> Int64? {
        lastChildren[parent].flatMap { $0.id == id ? $0.position : nil }
    }

    // MARK: The view

    func storedTask(_ id: UniqueIdentifier) throws -> StoredTask? { try row(id)?.task }

    func isTaken(_ id: UniqueIdentifier) throws -> Bool {
        if case .othersTask = try lookUp(id) { return true }
        return false
    }

    func copyIdentifier(of id: UniqueIdentifier) -> UniqueIdentifier {
        .version5(namespace: user.id, name: id.description)
    }

    func childStates(of id: UniqueIdentifier) throws -> [TaskState] {
        guard let parent = try row(id)?.key else { return [] }
        let statement = try store.prepare(
            """
            SELECT \(TaskRow.columns) FROM \(TaskRow.source)
            WHERE t.parent = ?1 AND t.deleted_at IS NULL AND t.owner = ?2 ORDER BY t.position
            """
        )
        statement.bind(1, parent)
        statement.bind(2, owner.key)
        var children: [TaskRow] = []
        try statement.forEach { children.append(try TaskRow($0)) }
        for child in children { keep(child) }
        return children.map(\.state)
    }

    func precedingTasks(inChainOf id: UniqueIdentifier) throws -> [TaskState] {
        guard let key = try row(id)?.key else { return [] }
        let statement = try store.prepare(
            """
            SELECT \(TaskRow.columns) FROM \(TaskRow.source)
            WHERE t.next = ?1 AND t.owner = ?2 AND t.deleted_at IS NULL ORDER BY t.key
            """
        )
        statement.bind(1, key)
        statement.bind(2, owner.key)
        var rows: [TaskRow] = []
        try statement.forEach { rows.append(try TaskRow($0)) }
        for row in rows { keep(row) }
        return rows.map(\.state)
    }
}
