import OperationCatalogue
import SQLiteFile

/// The whole of one task, as its row holds it.
struct TaskRow {
    /// Another task: its primary key and its identifier.
    struct Reference: Hashable {
        let key: Int64
        let id: UniqueIdentifier
    }

    let key: Int64
    let id: UniqueIdentifier
    var status: TaskStatus = .open
    var pinned = false
    var parent: Reference?
    /// The place among the parent's children, by which they are sorted; `nil` exactly where there is no parent.
    var position: Int64?
    /// What follows in the chain.
    var next: Reference?
    var assignee: UniqueIdentifier?
    var completeBy: Timestamp?
    var productive: Double?
    var desire: Double?
    var moodStart: Mood?
    var moodFinish: Mood?
    let created: Timestamp
    var updated: Timestamp?
    var finished: Timestamp?
    var deleted: Timestamp?
    var revision: Int64
    /// A JSON array of strings.
    var labels: JSONText
    var title: String
    var description: String

    var sequence: Int64 { TaskKey.sequence(of: key) }
    var reference: Reference { Reference(key: key, id: id) }
}

extension TaskRow {
    /// The columns that ``init(_:)`` reads.
    static let columns = """
        t.key, t.uuid, t.status, t.pinned, t.parent, p.uuid, t.position, t.next, n.uuid, t.assignee, t.complete_by, \
        t.productive, t.desire, t.mood_start_r, t.mood_start_theta, t.mood_finish_r, t.mood_finish_theta, \
        t.date_created, t.updated_at, t.finished_at, t.deleted_at, t.revision, t.labels, t.title, t.description
        """

    /// The tables that they come from.
    static let source = "task t LEFT JOIN task p ON p.key = t.parent LEFT JOIN task n ON n.key = t.next"

    /// - Throws: ``SQLiteFailure``, when the row is damaged.
    init(_ row: ResultRow) throws {
        guard let id = row.identifier(1), let created = row.time(17) else {
            throw SQLiteFailure(code: 11, message: "the row of task \(row.integer(0)) is damaged")
        }
        key = row.integer(0)
        self.id = id
        status = row.status(2)
        pinned = row.bool(3)
        parent = row.identifier(5).map { Reference(key: row.integer(4), id: $0) }
        position = row.optionalInteger(6)
        next = row.identifier(8).map { Reference(key: row.integer(7), id: $0) }
        assignee = row.identifier(9)
        completeBy = row.time(10)
        productive = row.optionalDouble(11)
        desire = row.optionalDouble(12)
        moodStart = row.mood(13)
        moodFinish = row.mood(15)
        self.created = created
        updated = row.time(18)
        finished = row.time(19)
        deleted = row.time(20)
        revision = row.integer(21)
        labels = row.json(22)
        title = row.text(23)
        description = row.text(24)
    }
}

extension TaskRow {
    /// Enters a status and sees to `finished_at`: set on entering done, set on entering dropped unless it is set already,
    /// cleared on going back to an active status, left alone by pruning.
    mutating func enter(_ new: TaskStatus, at moment: Timestamp) {
        switch new {
        case .open, .inProgress, .inReview: finished = nil
        case .done: finished = moment
        case .dropped: finished = finished ?? moment
        case .pruned: break
        }
        status = new
    }
}

extension JSONText {
    static let emptyArray = JSONText(trusted: Array("[]".utf8))

    /// A JSON array of strings.
    init(labels: [String]) {
        guard !labels.isEmpty else {
            self = .emptyArray
            return
        }
        var writer = JSONWriter(reservingCapacity: labels.count * 16)
        writer.beginArray()
        for label in labels { writer.string(label) }
        writer.endArray()
        self = writer.takeText()
    }
}
