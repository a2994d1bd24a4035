import OperationCatalogue

/// Why an exchange ended without an answer.
struct TransportFailure: Sendable {
    enum Kind: Hashable, Sendable {
        /// No connection came to stand.
        case connection
        /// Time was up.
        case timeout
        /// The connection broke off.
        case interruption
        case tooLarge
        case cancelled
        /// The backend has been let go of.
        case closed
    }

    let kind: Kind
    /// In words that hold no secret.
    let reason: String
    /// Whether any of the request may have left this process.
    let wasSent: Bool
}

extension TryEnd {
    init(_ failure: TransportFailure, of draft: RequestDraft, at location: HTTPAddress) {
        let error: OperationError
        switch failure.kind {
        case .connection:
            error = OperationError(
                .backendUnreachable, "cannot connect to \(location.text): \(failure.reason)", status: 502)
        case .timeout:
            error = OperationError(
                .deadlineExceeded,
                failure.wasSent
                    ? "no whole answer from \(location.text) within \(failure.reason)"
                    : "no connection to \(location.text) within \(failure.reason)",
                status: 504
            )
        case .interruption:
            error = OperationError(
                .backendUnreachable,
                "the connection to \(location.text) broke off before its answer had come: \(failure.reason)",
                status: 502
            )
        case .tooLarge:
            error = OperationError(
                .backendFailed, "the answer of \(location.text) is larger than \(failure.reason), the limit",
                status: 502)
        case .cancelled: error = OperationError(.cancelled, "cancelled before the backend's answer had come")
        case .closed: error = OperationError(.cancelled, "not sent, since the connection to the backend was closed")
        }
        self.init(failure.wasSent && !draft.repetition.isRead ? .unsettled(error) : .notDone(error))
        isTransient = [.connection, .timeout, .interruption].contains(failure.kind)
    }
}
