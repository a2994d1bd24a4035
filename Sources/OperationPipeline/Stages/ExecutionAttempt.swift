import OperationCatalogue
import Synchronization

/// One batch at the backend: ends exactly once, with the backend's results, or without them when time is up.
final class ExecutionAttempt: Sendable {
    private let batch: OperationBatch
    private let receipts: [RecordReceipt]
    private let state: Mutex<State>

    private struct State {
        var completion: (@Sendable ([OperationResult]) -> Void)?
        var work: Task<Void, Never>?
        var reason: StopReason?
        var grace: Duration = .zero
    }

    /// Why a backend was told to stop.
    enum StopReason {
        case deadline(Duration)
        case byRequest
        case atShutdown
    }

    /// - Parameter receipts: what its writes wait for.
    init(
        of batch: OperationBatch,
        after receipts: [RecordReceipt] = [],
        completion: @escaping @Sendable ([OperationResult]) -> Void
    ) {
        self.batch = batch
        self.receipts = receipts
        state = Mutex(State(completion: completion))
    }

    func begin(on backend: any Backend, grace: Duration) {
        state.withLock { state in
            if let reason = state.reason {
                // In a task, so that many of these in a row do not nest.
                Task { end(with: batch.invocations.map { _ in .failed(reason.error) }) }
                return
            }
            state.grace = grace
            state.work = Task {
                let results = await carryOut(on: backend)
                end(with: results)
            }
        }
    }

    /// Hands the batch over once its intents are safe; without its writes where they will never be.
    private func carryOut(on backend: any Backend) async -> [OperationResult] {
        var failure: OperationError?
        for receipt in receipts { failure = await receipt.wait() ?? failure }
        guard let failure else { return await backend.execute(batch) }
        let reads = batch.reads
        var results = (reads.invocations.isEmpty ? [] : await backend.execute(reads)).makeIterator()
        return batch.invocations.map { invocation in
            invocation.definition.isWrite ? .failed(failure) : results.next() ?? lost(invocation, reason: nil)
        }
    }

    /// Tells the backend to stop; if it says nothing within the grace, the attempt ends without it. An attempt that has
    /// not begun never reaches the backend.
    func cancel(_ reason: StopReason) {
        let (work, grace): (Task<Void, Never>?, Duration) = state.withLock { state in
            guard state.completion != nil, state.reason == nil else { return (nil, .zero) }
            state.reason = reason
            return (state.work, state.grace)
        }
        guard let work else { return }
        work.cancel()
        Task {
            try? await Task.sleep(for: grace)
            end(with: nil)
        }
    }

    private func end(with results: [OperationResult]?) {
        let (completion, reason) = state.withLock { state in
            defer {
                state.completion = nil
                state.work = nil
            }
            return (state.completion, state.reason)
        }
        guard let completion else { return }
        completion(results.map { fitted($0, reason: reason) } ?? batch.invocations.map { lost($0, reason: reason) })
    }

    /// A result for each invocation whatever the backend gave, with the reason for which it was stopped.
    private func fitted(_ results: [OperationResult], reason: StopReason?) -> [OperationResult] {
        batch.invocations.indices.map { index in
            guard index < results.count else {
                return lost(batch.invocations[index], reason: reason)
            }
            guard let reason, results[index].error?.code == .cancelled else { return results[index] }
            if case .unknown = results[index] { return .unknown(reason.error) }
            return .failed(reason.error)
        }
    }

    private func lost(_ invocation: Invocation, reason: StopReason?) -> OperationResult {
        let error =
            reason?.error
            ?? OperationError(.internalError, "the backend gave no result for it; this is a defect of deferno")
        return invocation.definition.isWrite ? .unknown(error) : .failed(error)
    }
}

extension ExecutionAttempt.StopReason {
    var error: OperationError {
        switch self {
        case .deadline(let duration):
            let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
            return OperationError(.deadlineExceeded, "not finished after \(seconds) seconds, the deadline for it")
        case .byRequest:
            return OperationError(.cancelled, "cancelled by whoever asked for it")
        case .atShutdown:
            return OperationError(.cancelled, "cancelled, since the process is stopping and it did not end in time")
        }
    }
}
