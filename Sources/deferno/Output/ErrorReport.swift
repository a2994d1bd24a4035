import ArgumentParser
import OperationCatalogue

extension OperationError {
    /// Shows the error on standard error and gives what to throw to end the process with its status.
    func reported() -> ExitCode {
        let sentence = cause.map { "\(message) (\($0))" } ?? message
        StandardStream.error.writeNow("deferno: error: \(sentence.escapedForTerminal)\n")
        return ExitStatus(code).exitCode
    }
}
