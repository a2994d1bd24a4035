import OperationCatalogue

extension TaskTree {
    func html(for visitor: Visitor, at now: Timestamp) -> HTML {
        guard !roots.isEmpty else {
            return """
                <p class="nothing">There is none yet. Make one with \
                <code>deferno call create_task title='Buy milk'</code>, or ask your agent to.</p>
                """
        }
        return """
            <ul class="tree">
            \(roots.map { $0.item(for: visitor, at: now) }.lines())
            </ul>\(rest)
            """
    }

    private var rest: HTML? {
        guard omitted > 0 else { return nil }
        return """

            <p class="hint">\(omitted) more are not shown. <code>deferno call search_tasks query=WORDS</code> finds them.</p>
            """
    }
}

extension TaskNode {
    fileprivate func item(for visitor: Visitor, at now: Timestamp) -> HTML {
        """
        <li id="task-\(task.id)" class="\(task.status.isActive ? "task" : "task over")">
        <div class="row">
        <div class="what">\(task.heading(at: now))</div>
        \(StatusForm(task: task, visitor: visitor).html)
        </div>\(below(for: visitor, at: now))
        </li>
        """
    }

    /// Open while something in it asks for work.
    private func below(for visitor: Visitor, at now: Timestamp) -> HTML? {
        if deeper > 0 { return "\n<p class=\"hint\">\(Timestamp.counted(deeper, "task")) below</p>" }
        guard !children.isEmpty else { return nil }
        let done = children.count { !$0.task.status.isActive }
        return """

            <details class="below"\(done < children.count ? " open=\"open\"" as HTML : "")>
            <summary>\(done) of \(children.count) finished<span class="unseen"> below \(task.title)</span></summary>
            <ul>
            \(children.map { $0.item(for: visitor, at: now) }.lines())
            </ul>
            </details>
            """
    }
}
