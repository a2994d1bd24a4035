package import OperationCatalogue

/// What operations do to tasks, over a view of them and at one moment. Nothing here reads a file, a clock or chance: all of that is
/// given.
package struct TaskRules<View: TaskView> {
    let view: View
    let moment: Timestamp
    /// Makes the identifier of a task that nobody has named.
    let makeIdentifier: () -> UniqueIdentifier

    package init(
        over view: View, at moment: Timestamp, makeIdentifier: @escaping () -> UniqueIdentifier = { .version7() }
    ) {
        self.view = view
        self.moment = moment
        self.makeIdentifier = makeIdentifier
    }
}

/// What an operation comes to.
package struct RuledWrite: Hashable, Sendable {
    /// To be carried out in this order; empty where everything is as it was asked for already.
    package let changes: [Change]
    /// The tasks that the payload gives, in its order.
    package let tasks: [UniqueIdentifier]
    /// How many tasks are known by other identifiers than those that they were to have.
    package let renamed: Int

    package init(_ changes: [Change], tasks: [UniqueIdentifier], renamed: Int = 0) {
        self.changes = changes
        self.tasks = tasks
        self.renamed = renamed
    }
}

/// An operation that changes tasks.
package protocol RuledOperation: CatalogueOperation {
    /// What it comes to over a view.
    ///
    /// - Throws: ``OperationError`` where the rules refuse it, and what the view throws.
    func write(by rules: TaskRules<some TaskView>) throws -> RuledWrite
}
