package import OperationCatalogue

/// A task as the home page shows it, made from the catalogue's short form of a task.
package struct TaskEntry: Hashable, Sendable {
    package let id: String
    package let title: String
    package let status: TaskStatus
    package let labels: [String]
    package let completeBy: Timestamp?

    package init(
        id: String, title: String, status: TaskStatus, labels: [String] = [], completeBy: Timestamp? = nil
    ) {
        self.id = id
        self.title = title
        self.status = status
        self.labels = labels
        self.completeBy = completeBy
    }

    /// - Parameter summary: a task in the short form; `nil` comes of one without identifier, title or a known status.
    package init?(_ summary: JSONValue) {
        guard let id = summary.text(.id), let title = summary.text(.title),
            let status = summary.text(.status).flatMap(TaskStatus.init)
        else { return nil }
        self.init(
            id: id, title: title, status: status, labels: summary.texts(.labels),
            completeBy: summary.time(.completeBy))
    }
}

// MARK: - Markup

extension TaskEntry {
    /// The title, its labels and its date.
    func heading(at now: Timestamp) -> HTML {
        "<span class=\"title\"><bdi>\(title)</bdi></span>\(labelList)\(due(at: now))"
    }

    private var labelList: HTML? {
        guard !labels.isEmpty else { return nil }
        let items = labels.map { "<li><bdi>\($0)</bdi></li>" as HTML }
        return "\n<ul class=\"labels\" aria-label=\"Labels\">\(items.joined())</ul>"
    }

    private func due(at now: Timestamp) -> HTML? {
        completeBy.map { time in
            let isLate = status.isActive && time < now
            let (style, word) = isLate ? ("due late", "was due") : ("due", "due")
            return "\n<span class=\"\(style)\">\(word) \(time.element(time.date))</span>"
        }
    }
}
