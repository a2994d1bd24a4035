import OperationCatalogue
import TaskRules
import TaskStore

extension OwnedTasks {
    /// Writes today's list by the rule of the article `TodaysList`.
    func writeDailyTasks(at moment: Timestamp, into writer: inout JSONWriter) throws {
        var entries = try pressingTasks(at: moment)
        if entries.count < DailyRule.fewest {
            entries += try waitingTasks(at: moment, limit: DailyRule.fewest - entries.count)
        }
        entries.sort(by: DailyEntry.isMoreUrgent)

        let statement = try store.prepare("SELECT \(TaskSummary.columns) FROM task t WHERE t.key = ?1 AND t.owner = ?2")
        writer.reserve(entries.count * 640)
        writer.beginArray()
        for entry in entries.prefix(DailyRule.most) {
            statement.bind(1, entry.key)
            statement.bind(2, owner.key)
            try statement.forEach { row in
                writer.beginObject()
                writer.key(.dailyTask)
                writer.beginObject()
                try writeSummary(row, into: &writer)
                writer.endObject()
                writer.key(.priorityScore)
                writer.number(entry.urgency.score)
                writer.key(.urgencyReason)
                writer.string(entry.urgency.reason)
                writer.identity(TaskKey.sequence(of: entry.key), of: user)
                writer.endObject()
                try writer.relieve()
            }
        }
        writer.endArray()
    }

    /// The active tasks that something speaks for today.
    private func pressingTasks(at moment: Timestamp) throws -> [DailyEntry] {
        let statement = try store.prepare(
            """
            SELECT key, complete_by, status, pinned, desire, productive FROM task INDEXED BY task_pressing
            WHERE owner = ?1 AND \(Schema.pressing) AND (complete_by < ?2 OR pinned = 1 OR status <> 'open')
            """
        )
        statement.bind(1, owner.key)
        statement.bind(2, DailyRule.horizon(at: moment))
        var entries: [DailyEntry] = []
        try statement.forEach { row in
            entries.append(DailyEntry(row, at: moment))
            // Keeps the memory small where thousands are overdue.
            if entries.count >= 20 * DailyRule.most {
                entries.sort(by: DailyEntry.isMoreUrgent)
                entries.removeLast(entries.count - DailyRule.most)
            }
        }
        return entries
    }

    /// Tasks that could be begun: nothing speaks for today, but none waits for a child or for one before it in its chain.
    private func waitingTasks(at moment: Timestamp, limit: Int) throws -> [DailyEntry] {
        let statement = try store.prepare(
            """
            SELECT t.key, t.complete_by, t.status, t.pinned, t.desire, t.productive FROM task t INDEXED BY task_waiting
            WHERE owner = ?1 AND \(Schema.waiting) AND (complete_by IS NULL OR complete_by >= ?2)
                AND NOT EXISTS (
                    SELECT 1 FROM task c WHERE c.parent = t.key AND c.deleted_at IS NULL
                        AND c.status IN ('open', 'in-progress', 'in-review'))
                AND NOT EXISTS (
                    SELECT 1 FROM task b WHERE b.next = t.key AND b.deleted_at IS NULL
                        AND b.status IN ('open', 'in-progress', 'in-review'))
            ORDER BY \(Schema.attraction) DESC, key LIMIT ?3
            """
        )
        statement.bind(1, owner.key)
        statement.bind(2, DailyRule.horizon(at: moment))
        statement.bind(3, Int64(limit))
        var entries: [DailyEntry] = []
        try statement.forEach { entries.append(DailyEntry($0, at: moment)) }
        return entries
    }
}

private struct DailyEntry {
    let key: Int64
    let completeBy: Timestamp?
    let urgency: DailyRule.Urgency

    init(_ row: ResultRow, at moment: Timestamp) {
        key = row.integer(0)
        completeBy = row.time(1)
        urgency = DailyRule.urgency(
            completeBy: completeBy,
            status: row.status(2),
            isPinned: row.bool(3),
            desire: row.optionalDouble(4),
            productive: row.optionalDouble(5),
            at: moment
        )
    }

    /// By score, then the earlier date, then the older task.
    static func isMoreUrgent(_ left: DailyEntry, _ right: DailyEntry) -> Bool {
        if left.urgency.score != right.urgency.score { return left.urgency.score > right.urgency.score }
        switch (left.completeBy, right.completeBy) {
        case (let left?, let right?) where left != right: return left < right
        case (_?, nil): return true
        case (nil, _?): return false
        default: return left.key < right.key
        }
    }
}
