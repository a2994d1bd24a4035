import ArgumentParser
import OperationCatalogue

/// What the process ends with: the numbers of sysexits.h where one fits.
enum ExitStatus: Int32, CaseIterable, Error {
    case success = 0
    /// An operation failed.
    case operationFailed = 1
    /// The command line is wrong (EX_USAGE).
    case usage = 64
    /// A script or an argument is wrong (EX_DATAERR).
    case badData = 65
    /// The backend cannot be reached (EX_UNAVAILABLE).
    case unavailable = 69
    /// A defect of the program (EX_SOFTWARE).
    case software = 70
    /// The log, or a file, cannot be read or written (EX_IOERR).
    case inputOutput = 74
    /// Trying again later may help (EX_TEMPFAIL).
    case tryAgain = 75
    /// Nobody is signed in, or what is asked is not permitted (EX_NOPERM).
    case notPermitted = 77
    /// Ended by SIGHUP, as shells report it; likewise the others.
    case hungUp = 129
    /// Ended by SIGINT.
    case interrupted = 130
    /// Ended by SIGQUIT.
    case quit = 131
    /// Whoever read the output went away (SIGPIPE).
    case brokenPipe = 141
    /// Ended by SIGTERM.
    case terminated = 143

    /// The status for one failure.
    init(_ code: ErrorCode) {
        self =
            switch code {
            case .unknownOperation: .usage
            case .invalidRequest, .invalidArguments, .invalidReference: .badData
            case .backendUnreachable: .unavailable
            case .logUnavailable: .inputOutput
            case .rateLimited, .backendBusy, .deadlineExceeded: .tryAgain
            case .notSignedIn, .notPermitted, .forbidden: .notPermitted
            case .internalError: .software
            case .notFound, .itemExists, .idConflict, .invalidState, .backendFailed, .cancelled, .notRun:
                .operationFailed
            }
    }

    /// The status for several failures: a log that failed comes first, then what all have in common.
    init(_ codes: [ErrorCode]) {
        let statuses = Set(codes.map { ExitStatus($0) })
        if statuses.isEmpty {
            self = .success
        } else if statuses.contains(.inputOutput) {
            self = .inputOutput
        } else {
            self = statuses.count == 1 ? statuses.first ?? .operationFailed : .operationFailed
        }
    }

    var exitCode: ExitCode { ExitCode(rawValue) }
}
