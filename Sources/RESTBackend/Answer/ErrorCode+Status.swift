import OperationCatalogue

extension ErrorCode {
    /// The kind of failure that a status and the backend's own code stand for.
    init(status: Int, fault: Fault, repetition: Repetition) {
        switch status {
        case 400: self = fault.code.map(Self.namesArguments) == true ? .invalidArguments : .invalidState
        case 401: self = .notSignedIn
        case 403: self = .forbidden
        case 404, 410: self = .notFound
        case 408: self = .deadlineExceeded
        case 409: self = Self.conflict(fault, repetition)
        case 413, 422: self = .invalidArguments
        case 429: self = .rateLimited
        default: self = .backendFailed
        }
    }

    private static func namesArguments(_ code: String) -> Bool {
        code.hasPrefix("invalid_") && code != "invalid_state" || code.hasPrefix("validation")
    }

    private static func conflict(_ fault: Fault, _ repetition: Repetition) -> ErrorCode {
        if fault.code == "id_conflict" { return .idConflict }
        if fault.code == "item_exists" || fault.existing != nil { return .itemExists }
        if case .namedCreate = repetition, fault.code == nil { return .itemExists }
        return .invalidState
    }
}
