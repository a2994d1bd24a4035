import BatchFrontend

extension ExitStatus {
    /// The status of a batch. ``badData`` says that nothing was carried out, ``tryAgain`` that the same command may do better
    /// later: neither is said where something was done already, which a second run would do twice.
    init(_ summary: BatchSummary) {
        let status = Self.worst(in: summary)
        switch status {
        case .badData where summary.hasCarriedOut, .usage where summary.hasCarriedOut: self = .operationFailed
        case .tryAgain where summary.effects > 0: self = .operationFailed
        case .usage: self = .badData
        default: self = status
        }
    }

    private static func worst(in summary: BatchSummary) -> ExitStatus {
        if summary.lacksRecords { return .inputOutput }
        if summary.hasChangedFile { return .tryAgain }
        if summary.faults > 0 { return .badData }
        if summary.unknown > 0 { return .operationFailed }
        return ExitStatus(summary.codes)
    }
}
