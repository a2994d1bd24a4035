import OperationCatalogue

/// A submission between acceptance and reply.
struct OperationInFlight: Sendable {
    let submission: Submission
    let id: UniqueIdentifier
    /// When it was accepted, in nanoseconds of the monotonic clock.
    let accepted: UInt64
    var phase: Phase
    /// Whether the record holds its intent.
    var hasIntent = false

    enum Phase: Sendable {
        case pending(Invocation)
        /// Ended, with the invocation unless it was refused before there was one.
        case ended(OperationResult, Invocation?)
    }

    /// What is still to be carried out.
    var pending: Invocation? {
        if case .pending(let invocation) = phase { return invocation }
        return nil
    }

    mutating func end(_ result: OperationResult) {
        phase = .ended(result, pending)
    }
}
