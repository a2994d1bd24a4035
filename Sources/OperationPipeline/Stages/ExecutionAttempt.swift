import OperationCatalogue
import Synchronization

/// One batch at the backend: ends exactly once, with the backend's results, or without them when time is up.
final class ExecutionAttempt: Sendable {
    private let batch: OperationBatch
    private let receipts: [RecordReceipt]
    private let state: Mutex<State>

    /// Gets the result of each operation, and when it was carried out.
    typealias Completion = @Sendable ([OperationResult], [ExecutionTime?]) -> Void

    private struct State {
        var completion: Completion?
        var work: Task<Void, Never>?
        var reason: StopReason?
        var grace: Duration = .zero
    }

    typealias Ending = ([OperationResult], [ExecutionTime?])

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
        completion: @escaping Completion
    ) {
        self.batch = batch
        self.receipts = receipts
        state = Mutex(State(completion: completion))
    }

    func begin(on backend: any Backend, grace: Duration) {
        state.withLock { state in
            if let reason = state.reason {
                // In a task, so that many of these in a row do not nest.
                Task { end(with: (batch.invocations.map { _ in reason.resultOfUnbegun }, [])) }
                return
            }
            state.grace = grace
            state.work = Task {
                let ending = await carryOut(on: backend)
                end(with: ending)
            }
        }
    }

    /// Hands the batch over once its intents are safe; without its writes where they will never be.
    private func carryOut(on backend: any Backend) async -> Ending {
        var failure: OperationError?
        for receipt in receipts { failure = await receipt.wait() ?? failure }
        guard let failure else { return await backend.executed(batch) }
        let reads = batch.reads
        let ending: Ending = reads.invocations.isEmpty ? ([], []) : await backend.executed(reads)
        var (results, times) = (ending.0.makeIterator(), ending.1.makeIterator())
        var all: Ending = ([], [])
        for invocation in batch.invocations {
            let isWrite = invocation.definition.isWrite
            all.0.append(isWrite ? .failed(failure) : results.next() ?? lost(invocation, reason: nil))
            all.1.append(isWrite ? nil : times.next() ?? nil)
        }
        return all
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

    /// - Parameter ending: `nil` where the backend has given up no results.
    private func end(with ending: Ending?) {
        let (completion, reason) = state.withLock { state in
            defer {
                state.completion = nil
                state.work = nil
            }
            return (state.completion, state.reason)
        }
        guard let completion else { return }
        if let (results, times) = ending {
            completion(fitted(results, reason: reason), times)
        } else {
            let results = batch.invocations.map { lost($0, reason: reason) }
            completion(results, batch.times.shared(among: results.count, until: MonotonicClock.now))
        }
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

extension Backend {
    /// The results of a batch, and when each of its operations was carried out.
    fileprivate func executed(_ batch: OperationBatch) async -> ExecutionAttempt.Ending {
        batch.times.handOver()
        let results = await execute(batch)
        return (results, batch.times.shared(among: batch.invocations.count, until: MonotonicClock.now))
    }
}

extension ExecutionAttempt.StopReason {
    /// Of an operation that never reached the backend.
    var resultOfUnbegun: OperationResult {
        switch self {
        case .atShutdown: .skipped(.notBegun)
        case .byRequest, .deadline: .failed(error)
        }
    }

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
