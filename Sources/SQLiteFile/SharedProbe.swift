import OperationCatalogue
import OperationPipeline
import Synchronization

/// Whether a database answers, for any number of people who ask: looked at once for all who ask at the same time, and not again
/// within half a second. Nobody waits longer than two seconds for the answer, whatever is stuck.
final class SharedProbe: Sendable {
    private typealias Answer = CheckedContinuation<OperationError?, Never>

    private struct State {
        var last: (failure: OperationError?, time: UInt64)?
        var waiting: [Answer] = []
        /// Whether a look is under way, and since when.
        var begun: UInt64?
    }

    private let state = Mutex(State())
    /// In nanoseconds.
    private static let life: UInt64 = 500_000_000
    private static let patience: Duration = .seconds(2)

    /// - Parameters:
    ///   - overdue: the failure where there is no answer in time.
    ///   - look: asks the database.
    func failure(
        orInTime overdue: OperationError, _ look: @escaping @Sendable () async -> OperationError?
    ) async -> OperationError? {
        await withCheckedContinuation { continuation in
            let now = MonotonicClock.now
            let (known, begins): (OperationError??, Bool) = state.withLock { state in
                if let last = state.last, now - last.time < Self.life { return (.some(last.failure), false) }
                // Whoever comes while nobody has answered for long is told so at once.
                if let begun = state.begun, now - begun > 2_000_000_000 { return (.some(overdue), false) }
                state.waiting.append(continuation)
                defer { state.begun = state.begun ?? now }
                return (nil, state.begun == nil)
            }
            if let known { continuation.resume(returning: known) }
            if begins { begin(overdue, look) }
        }
    }

    private func begin(_ overdue: OperationError, _ look: @escaping @Sendable () async -> OperationError?) {
        let guarding = Task {
            try? await Task.sleep(for: Self.patience)
            if !Task.isCancelled { answer(overdue) }
        }
        Task {
            let failure = await look()
            guarding.cancel()
            state.withLock { state in
                state.last = (failure, MonotonicClock.now)
                state.begun = nil
            }
            answer(failure)
        }
    }

    private func answer(_ failure: OperationError?) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: failure) }
    }
}
