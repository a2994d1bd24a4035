package import OperationCatalogue
package import OperationPipeline

/// Puts the beginning and the end of a run into the record.
package struct RunRecords: Sendable {
    private let inputs: [BatchSource.Input]
    private let caller: Caller
    private let overrides: JSONObject
    private let ledger: BatchLedger
    private let recorder: any OperationRecorder
    private let began = MonotonicClock.now

    /// - Parameters:
    ///   - inputs: the run's scripts, as its ``BatchSource`` gets them.
    ///   - overrides: variables from the command line.
    package init(
        of inputs: [BatchSource.Input],
        ledger: BatchLedger,
        caller: Caller,
        overrides: JSONObject = JSONObject(),
        in recorder: any OperationRecorder
    ) {
        self.inputs = inputs
        self.ledger = ledger
        self.caller = caller
        self.overrides = overrides
        self.recorder = recorder
    }

    /// The run begins: to be called before its first step is asked for.
    ///
    /// - Returns: why the record does not have it; what is written will be refused for the same reason.
    package func begin() async -> OperationError? {
        let files = inputs.map { RunFile(name: $0.source.name, digest: $0.check?.digest) }
        let beginning = RunBeginning(caller: caller, files: files, variables: variables)
        return await recording { recorder throws(OperationError) in try await recorder.record(begin: beginning) }
    }

    /// The run has ended: to be called after its last outcome.
    ///
    /// - Returns: why the record does not have it.
    package func end() async -> OperationError? {
        let summary = ledger.summary
        let files = inputs.compactMap { input in
            input.digest.map { RunFile(name: input.source.name, digest: $0.hexadecimal) }
        }
        let status: RunStatus = summary.wasInterrupted ? .cancelled : summary.isGood ? .ok : .failed
        let ending = RunEnding(
            caller: caller, status: status,
            counts: [
                .ok: summary.ok, .failed: summary.failed, .unknown: summary.unknown, .skipped: summary.skipped,
            ], nanoseconds: MonotonicClock.now &- began, files: files)
        return await recording { recorder throws(OperationError) in try await recorder.record(end: ending) }
    }

    private func recording(
        _ body: (any OperationRecorder) async throws(OperationError) -> Void
    ) async -> OperationError? {
        do throws(OperationError) {
            try await body(recorder)
            return nil
        } catch {
            // One that is not required says itself that it fails.
            guard recorder.isRequired else { return nil }
            ledger.countMissingRecord()
            return error
        }
    }

    /// Those from the command line, and what the files define, of several that define one name the first.
    private var variables: JSONObject {
        var variables = VariableRedaction.safe(overrides, hiding: [])
        var known = Set(variables.members.map(\.key))
        for input in inputs {
            for member in input.check?.variables.members ?? [] where known.insert(member.key).inserted {
                variables.append(member.key, member.value)
            }
        }
        return variables
    }
}
