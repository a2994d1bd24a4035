package import OperationCatalogue

/// What a batch came to.
package struct BatchSummary: Sendable {
    package var scripts = 0
    package var ok = 0
    package var failed = 0
    package var unknown = 0
    package var skipped = 0
    /// Faults of scripts that were found while they ran.
    package var faults = 0
    package var wasInterrupted = false
    /// Whether a file was no longer what had been checked when its turn came.
    package var hasChangedFile = false
    /// Whether steps were left out since one before them did not end well.
    package var hasStopped = false
    /// How many operations that change something were done, or may have been.
    package var effects = 0
    /// Whether the log lacks an outcome, or a record of the run itself.
    package var lacksRecords = false
    /// The codes of what certainly failed, in the order of their first occurrence.
    package var codes: [ErrorCode] = []

    package init() {}

    package var steps: Int { ok + failed + unknown + skipped }

    /// Whether everything that was tried was done, and nothing kept anything from being tried.
    package var isGood: Bool { failed == 0 && unknown == 0 && faults == 0 && !wasInterrupted }

    /// How many steps were begun.
    package var begun: Int { ok + failed + unknown }

    /// Whether anything was carried out, or may have been.
    package var hasCarriedOut: Bool { ok + unknown > 0 }

    mutating func count(_ outcome: StepOutcome) {
        switch outcome.status {
        case .ok: ok += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
        case .skipped:
            skipped += 1
            // A condition that is not met gives no error.
            if outcome.error != nil { hasStopped = true }
        }
        if outcome.status == .ok || outcome.status == .unknown, outcome.isWrite { effects += 1 }
        if outcome.recordingError != nil { lacksRecords = true }
        if outcome.status == .failed, let code = outcome.error?.code, !codes.contains(code) { codes.append(code) }
    }
}
