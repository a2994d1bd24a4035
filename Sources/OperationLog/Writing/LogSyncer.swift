import Dispatch
import Glibc
import OperationCatalogue
import OperationPipeline
import Synchronization

/// Brings what was written to the disk.
///
/// One `fdatasync(2)` serves everybody who has come before it began (group commit): a waiter comes after its records are
/// written, so the next call covers them. It is made on a thread of its own, since it can take long; but where it has been
/// quick and nobody else waits, where it is asked for: to change threads and back costs as much as a quick sync does.
final class LogSyncer: Sendable {
    /// Records that nobody waits for are synced after this many milliseconds.
    static let delay = 100
    /// A sync that takes no longer, in nanoseconds, may hold up the caller's thread.
    private static let quick: UInt64 = 1_000_000
    /// So long, in nanoseconds, a sync is put off at most for those who were served together last time and are sure to come
    /// again; and never longer than the last one took.
    private static let longestGathering: UInt64 = 1_000_000

    private let level: LogSync
    private let queue = DispatchQueue(label: "deferno.log.sync")
    private let state = Mutex(State())

    private struct State {
        var waiters: [Waiter] = []
        /// Whether somebody is syncing, and will look after the waiters.
        var isBusy = false
        /// How long the last sync took, in nanoseconds.
        var duration = UInt64.max
        /// How many the last sync served.
        var served = 0
        /// What has been written that nobody waits for.
        var unhurried: LogDescriptor?

        var isQuick: Bool { duration <= LogSyncer.quick }
    }

    private struct Waiter {
        let descriptor: LogDescriptor
        let continuation: CheckedContinuation<OperationError?, Never>
    }

    init(_ level: LogSync) { self.level = level }
}

// MARK: - Waiting

extension LogSyncer {
    /// Returns when what has been written to the file is on its disk.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func sync(_ descriptor: LogDescriptor) async throws(OperationError) {
        guard level != .none, descriptor.canSync else { return }
        let failure = mayServeItself() ? serveItself(descriptor) : await wait(for: descriptor)
        if let failure { throw failure }
    }

    private func mayServeItself() -> Bool {
        state.withLock { state in
            guard state.isQuick else { return false }
            if level == .each { return true }
            guard !state.isBusy, state.served <= 1 else { return false }
            state.isBusy = true
            return true
        }
    }

    private func serveItself(_ descriptor: LogDescriptor) -> OperationError? {
        let failure = timed { descriptor.sync() }
        guard level == .group else { return failure }
        let mustGoOn = state.withLock { state in
            state.isBusy = !state.waiters.isEmpty
            return state.isBusy
        }
        if mustGoOn { queue.async { self.run() } }
        return failure
    }

    private func wait(for descriptor: LogDescriptor) async -> OperationError? {
        await withCheckedContinuation { continuation in
            let mustBegin = state.withLock { state in
                state.waiters.append(Waiter(descriptor: descriptor, continuation: continuation))
                defer { state.isBusy = true }
                return !state.isBusy
            }
            if mustBegin { queue.async { self.run() } }
        }
    }
}

// MARK: - Serving

extension LogSyncer {
    private func run() {
        while true {
            if level == .group { gather() }
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                state.isBusy = !state.waiters.isEmpty
                if !state.waiters.isEmpty { state.served = state.waiters.count }
                return state.waiters
            }
            if waiters.isEmpty { return }
            serve(waiters)
        }
    }

    /// Waits for those who were served together last time, that they may be so again: without that the first of them would
    /// have a sync of its own, and all others wait for a second one.
    private func gather() {
        let start = MonotonicClock.now
        while true {
            let isOver = state.withLock { state in
                let limit = min(state.duration, Self.longestGathering)
                return state.waiters.isEmpty || state.waiters.count >= state.served
                    || MonotonicClock.now - start >= limit
            }
            if isOver { return }
            usleep(20)
        }
    }

    private func serve(_ waiters: [Waiter]) {
        var synced: (descriptor: LogDescriptor, failure: OperationError?)?
        for waiter in waiters {
            if level == .each || synced?.descriptor !== waiter.descriptor {
                synced = (waiter.descriptor, timed { waiter.descriptor.sync() })
            }
            waiter.continuation.resume(returning: synced?.failure)
        }
    }

    private func timed(_ sync: () -> OperationError?) -> OperationError? {
        let start = MonotonicClock.now
        let failure = sync()
        let duration = MonotonicClock.now - start
        state.withLock { $0.duration = duration }
        return failure
    }
}

// MARK: - Unhurried

extension LogSyncer {
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
}
