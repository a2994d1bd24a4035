/// Why an operation did not end well: a code that programs can rely on, and a sentence for people.
package struct OperationError: Error, Hashable, Sendable {
    package let code: ErrorCode
    /// A sentence: what happened, what was expected, what to do.
    package let message: String
    /// The HTTP status the backend answered with, or the one its contract gives to this failure.
    package let status: Int?
    /// The code that the backend gave, where it says more than ``code``, such as `item_exists`.
    package let backendCode: String?
    /// What lies behind it: a system error, a database error, the first bytes of an unreadable answer.
    package let cause: String?
    /// The task that was there already, under ``ErrorCode/itemExists``.
    package let existing: JSONText?
    /// The faults of single fields, under ``ErrorCode/invalidArguments``.
    package let faults: [ArgumentFault]

    package init(
        _ code: ErrorCode,
        _ message: String,
        status: Int? = nil,
        backendCode: String? = nil,
        cause: String? = nil,
        existing: JSONText? = nil,
        faults: [ArgumentFault] = []
    ) {
        self.code = code
        self.message = message
        self.status = status ?? code.status
        self.backendCode = backendCode
        self.cause = cause
        self.existing = existing
        self.faults = faults
    }
}

/// The kinds of failure, each a stable string on the wire and in the log.
package enum ErrorCode: String, Hashable, Sendable, CaseIterable {
    /// The request is no operation at all: not an object, no `op`.
    case invalidRequest = "invalid_request"
    /// No operation of that name is in the catalogue.
    case unknownOperation = "unknown_operation"
    /// Arguments are missing, unknown, mistyped or out of bounds.
    case invalidArguments = "invalid_arguments"
    /// A `${{ ... }}` expression could not be evaluated.
    case invalidReference = "invalid_reference"
    /// The policy of this process does not let the operation through.
    case notPermitted = "not_permitted"
    case notFound = "not_found"
    /// A create with an identifier that is taken by a task of the same owner.
    case itemExists = "item_exists"
    /// A create with an identifier that is taken by somebody else's task.
    case idConflict = "id_conflict"
    /// The task's state does not allow it: active children, a cycle, nothing to merge.
    case invalidState = "invalid_state"
    /// Nobody is signed in, or the token is no longer good.
    case notSignedIn = "not_signed_in"
    case forbidden
    case rateLimited = "rate_limited"
    case backendUnreachable = "backend_unreachable"
    /// The backend answered something that cannot be used, or failed inside.
    case backendFailed = "backend_failed"
    /// Somebody else kept the tasks locked all the time that was waited; nothing was done, and trying again may help.
    case backendBusy = "backend_busy"
    case deadlineExceeded = "deadline_exceeded"
    /// The log could not be written, so the write was refused.
    case logUnavailable = "log_unavailable"
    /// Whoever asked took the request back, or the process is stopping.
    case cancelled
    /// Not tried, since an earlier operation that it follows did not succeed.
    case notRun = "not_run"
    case internalError = "internal_error"
}

extension ErrorCode {
    /// The HTTP status that the backend's contract gives to such a failure; `nil` where no backend was asked.
    package var status: Int? {
        switch self {
        case .invalidState: 400
        case .notSignedIn: 401
        case .forbidden: 403
        case .notFound: 404
        case .itemExists, .idConflict: 409
        case .rateLimited: 429
        case .backendUnreachable: 502
        case .deadlineExceeded: 504
        default: nil
        }
    }
}

/// What is wrong with one argument.
package struct ArgumentFault: Hashable, Sendable {
    /// Where it is: field names and list positions from the arguments down, `["labels", "2"]`.
    package let path: [String]
    /// What was expected and what was found, without the place.
    package let message: String
    /// Whether the name at the end of the path is wrong, and not its value.
    package let concernsName: Bool

    package init(path: [String], message: String, concernsName: Bool = false) {
        self.path = path
        self.message = message
        self.concernsName = concernsName
    }

    /// The path as people write it: `labels[2]`, `mood_start.r`.
    package var place: String {
        path.reduce(into: "") { place, step in
            if place.isEmpty { place = step } else { place += Int(step) != nil ? "[\(step)]" : ".\(step)" }
        }
    }
}
