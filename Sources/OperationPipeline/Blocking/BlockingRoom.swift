import Glibc
import Synchronization

/// The threads of a ``BlockingGate`` and what waits for them. A thread is made when there is work and none is idle, up to the
/// width, and stays.
final class BlockingRoom: Sendable {
    private let width: Int
    private let state = Mutex(State())
    private let signal = ThreadSignal()

    private struct State {
        var waiting: [@Sendable () -> Void] = []
        /// How much of ``waiting`` has been taken, so that taking the first is not moving all others.
        var taken = 0
        var threads = 0
        var idle = 0
        var isClosed = false

        mutating func take() -> (@Sendable () -> Void)? {
            guard taken < waiting.count else { return nil }
            let job = waiting[taken]
            taken += 1
            if taken == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                taken = 0
            } else if taken >= 1024 {
                waiting.removeFirst(taken)
                taken = 0
            }
            return job
        }
    }

    init(width: Int) { self.width = width }

    func add(_ job: @escaping @Sendable () -> Void) {
        let needsThread = state.withLock { state in
            state.waiting.append(job)
            guard state.idle < state.waiting.count - state.taken, state.threads < width else { return false }
            state.threads += 1
            return true
        }
        if needsThread { begin() }
        signal.raise()
    }

    /// Lets the threads end when there is nothing left to do.
    func close() {
        let threads = state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        for _ in 0..<threads { signal.raise() }
    }

    private func begin() {
        let thread = BlockingThread { [self] in
            Self.mark()
            work()
        }
        guard thread == nil else { return }
        let left = state.withLock { state -> (@Sendable () -> Void)? in
            state.threads -= 1
            // The threads that there are go on with it.
            return state.threads == 0 ? state.take() : nil
        }
        left?()
    }

    private func work() {
        while true {
            state.withLock { $0.idle += 1 }
            signal.wait()
            let (job, hasEnded) = state.withLock { state in
                state.idle -= 1
                let job = state.take()
                return (job, job == nil && state.isClosed)
            }
            job?()
            if hasEnded { return }
        }
    }

    // MARK: The mark of its threads

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    private static func mark() { pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1)) }

    /// Whether the current thread is one of a room.
    static var isCurrentThread: Bool { pthread_getspecific(key) != nil }
}
