import OperationCatalogue

/// A task's status, which opens into buttons for the others.
struct StatusForm {
    let task: TaskEntry
    let visitor: Visitor

    /// `pruned` is what merging makes of a task; nobody sets it.
    private static let choices = TaskStatus.allCases.filter { $0 != .pruned }

    var html: HTML {
        """
        <details class="status-menu" name="status-menu">
        <summary class="status \(task.status.rawValue)"><span class="unseen">Status: </span>\(task.status.name)\
        <span class="unseen">, change that of \(task.title)</span></summary>
        <form method="post" action="\(PagePath.taskStatus)">
        \(FormField.csrf.hidden(visitor.formToken))
        \(FormField.task.hidden(task.id))
        \(Self.choices.filter { $0 != task.status }.map(button).lines())
        </form>
        </details>
        """
    }

    private func button(_ status: TaskStatus) -> HTML {
        """
        <button class="small" type="submit" name="\(FormField.status)" value="\(status.rawValue)">\(status.name)</button>
        """
    }
}

extension TaskStatus {
    /// What people read.
    fileprivate var name: String {
        switch self {
        case .open: "Open"
        case .inProgress: "In progress"
        case .inReview: "In review"
        case .done: "Done"
        case .dropped: "Dropped"
        case .pruned: "Merged"
        }
    }
}
