import OperationCatalogue

/// A submission between acceptance and reply.
struct OperationInFlight: Sendable {
    let submission: Submission
    let id: UniqueIdentifier
    /// When it was accepted, in nanoseconds of the monotonic clock.
    let accepted: UInt64
    /// When it ended without having begun, by the same clock; that of its acceptance until then.
    private var ended: UInt64
    /// When it was carried out; `nil` where it was not.
    private var execution: ExecutionTime?
    var phase: Phase
    /// The operation that the request names, where it failed the check and so there is no invocation.
    var refusedDefinition: OperationDefinition?
    /// Whether it was found worth doing when nothing before it had failed: a scope that is closed behind it does not end it.
    var isCleared = false
    /// Whether the record holds its intent.
    var hasIntent = false
    /// Whether it is a write that has been let through, and takes up room of the ``WriteWindow`` until it has ended.
    var isInWindow = false
    /// What it waits for before it leaves.
    var receipt: RecordReceipt?

    init(_ submission: Submission, id: UniqueIdentifier, accepted: UInt64, phase: Phase) {
        self.submission = submission
        self.id = id
        self.accepted = accepted
        self.phase = phase
        ended = accepted
    }

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

    /// Whether it is a write that is still to be carried out: its intent has to be recorded before.
    var isPendingWrite: Bool { pending?.definition.isWrite == true }

    /// Ends it before it began.
    mutating func end(_ result: OperationResult) {
        end(result, after: nil)
    }

    /// - Parameter execution: when it was carried out; `nil` where it was not.
    mutating func end(_ result: OperationResult, after execution: ExecutionTime?) {
        phase = .ended(result, pending)
        self.execution = execution
        if execution == nil { ended = MonotonicClock.now }
    }

    func outcome(_ result: OperationResult) -> Outcome {
        let began = execution?.began ?? ended
        return Outcome(
            result: result, nanoseconds: execution?.nanoseconds ?? 0,
            queuedNanoseconds: began > accepted ? began - accepted : 0)
    }
}
