package import OperationCatalogue

/// Where the owners of tasks are made: the store.
package protocol OwnerRegistry: Sendable {
    /// Makes an owner without tasks.
    ///
    /// - Returns: what ``Caller/owner`` names them by.
    /// - Throws: ``ErrorCode/idConflict`` where the name is taken, and what the store throws.
    func makeOwner(named name: String) async throws(OperationError) -> UniqueIdentifier
    /// The owner who has this name already, in whatever case, with how many tasks are theirs; `nil` where there is none.
    func owner(named name: String) async throws(OperationError) -> KnownOwner?
    /// The task with this sequence number, if the owner has one.
    ///
    /// - Parameter slug: the first part of its `ref`; `nil` for any.
    func task(
        _ sequence: Int64, slug: String?, of owner: UniqueIdentifier
    ) async throws(OperationError) -> UniqueIdentifier?
    /// Throws where the store does not answer, or is not where it was.
    func check() async throws(OperationError)
}

/// Somebody whose tasks the store keeps.
package struct KnownOwner: Hashable, Sendable {
    /// What ``Caller/owner`` names them by.
    package let id: UniqueIdentifier
    /// As it was written when they were made.
    package let name: String
    /// Tasks that are not deleted.
    package let tasks: Int

    package init(id: UniqueIdentifier, name: String, tasks: Int) {
        (self.id, self.name, self.tasks) = (id, name, tasks)
    }
}

extension OwnerRegistry {
    /// Makes somebody's account, and gives it the tasks that the store keeps under that name: of an account that was lost with the
    /// accounts' file, or was never finished. For whoever runs the server alone: a name that somebody chooses must not bring them
    /// another's tasks.
    ///
    /// - Returns: the account, and whose tasks it has got; `nil` for a new place.
    /// - Throws: ``ErrorCode/idConflict`` where an account has the name, and what the store throws.
    package func addOrRestoreAccount(
        named name: String, to accounts: AccountStore
    ) async throws(OperationError) -> (account: Account, restored: KnownOwner?) {
        guard try await accounts.account(named: name) == nil, let known = try await owner(named: name) else {
            return (try await addAccount(named: name, to: accounts), nil)
        }
        return (try await accounts.add(known.id, named: known.name), known)
    }

    /// Makes somebody's account and the place for their tasks.
    package func addAccount(named name: String, to accounts: AccountStore) async throws(OperationError) -> Account {
        try await accounts.add(try await makeOwner(named: name), named: name)
    }
}
