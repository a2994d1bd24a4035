import OperationCatalogue
import Synchronization

extension AsyncStream where Element == [OperationInFlight] {
    /// Cuts arrays down to what may begin: no more than the backend can have under way at once, and no more writes than the window
    /// has room for. Meanwhile what is in no order with the writes that wait goes past them.
    func portion(for backend: any Backend, through window: WriteWindow) -> AsyncStream<[OperationInFlight]> {
        let upstream = PulledIterator(self)
        let size = backend.capacity.batchSize * backend.capacity.concurrentBatches
        return AsyncStream(unfolding: { await window.next(ofAtMost: size, from: upstream) })
    }
}

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

    fileprivate func next(
        ofAtMost size: Int, from upstream: PulledIterator<[OperationInFlight]>
    ) async -> [OperationInFlight]? {
        while true {
            let step = state.withLock { state in
                state.hasChanged = false
                return state.waiting.step(ofAtMost: size)
            }
            switch step {
            case .give(let operations): return operations
            case .pull:
                let operations = await upstream.next()
                state.withLock { $0.waiting.pulled(operations) }
            case .pullAside:
                Task {
                    let operations = await upstream.next()
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
