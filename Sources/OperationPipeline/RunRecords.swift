package import OperationCatalogue

/// A run of scripts that begins, as the record shows it.
package struct RunBeginning: Sendable {
    /// Who runs it; names the run.
    package let caller: Caller
    package let files: [RunFile]
    /// The run's variables, in which nothing secret can be read any more.
    package let variables: JSONObject

    package init(caller: Caller, files: [RunFile], variables: JSONObject) {
        self.caller = caller
        self.files = files
        self.variables = variables
    }
}

/// A script of a run.
package struct RunFile: Hashable, Sendable {
    /// The path as it was given; `-` for standard input.
    package let name: String
    /// The SHA-256 of its bytes, in lower-case hexadecimal digits; `nil` where these are not known.
    package let digest: String?

    package init(name: String, digest: String?) {
        self.name = name
        self.digest = digest
    }
}

/// A run of scripts that has ended, as the record shows it.
package struct RunEnding: Sendable {
    package let caller: Caller
    package let status: RunStatus
    /// How many operations ended in each way.
    package let counts: [OutcomeStatus: Int]
    /// From the run's beginning, in nanoseconds of the monotonic clock.
    package let nanoseconds: UInt64
    /// The scripts whose bytes were not known at the beginning, with what has been read of them.
    package let files: [RunFile]

    package init(
        caller: Caller, status: RunStatus, counts: [OutcomeStatus: Int], nanoseconds: UInt64, files: [RunFile]
    ) {
        self.caller = caller
        self.status = status
        self.counts = counts
        self.nanoseconds = nanoseconds
        self.files = files
    }
}

/// How a run has ended, as a whole.
package enum RunStatus: String, Hashable, Sendable, CaseIterable {
    /// Everything that was asked for was done.
    case ok
    /// Not everything was: an operation failed or its fate is unknown, or a script was found faulty on the way.
    case failed
    /// It was ended before its end, by a signal, say.
    case cancelled
}
