import ArgumentParser
import BatchFrontend
import OperationCatalogue

extension Configuration {
    /// What holds for this process.
    ///
    /// - Throws: a fault of the command line, or the exit status after what is wrong has been shown on standard error.
    static func resolved(
        flags: [String: SettingInput],
        for purpose: ConfigurationResolver.Purpose = .operations
    ) throws -> Configuration {
        var resolver = ConfigurationResolver(flags: flags, environment: .process)
        do {
            return try resolver.resolve(for: purpose)
        } catch {
            throw error.report()
        }
    }
}

extension ConfigurationFailure {
    /// Shows it on standard error, where that is not done by whoever gets it, and returns what to throw.
    fileprivate func report() -> any Error {
        switch self {
        case .usage(let message):
            return ValidationError(message.escapedForTerminal)
        case .file(let faults):
            for fault in faults.faults { StandardStream.error.append(fault.text) }
            StandardStream.error.writeNow("")
            return ExitStatus.badData.exitCode
        case .credentials(let error):
            return error.reported()
        }
    }
}

extension ConfigurationFileFault {
    /// The place, the sentence, the line and a caret under it; without the line where that may hold a secret.
    var text: String {
        hidesLine ? fault.headline.escapedForTerminal + "\n" : FaultReport.text(fault)
    }
}
