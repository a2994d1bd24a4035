package import OperationCatalogue
package import TaskRules

/// A task as a store keeps it: its state, and what the store counts.
package struct StoredTask: Hashable, Sendable {
    package var state: TaskState
    /// The task's number among those of its owner, from 1; no other task ever gets it.
    package let number: Int64
    /// Grows with each stored change of any of the owner's tasks.
    package var revision: Int64

    package init(_ state: TaskState, number: Int64, revision: Int64) {
        self.state = state
        self.number = number
        self.revision = revision
    }
}

/// Whose tasks they are.
package struct StoreUser: Hashable, Sendable {
    package let id: UniqueIdentifier
    package let username: String
    package let displayName: String?
    package let role: String
    package let organization: UniqueIdentifier
    /// The first part of a task's `ref`: lower-case ASCII letters, digits and hyphens.
    package let slug: String

    package init(
        id: UniqueIdentifier, username: String, displayName: String?, role: String, organization: UniqueIdentifier,
        slug: String
    ) {
        self.id = id
        self.username = username
        self.displayName = displayName
        self.role = role
        self.organization = organization
        self.slug = slug
    }
}
