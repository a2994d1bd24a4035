package import OperationCatalogue
package import OperationPipeline

/// One sentence about what a backend does, with the check of it.
///
/// A case makes the tasks that it needs and looks at no others, so the cases can run side by side on a backend that holds
/// other tasks too.
package struct ContractCase: Sendable, CustomStringConvertible {
    package let sentence: String
    let check: @Sendable (ContractClient) async throws -> Void

    init(_ sentence: String, _ check: @escaping @Sendable (ContractClient) async throws -> Void) {
        self.sentence = sentence
        self.check = check
    }

    /// Holds a backend to the sentence.
    ///
    /// - Parameter owner: whose tasks are worked on, where several share the backend.
    /// - Throws: ``ContractViolation``.
    package func hold(_ backend: any Backend, for owner: UniqueIdentifier? = nil) async throws {
        try await check(ContractClient(backend, owner: owner))
    }

    package var description: String { sentence }

    /// What the backend contract says, of every backend.
    package static let contract: [ContractCase] =
        creating + reading + updating + statuses + splitting + folding + merging + moving + searching

    /// Where the contract leaves the choice: what the project's own backends do.
    package static let choices: [ContractCase] =
        deleting + creatingChoices + updatingChoices + mergingChoices + movingChoices + searchingChoices + transferring
        + batches
}
