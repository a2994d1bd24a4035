package import OperationCatalogue
import TaskRules

/// The queries as they follow from the tasks alone: every one reads them all.
extension TaskTransaction {
    /// Writes every task that is not deleted, in the order of creation.
    package func writeList(into writer: inout JSONWriter) throws {
        let forest = try TaskForest(of: self)
        writer.beginArray()
        for task in forest.tasks {
            try forest.summary(of: task).write(into: &writer)
            try writer.relieve()
        }
        writer.endArray()
    }

    /// Writes the whole of every task that is not deleted, in the order of creation.
    package func writeExport(into writer: inout JSONWriter) throws {
        writer.reserve(Int(lastNumber) * 1024)
        writer.beginObject()
        writer.key(ImportTasks.tasks.name)
        writer.beginArray()
        try forEachTask { task in
            try TaskDocument(task, in: self).write(into: &writer)
            try writer.relieve()
        }
        writer.endArray()
        writer.endObject()
    }

    /// Writes how the tasks that are done felt, the latest finished first.
    package func writeMoodHistory(into writer: inout JSONWriter) throws {
        var done: [StoredTask] = []
        try forEachTask { if $0.state.status == .done { done.append($0) } }
        done.sort { left, right in
            left.state.finished == right.state.finished
                ? left.number > right.number
                : (left.state.finished ?? .distantPast) > (right.state.finished ?? .distantPast)
        }
        writer.beginArray()
        for task in done {
            try MoodEntry.form.write(MoodEntry(task: task.state), into: &writer)
            try writer.relieve()
        }
        writer.endArray()
    }

    /// Writes today's list by ``DailyRule``.
    package func writeDailyTasks(at moment: Timestamp, into writer: inout JSONWriter) throws {
        let forest = try TaskForest(of: self)
        let candidates = forest.tasks.filter(\.state.isActive).map { DailyCandidate($0, at: moment) }
        var chosen = candidates.filter(\.isPressing)
        if chosen.count < DailyRule.fewest {
            let followed = Set(forest.tasks.filter(\.state.isActive).compactMap(\.state.nextTaskID))
            let waiting = candidates.filter {
                $0.isWaiting && !forest.hasActiveChildren($0.task) && !followed.contains($0.task.state.id)
            }
            chosen += waiting.sorted(by: DailyCandidate.attractsMore).prefix(DailyRule.fewest - chosen.count)
        }
        writer.beginArray()
        for candidate in chosen.sorted(by: DailyCandidate.isMoreUrgent).prefix(DailyRule.most) {
            let entry = DailyEntry(summary: forest.summary(of: candidate.task), urgency: candidate.urgency)
            try DailyEntry.form.write(entry, into: &writer)
            try writer.relieve()
        }
        writer.endArray()
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(seconds: .min)
}

/// A task that may stand in today's list.
private struct DailyCandidate {
    let task: StoredTask
    let urgency: DailyRule.Urgency
    private let isDueSoon: Bool

    init(_ task: StoredTask, at moment: Timestamp) {
        self.task = task
        let state = task.state
        urgency = DailyRule.urgency(
            completeBy: state.completeBy, status: state.status, isPinned: state.pinned, desire: state.desire,
            productive: state.productive, at: moment)
        isDueSoon = state.completeBy.map { $0 < DailyRule.horizon(at: moment) } ?? false
    }

    /// Whether something speaks for today.
    var isPressing: Bool { isDueSoon || task.state.pinned || task.state.status != .open }

    /// Whether nobody has begun it, and nothing speaks for today.
    var isWaiting: Bool { !isPressing }

    private var attraction: Double { (task.state.desire ?? 0) + (task.state.productive ?? 0) }

    static func attractsMore(_ left: DailyCandidate, _ right: DailyCandidate) -> Bool {
        left.attraction == right.attraction
            ? left.task.number < right.task.number : left.attraction > right.attraction
    }

    /// By score, then the earlier date, then the older task.
    static func isMoreUrgent(_ left: DailyCandidate, _ right: DailyCandidate) -> Bool {
        if left.urgency.score != right.urgency.score { return left.urgency.score > right.urgency.score }
        switch (left.task.state.completeBy, right.task.state.completeBy) {
        case (let left?, let right?) where left != right: return left < right
        case (_?, nil): return true
        case (nil, _?): return false
        default: return left.task.number < right.task.number
        }
    }
}
