package import OperationCatalogue
import Synchronization

/// A request on its way, with whoever waits for its outcome.
package final class Submission: Sendable {
    package let request: OperationRequest
    /// Submissions of one sequence are carried out in the order in which they came; those of none in any order.
    package let sequence: Sequence?
    /// What its failure ends.
    package let scope: FailureScope?
    /// Called exactly once, after the outcome is in the log, if the log takes it. It must not block: it holds up the others.
    package let reply: @Sendable (Conclusion) -> Void
    private let cancellation = Mutex(Cancellation())

    package init(
        _ request: OperationRequest,
        sequence: Sequence? = nil,
        scope: FailureScope? = nil,
        reply: @escaping @Sendable (Conclusion) -> Void
    ) {
        self.request = request
        self.sequence = sequence
        self.scope = scope
        self.reply = reply
    }

    /// An order that operations keep among themselves.
    package final class Sequence: Sendable {
        package init() {}
    }
}

// MARK: - Cancellation

extension Submission {
    private struct Cancellation {
        var isRequested = false
        var handler: (@Sendable () -> Void)?
    }

    /// Takes the request back. Where it is not under way yet, it ends with ``ErrorCode/cancelled``; where it is, and alone
    /// in its batch, the backend is told to stop. It is answered all the same.
    package func cancel() {
        let handler = cancellation.withLock { cancellation in
            cancellation.isRequested = true
            defer { cancellation.handler = nil }
            return cancellation.handler
        }
        handler?()
    }

    var isCancelled: Bool { cancellation.withLock { $0.isRequested } }

    /// Calls `handler` when the request is taken back, at once if it was already.
    func onCancel(_ handler: @escaping @Sendable () -> Void) {
        let isRequested = cancellation.withLock { cancellation in
            if !cancellation.isRequested { cancellation.handler = handler }
            return cancellation.isRequested
        }
        if isRequested { handler() }
    }

    /// Lets go of the handler, and with it of all that it holds, when there is nothing left to stop.
    func forgetCancellation() {
        cancellation.withLock { $0.handler = nil }
    }
}

/// What whoever asked gets to know.
package struct Conclusion: Sendable {
    /// The operation's name in the log.
    package let id: UniqueIdentifier
    package let outcome: Outcome
    package let recording: Recording

    /// What became of the outcome's record.
    package enum Recording: Sendable {
        case recorded
        /// The log failed after the operation had been carried out; of a write that was done, see ``OperationResult/isDoneWithoutRecord``.
        case failed(OperationError)
        /// The log failed, and is not required.
        case waived
        /// The operation came when the process was stopping already: it was not begun, and nothing of it is in the log.
        case notAccepted
    }

    package init(id: UniqueIdentifier, outcome: Outcome, recording: Recording) {
        self.id = id
        self.outcome = outcome
        self.recording = recording
    }

    /// Whether the outcome is in the log.
    package var isLogged: Bool {
        if case .recorded = recording { return true }
        return false
    }
}

extension OperationResult {
    /// Whether it is a write that was done and whose outcome the log has not taken. To the log, and to whoever asked, its fate is
    /// unknown; its error says that it was done, and why the log does not tell.
    package var isDoneWithoutRecord: Bool {
        if case .unknown(let error) = self { return error.code == .logUnavailable }
        return false
    }
}

extension OperationError {
    static func doneWithoutRecord(_ failure: OperationError) -> OperationError {
        OperationError(
            .logUnavailable,
            "it was done, but its outcome is not in the log, which says that it may have happened; look before it is asked for "
                + "again: \(failure.message)",
            cause: failure.cause)
    }
}
