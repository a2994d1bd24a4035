import Synchronization

/// A group of operations of which none is tried after one has failed: the steps of a script with `on_error: stop`.
package final class FailureScope: Sendable {
    private let closed = Atomic<Bool>(false)
    private let ended = Atomic<Bool>(false)

    package init() {}

    /// Whether an operation of the scope has failed when its turn came.
    package var hasEnded: Bool { ended.load(ordering: .acquiring) }

    /// Whether it takes no more operations: one has failed, or has been refused while earlier ones still await their turn.
    package var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Takes no more operations, but lets those that it has taken run.
    func close() { closed.store(true, ordering: .releasing) }

    func end() {
        close()
        ended.store(true, ordering: .releasing)
    }
}
