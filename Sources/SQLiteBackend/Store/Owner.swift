import OperationCatalogue
import TaskStore

/// A user of the store, as one transaction sees it: whoever's tasks an operation may touch.
final class Owner {
    /// The primary key in the `owner` table.
    let key: Int64
    let user: StoreUser
    /// The highest sequence and revision given away so far.
    private(set) var lastSequence: Int64
    private(set) var lastRevision: Int64
    /// Whether they are ahead of the table.
    private(set) var hasAdvanced = false

    init(_ row: ResultRow) {
        key = row.integer(0)
        user = StoreUser(
            id: row.identifier(1) ?? UniqueIdentifier(high: 0, low: 0), username: row.text(2),
            displayName: row.isNull(3) ? nil : row.text(3), role: row.text(4),
            organization: row.identifier(5) ?? UniqueIdentifier(high: 0, low: 0), slug: row.text(6))
        lastSequence = row.integer(7)
        lastRevision = row.integer(8)
    }

    /// The columns that ``init(_:)`` reads.
    static let columns = "key, uuid, username, display_name, role, organization, slug, last_sequence, last_revision"

    func nextSequence() -> Int64 {
        hasAdvanced = true
        lastSequence += 1
        return lastSequence
    }

    func nextRevision() -> Int64 {
        hasAdvanced = true
        lastRevision += 1
        return lastRevision
    }

    func didStore() { hasAdvanced = false }

    func key(of task: StoredTask) -> Int64 { TaskKey.make(owner: key, sequence: task.number) }

    /// The keys that this owner's tasks can have.
    var taskKeys: ClosedRange<Int64> { TaskKey.first(of: key)...TaskKey.last(of: key) }
}

/// The primary key of a task: the owner's key in the upper bits, the sequence in the lower 40. So the tasks of an owner lie
/// side by side in the order of their sequence, and neither needs an index of its own.
enum TaskKey {
    static let sequenceBits: Int64 = 40

    static func make(owner: Int64, sequence: Int64) -> Int64 { owner << sequenceBits | sequence }
    static func sequence(of key: Int64) -> Int64 { key & (1 << sequenceBits - 1) }
    static func first(of owner: Int64) -> Int64 { owner << sequenceBits }
    static func last(of owner: Int64) -> Int64 { (owner + 1) << sequenceBits - 1 }
}
