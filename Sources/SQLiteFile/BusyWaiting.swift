import Glibc

/// How a connection waits for the lock that another process holds.
enum BusyWaiting {
    /// Waits a little and tells whether to try again: for about ten seconds, and not after the task has been cancelled. Called on
    /// the threads of a ``BlockingGate`` alone.
    ///
    /// - Parameter attempts: how often this was called for the same lock.
    @Sendable
    static func wait(attempts: Int) -> Bool {
        guard attempts < maximumAttempts, !Task.isCancelled else { return false }
        usleep(attempts < 10 ? 1000 : 5000)
        return true
    }

    private static let maximumAttempts = 2000
}
