import OperationCatalogue

extension [OperationInFlight] {
    /// Puts the outcome of every operation into the record, and only then makes the replies.
    func recordOutcomes(in recorder: any OperationRecorder) async -> [PendingReply] {
        let concluded = map { $0.concluded() }
        var recording = Conclusion.Recording.recorded
        do throws(OperationError) {
            try await recorder.record(outcomes: concluded)
        } catch {
            recording = recorder.isRequired ? .failed(error) : .waived
        }
        return zip(self, concluded).map { operation, concluded in
            let conclusion = Conclusion(of: concluded, recording)
            if conclusion.outcome.result.isDoneWithoutRecord { operation.submission.scope?.end() }
            return PendingReply(submission: operation.submission, conclusion: conclusion)
        }
    }
}

/// A reply that may be given now.
struct PendingReply: Sendable {
    let submission: Submission
    let conclusion: Conclusion

    func deliver() { submission.reply(conclusion) }
}

extension Conclusion {
    /// What whoever asked is told. It never says more than the record does: there a write with an intent and without an outcome
    /// may have happened, so one that was done and whose outcome the record has not taken is told as ``OperationResult/unknown(_:)``,
    /// by an error that says that it was done.
    fileprivate init(of concluded: ConcludedOperation, _ recording: Recording) {
        var outcome = concluded.outcome
        if case .failed(let error) = recording, case .ok = outcome.result, concluded.definition?.isWrite == true {
            outcome = Outcome(
                result: .unknown(.doneWithoutRecord(error)), nanoseconds: outcome.nanoseconds,
                queuedNanoseconds: outcome.queuedNanoseconds)
        }
        self.init(id: concluded.id, outcome: outcome, recording: recording)
    }
}

extension OperationInFlight {
    fileprivate func concluded() -> ConcludedOperation {
        let result: OperationResult
        let invocation: Invocation?
        switch phase {
        case .ended(let ended, let of): (result, invocation) = (ended, of)
        case .pending(let left):
            let error = OperationError(.internalError, "never carried out; this is a defect of deferno")
            (result, invocation) = (left.definition.isWrite ? .unknown(error) : .failed(error), left)
        }
        return ConcludedOperation(
            id: id,
            request: invocation?.request ?? submission.request,
            definition: invocation?.definition ?? refusedDefinition,
            hasIntent: hasIntent,
            outcome: outcome(result)
        )
    }
}
