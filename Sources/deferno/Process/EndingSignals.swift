import Glibc
import Synchronization

/// The signals that ask the process to end: held from its first moment on, so that none is lost, and taken by the main thread
/// one after the other.
///
/// While nobody in the process has asked for them, each does what it does by default. One that was ignored when the process
/// began (`nohup`, a job in the background of a shell) stays ignored.
enum EndingSignals {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]
    private static let state = Mutex(State())

    private struct State {
        var held = emptySet
        /// The mask that the process began with.
        var inherited = emptySet
        var take: (@Sendable (CInt) -> Void)?
    }

    private static var emptySet: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        return set
    }

    /// The mask that the process began with, for the programs that it starts.
    static var inherited: sigset_t { state.withLock { $0.inherited } }

    /// Holds them back, in this thread and in all that it and they make. Comes first in the process.
    static func hold() {
        // Writing to a pipe that nobody reads must be an error of that write, and not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        state.withLock { state in
            for number in numbers where number == SIGTERM || !isIgnored(number) { sigaddset(&state.held, number) }
            pthread_sigmask(SIG_BLOCK, &state.held, &state.inherited)
        }
    }

    /// Has those that come from now on given to `take`, on the main thread, which it must not hold up.
    static func give(to take: @escaping @Sendable (CInt) -> Void) {
        state.withLock { $0.take = take }
    }

    /// Waits for them, for ever: the main thread's only work. (The threads of tasks and queues keep all signals blocked.)
    static func wait() -> Never {
        var held = state.withLock { $0.held }
        while true {
            var number: CInt = 0
            guard sigwait(&held, &number) == 0 else { continue }
            if let take = state.withLock({ $0.take }) { take(number) } else { end(by: number) }
        }
    }

    /// Ends the process as the signal does by default.
    private static func end(by number: CInt) {
        signal(number, SIG_DFL)
        var set = emptySet
        sigaddset(&set, number)
        raise(number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    private static func isIgnored(_ number: CInt) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0, let handler = action.__sigaction_handler.sa_handler else {
            return false
        }
        return unsafeBitCast(handler, to: Int.self) == 1
    }
}
