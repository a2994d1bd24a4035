import OperationCatalogue

extension AsyncStream where Element == [OperationInFlight] {
    /// Puts the outcome of every operation into the record, and only then makes the replies.
    func conclude(in recorder: any OperationRecorder) -> AsyncStream<[PendingReply]> {
        pulled { operations in
            let concluded = operations.map { $0.concluded() }
            var recording = Conclusion.Recording.recorded
            do throws(OperationError) {
                try await recorder.record(outcomes: concluded)
            } catch {
                recording = recorder.isRequired ? .failed(error) : .waived
            }
            return zip(operations, concluded).map { operation, concluded in
                PendingReply(
                    submission: operation.submission,
                    conclusion: Conclusion(id: concluded.id, outcome: concluded.outcome, recording: recording)
                )
            }
        }
    }
}

/// A reply that may be given now.
struct PendingReply: Sendable {
    let submission: Submission
    let conclusion: Conclusion

    func deliver() { submission.reply(conclusion) }
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
