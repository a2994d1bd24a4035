import OperationCatalogue

extension OperationError {
    /// The status of a store, or of the accounts, for which there is no room (RFC 4918 section 11.5).
    static let noRoomStatus = 507

    /// The status of what may have been done.
    static let unknownStatus = 504

    /// The status that tells a client of this server's own failure: 503 says for certain that nothing was done.
    var httpStatus: Int {
        switch code {
        case .invalidRequest, .invalidState: 400
        case .invalidArguments, .invalidReference: 422
        case .notPermitted, .forbidden: 403
        case .logUnavailable, .backendUnreachable, .backendBusy, .cancelled, .notRun: 503
        case .backendFailed where status == Self.noRoomStatus: Self.noRoomStatus
        case .backendFailed, .internalError: 500
        default: status ?? 500
        }
    }

    /// What a client is told. The server's own failures name files of its machine, which are nobody else's business; their
    /// whole text is in the log and on the server's standard error.
    ///
    /// - Parameter isUnknown: whether it may have been carried out all the same.
    func messageForClients(isUnknown: Bool = false) -> String {
        guard let sentence = code.sentenceForClients(status: status) else { return message }
        if isUnknown, code == .logUnavailable {
            return "this was done, but the server's log has not taken its outcome: look before you ask again, and "
                + "tell whoever runs the server"
        }
        return isUnknown ? "nobody knows whether this was done: look before you ask again" : sentence
    }
}

extension ErrorCode {
    /// What a client is told of a failure of the server's own, which was not carried out; `nil` where the failure's own words are for it.
    func sentenceForClients(status: Int?) -> String? {
        switch self {
        case .logUnavailable:
            "the server's log cannot be written, so nothing is changed; reads go on: tell whoever runs the server"
        case .backendUnreachable: "the server's store cannot be reached: try again, or tell whoever runs the server"
        case .backendFailed where status == OperationError.noRoomStatus:
            "the server has no room left for this; nothing was changed: tell whoever runs the server"
        case .backendBusy: "the server's store is busy; nothing was changed: try again"
        case .backendFailed:
            "the server's store failed; what was asked was not done: try again, or tell whoever runs the server"
        case .internalError: "the server failed; its log tells more to whoever runs it"
        default: nil
        }
    }
}
