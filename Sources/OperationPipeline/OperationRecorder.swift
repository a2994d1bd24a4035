package import OperationCatalogue

/// Keeps the record of what is asked and what came of it: the observer of the pipeline.
package protocol OperationRecorder: Sendable {
    /// Whether writes are refused when their intents could not be recorded. Where it is false the recorder itself says that
    /// it fails, and everything goes on without a record.
    var isRequired: Bool { get }

    /// Records that these writes are about to be carried out. When it returns, the records have been handed to the
    /// system; when it throws, none of the writes is carried out.
    ///
    /// - Returns: what the writes wait for before they leave; `nil` for nothing. When it is settled with a failure, none of
    ///   them is carried out.
    /// - Throws: ``ErrorCode/logUnavailable``.
    @discardableResult
    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt?

    /// Records how these operations ended, before anyone is told.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func record(outcomes: [ConcludedOperation]) async throws(OperationError)

    /// Records that a run of scripts begins, before its first step.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func record(begin run: RunBeginning) async throws(OperationError)

    /// Records that a run of scripts has ended, well or not, after the last of its outcomes.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func record(end run: RunEnding) async throws(OperationError)

    /// Looks whether records would be taken.
    ///
    /// - Throws: ``ErrorCode/logUnavailable`` where they would not, and writes would be refused.
    func check() async throws(OperationError)

    /// Records requests that a server has answered. Nothing waits for these records, and nothing is refused for want of them.
    func record(served: [ServedRequest]) async
}

extension OperationRecorder {
    package var isRequired: Bool { true }

    package func record(begin run: RunBeginning) async throws(OperationError) {}
    package func record(end run: RunEnding) async throws(OperationError) {}
    package func check() async throws(OperationError) {}
    package func record(served: [ServedRequest]) async {}
}

/// An operation at its end, as the record shows it.
package struct ConcludedOperation: Sendable {
    package let id: UniqueIdentifier
    package let request: OperationRequest
    /// `nil` where the request did not name an operation of the catalogue.
    package let definition: OperationDefinition?
    /// Whether its intent has been recorded: not for reads, nor for what was refused before.
    package let hasIntent: Bool
    package let outcome: Outcome
    /// An earlier operation whose fate was unknown, and which this outcome settles.
    package let settles: UniqueIdentifier?

    package init(
        id: UniqueIdentifier,
        request: OperationRequest,
        definition: OperationDefinition?,
        hasIntent: Bool,
        outcome: Outcome,
        settles: UniqueIdentifier? = nil
    ) {
        self.id = id
        self.request = request
        self.definition = definition
        self.hasIntent = hasIntent
        self.outcome = outcome
        self.settles = settles
    }
}
