import Glibc
import Synchronization

/// A thread for one body that may wait in system calls for as long as it likes, as those that tasks and queues share may not: the
/// reader of a pipe, say. What gives back a value in a while goes through a ``BlockingGate`` instead.
package final class BlockingThread: Sendable {
    private let body: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State {
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Begins at once, and goes on whether anybody keeps the object or not.
    ///
    /// - Returns: `nil` where the system has no thread left for it; then nothing of it is carried out.
    package init?(_ body: @escaping @Sendable () -> Void) {
        self.body = body
        guard start() else { return nil }
    }

    /// Returns when the body has returned.
    package func join() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func start() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let failure = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<BlockingThread>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard failure == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func run() {
        body()
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
