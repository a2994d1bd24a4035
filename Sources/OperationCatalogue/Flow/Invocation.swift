/// A request that passed the check: what the backend gets and the log records. A class, since every stage hands it on.
package final class Invocation: Sendable {
    /// Names this operation in the log, in order of time (UUID version 7).
    package let id: UniqueIdentifier
    package let definition: OperationDefinition
    package let operation: any CatalogueOperation
    /// The request, with what was made for it filled in, such as the identifier of a task to create.
    package let request: OperationRequest

    package init(
        id: UniqueIdentifier,
        definition: OperationDefinition,
        operation: any CatalogueOperation,
        request: OperationRequest
    ) {
        self.id = id
        self.definition = definition
        self.operation = operation
        self.request = request
    }
}

/// How an operation ended.
package enum OperationResult: Sendable {
    /// Done, with the payload.
    ///
    /// - Parameter changes: what a write has done to tasks, as an array of changes that the backend has written; an empty
    ///   one where it has done nothing, `nil` where the backend does not tell. The log records it.
    case ok(JSONText, changes: JSONText? = nil)
    /// The same with a payload that is too long to be held in memory: for requests that take it in pieces
    /// (``OperationRequest/takesPieces``), and no others.
    case spooled(any SpooledText)
    /// Not done, for certain.
    indirect case failed(OperationError)
    /// A write that may or may not have happened.
    indirect case unknown(OperationError)
    /// Never begun: something before it did not succeed, or the process was stopping; without an error, since a condition
    /// of its own was not met.
    indirect case skipped(OperationError?)

    package var status: OutcomeStatus {
        switch self {
        case .ok, .spooled: .ok
        case .failed: .failed
        case .unknown: .unknown
        case .skipped: .skipped
        }
    }

    package var error: OperationError? {
        switch self {
        case .ok, .spooled: nil
        case .failed(let error), .unknown(let error): error
        case .skipped(let error): error
        }
    }
}

extension OperationError {
    /// Not tried, since an earlier operation did not succeed.
    package static let notRun = OperationError(.notRun, "not run, since an earlier step did not succeed")

    /// For doors that take every payload whole, where one comes in pieces.
    package static let unaskedPieces = OperationError(
        .internalError, "the backend gave in pieces what was asked for whole; this is a defect of deferno")
}

/// The word for an ``OperationResult`` on every wire.
package enum OutcomeStatus: String, Hashable, Sendable, CaseIterable {
    case ok, failed, unknown, skipped
}

/// The end of an operation, for whoever asked and for the log.
package struct Outcome: Sendable {
    package let result: OperationResult
    /// From when its own execution began to its end, in nanoseconds of the monotonic clock; 0 where it never began.
    package let nanoseconds: UInt64
    /// From its acceptance until its own execution began, by the same clock; until its end where it never began.
    package let queuedNanoseconds: UInt64

    package init(result: OperationResult, nanoseconds: UInt64, queuedNanoseconds: UInt64 = 0) {
        self.result = result
        self.nanoseconds = nanoseconds
        self.queuedNanoseconds = queuedNanoseconds
    }

    /// The duration of its execution in milliseconds, cut to a microsecond.
    package var milliseconds: Double { Double(nanoseconds / 1000) / 1000 }
}
