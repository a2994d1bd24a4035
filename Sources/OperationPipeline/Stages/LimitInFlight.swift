import OperationCatalogue
import Synchronization

/// How many writes may stand in the record without having ended, and what waits for that. Performs what
/// ``WaitingOperations`` decides.
final class WriteWindow: Sendable {
    private let state = Mutex(State())

    private struct State {
        var waiting = WaitingOperations()
        /// Whether something has changed since somebody looked last.
        var hasChanged = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    /// So many writes that were let through have ended.
    func leave(_ count: Int) { change { $0.leave(count) } }

    /// Nothing more begins: what waits ends.
    func stop() { change { $0.stop() } }

    /// What may begin now: no more than the backend can have under way at once, and no more writes than the window has room
    /// for. Meanwhile what is in no order with the writes that wait goes past them. One call at a time.
    ///
    /// - Parameter pull: asks for what comes next; `nil` where nothing will. Not called again while a call is under way.
    func limitInFlight(
        to capacity: BackendCapacity, pull: @escaping @Sendable () async -> [OperationInFlight]?
    ) async -> [OperationInFlight]? {
        let size = capacity.batchSize * capacity.concurrentBatches
        while true {
            let step = state.withLock { state in
                state.hasChanged = false
                return state.waiting.step(ofAtMost: size)
            }
            switch step {
            case .give(let operations): return operations
            case .pull:
                let operations = await pull()
                state.withLock { $0.waiting.pulled(operations) }
            case .pullAside:
                Task {
                    let operations = await pull()
                    change { $0.pulled(operations) }
                }
                await changed()
            case .wait: await changed()
            }
        }
    }

    private func change(_ body: (inout WaitingOperations) -> Void) {
        let sleeper = state.withLock { state in
            body(&state.waiting)
            state.hasChanged = true
            return state.sleeper.take()
        }
        sleeper?.resume()
    }

    /// Returns when something has changed since the last step.
    private func changed() async {
        await withCheckedContinuation { continuation in
            let hasChanged = state.withLock { state in
                if !state.hasChanged { state.sleeper = continuation }
                return state.hasChanged
            }
            if hasChanged { continuation.resume() }
        }
    }
}
