package import OperationCatalogue

/// Where the owners of tasks are made: the store.
package protocol OwnerRegistry: Sendable {
    /// Makes an owner without tasks.
    ///
    /// - Returns: what ``Caller/owner`` names them by.
    /// - Throws: ``ErrorCode/idConflict`` where the name is taken, and what the store throws.
    func makeOwner(named name: String) async throws(OperationError) -> UniqueIdentifier
    /// The task with this sequence number, if the owner has one.
    ///
    /// - Parameter slug: the first part of its `ref`; `nil` for any.
    func task(
        _ sequence: Int64, slug: String?, of owner: UniqueIdentifier
    ) async throws(OperationError) -> UniqueIdentifier?
    /// Throws where the store does not answer, or is not where it was.
    func check() async throws(OperationError)
}

extension OwnerRegistry {
    /// Makes somebody's account and the place for their tasks.
    package func addAccount(named name: String, to accounts: AccountStore) async throws(OperationError) -> Account {
        try await accounts.add(try await makeOwner(named: name), named: name)
    }
}
