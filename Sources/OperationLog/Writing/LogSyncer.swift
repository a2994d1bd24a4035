import Dispatch
import OperationCatalogue
import Synchronization

/// Brings what was written to the disk: on a thread of its own, since `fdatasync(2)` can take long.
///
/// One call serves everybody who has come while the one before was at work (group commit): a waiter comes after its records
/// are written, so the next call covers them.
final class LogSyncer: Sendable {
    /// Records that nobody waits for are synced after this many milliseconds.
    static let delay = 100

    private let level: LogSync
    private let queue = DispatchQueue(label: "deferno.log.sync")
    private let state = Mutex(State())

    private struct State {
        var waiters: [Waiter] = []
        var isScheduled = false
        /// What has been written that nobody waits for.
        var unhurried: LogDescriptor?
    }

    private struct Waiter {
        let descriptor: LogDescriptor
        let continuation: CheckedContinuation<OperationError?, Never>
    }

    init(_ level: LogSync) { self.level = level }

    /// Returns when what has been written to the file is on its disk.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func sync(_ descriptor: LogDescriptor) async throws(OperationError) {
        guard level != .none, descriptor.canSync else { return }
        let failure: OperationError? = await withCheckedContinuation { continuation in
            let mustSchedule = state.withLock { state in
                state.waiters.append(Waiter(descriptor: descriptor, continuation: continuation))
                defer { state.isScheduled = true }
                return !state.isScheduled
            }
            if mustSchedule { queue.async { self.run() } }
        }
        if let failure { throw failure }
    }

    /// Sees to it that what has been written to the file will be on its disk a little later.
    func syncLater(_ descriptor: LogDescriptor) {
        guard level != .none, descriptor.canSync else { return }
        let (mustSchedule, left) = state.withLock { state in
            defer { state.unhurried = descriptor }
            return (state.unhurried == nil, state.unhurried === descriptor ? nil : state.unhurried)
        }
        // The segment before, which the writer has left meanwhile.
        if let left { queue.async { _ = left.sync() } }
        if mustSchedule {
            queue.asyncAfter(deadline: .now() + .milliseconds(Self.delay)) { [self] in
                let descriptor = state.withLock { $0.unhurried.take() }
                _ = descriptor?.sync()
            }
        }
    }

    private func run() {
        while true {
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                state.isScheduled = !state.waiters.isEmpty
                return state.waiters
            }
            if waiters.isEmpty { return }
            serve(waiters)
        }
    }

    private func serve(_ waiters: [Waiter]) {
        var synced: (descriptor: LogDescriptor, failure: OperationError?)?
        for waiter in waiters {
            if level == .each || synced?.descriptor !== waiter.descriptor {
                synced = (waiter.descriptor, waiter.descriptor.sync())
            }
            waiter.continuation.resume(returning: synced?.failure)
        }
    }
}
