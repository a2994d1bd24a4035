import ArgumentParser
import OperationCatalogue
import OperationPipeline
import Synchronization

extension Pipeline {
    /// Carries out one request; `nil` where the shutdown has begun and it was not accepted.
    func carryOut(_ request: OperationRequest, until shutdown: Shutdown) async -> Conclusion? {
        let given = Mutex<Conclusion?>(nil)
        let submission = Submission(request) { conclusion in given.withLock { $0 = conclusion } }
        let queue = PullQueue<Submission>()
        queue.add([submission])
        queue.end()
        await run(queue.stream, until: shutdown)
        return given.withLock { $0 }
    }
}

/// Why a command that carries out single operations does not end well.
struct OperationFailure {
    /// `nil` where there is nothing to say.
    let message: String?
    let status: ExitStatus

    init(message: String?, status: ExitStatus) {
        (self.message, self.status) = (message, status)
    }

    /// What is wrong with the end of an operation; `nil` when nothing is.
    ///
    /// - Parameter interruption: the status for the signal that has come, if one has.
    init?(of operation: String, _ conclusion: Conclusion?, _ interruption: ExitStatus?) {
        guard let conclusion else {
            self.init(message: nil, status: interruption ?? .software)
            return
        }
        let missingRecord: OperationError? = if case .failed(let error) = conclusion.recording { error } else { nil }
        switch conclusion.outcome.result {
        case .ok, .spooled:
            guard let error = missingRecord else { return nil }
            self.init(
                message: "the outcome of \(operation) is not in the log: \(error.message)", status: .inputOutput)
        case .failed(let error), .skipped(.some(let error)):
            self.init(message: error.report(of: operation), status: interruption ?? ExitStatus(error.code))
        case .unknown(let error) where conclusion.outcome.result.isDoneWithoutRecord:
            self.init(message: error.report(of: operation), status: .inputOutput)
        case .unknown(let error):
            // Never a status that invites to try again: that could do it twice.
            let message = "\(error.report(of: operation)); whether it happened is not known"
            let status: ExitStatus = missingRecord == nil ? .operationFailed : .inputOutput
            self.init(message: message, status: interruption ?? status)
        case .skipped(nil): return nil
        }
    }

    /// Says so on standard error, and returns what to throw.
    func report() -> ExitCode {
        if let message { StandardStream.error.writeNow("deferno: error: \(message.escapedForTerminal)\n") }
        return status.exitCode
    }
}

extension OperationError {
    /// The failure in one line for people.
    func report(of operation: String) -> String {
        // Faults of arguments name the operation themselves.
        let sentence = message.hasPrefix(operation) ? message : "\(operation): \(message)"
        // Only the backend's own word has a status: every other sentence says itself what to do.
        let advice = code == .notSignedIn && status == 401 ? "; sign in with 'deferno auth login'" : ""
        return (cause.map { "\(sentence) (\($0))" } ?? sentence) + advice
    }
}
