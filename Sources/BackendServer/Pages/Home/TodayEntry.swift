package import OperationCatalogue

/// A line of today's list, made from an entry of the payload of `get_daily_tasks`.
package struct TodayEntry: Hashable, Sendable {
    package let task: TaskEntry
    /// Why it is on the list, in words.
    package let reason: String?

    package init(task: TaskEntry, reason: String?) {
        self.task = task
        self.reason = reason
    }

    package init?(_ entry: JSONValue) {
        guard let task = entry[.dailyTask].flatMap(TaskEntry.init) else { return nil }
        self.init(task: task, reason: entry.text(.urgencyReason))
    }

    func item(for visitor: Visitor) -> HTML {
        """
        <li>
        <div class="row">
        <div class="what"><span class="title"><bdi>\(task.title)</bdi></span>\(reasonLine)</div>
        \(StatusForm(task: task, visitor: visitor).html)
        </div>
        </li>
        """
    }

    private var reasonLine: HTML? {
        reason.map { "\n<span class=\"reason\">\($0)</span>" }
    }
}
