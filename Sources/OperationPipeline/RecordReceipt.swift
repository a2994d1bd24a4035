package import OperationCatalogue
import Synchronization

/// Says when records that a recorder has taken are as safe as it makes them: on the disk, say. Settled exactly once.
package final class RecordReceipt: Sendable {
    private let state = Mutex(State.pending([]))

    private enum State {
        case pending([CheckedContinuation<OperationError?, Never>])
        case settled(OperationError?)
    }

    package init() {}

    /// Called by the recorder: the records are safe, or will never be.
    package func settle(_ failure: OperationError?) {
        let waiting: [CheckedContinuation<OperationError?, Never>] = state.withLock { state in
            guard case .pending(let waiting) = state else { return [] }
            state = .settled(failure)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: failure) }
    }

    /// Returns when it is settled, with what is wrong.
    package func wait() async -> OperationError? {
        await withCheckedContinuation { continuation in
            let settled: OperationError?? = state.withLock { state in
                switch state {
                case .pending(let waiting):
                    state = .pending(waiting + [continuation])
                    return nil
                case .settled(let failure): return .some(failure)
                }
            }
            if let settled { continuation.resume(returning: settled) }
        }
    }
}
