import Dispatch
import OperationCatalogue
import OperationPipeline
import Synchronization

/// Brings what was written to the disk.
///
/// One `fdatasync(2)` serves everybody who has come before it began (group commit): whoever comes has written before, so the
/// next call covers it. It is made on a thread of its own, since it can take long, and nobody knows before how long.
final class LogSyncer: Sendable {
    /// Records that nobody waits for are synced after this many milliseconds.
    static let delay = 100
    /// So long, in nanoseconds, a sync is put off at most for those who were served together last time and are sure to come
    /// again; and never longer than the last one took.
    private static let longestGathering: UInt64 = 1_000_000

    private let level: LogSync
    private let queue = DispatchQueue(label: "deferno.log.sync")
    private let gathered = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    private struct State {
        var requests: [Request] = []
        /// Whether somebody is syncing, and will look after the requests.
        var isBusy = false
        var isGathering = false
        /// How long the last sync took, in nanoseconds.
        var duration = UInt64.max
        /// How many the last sync served.
        var served = 0
        /// What has been written that nobody waits for.
        var unhurried: LogDescriptor?
    }

    private struct Request {
        let descriptor: LogDescriptor
        let receipt: RecordReceipt
    }

    init(_ level: LogSync) { self.level = level }
}

// MARK: - Asking

extension LogSyncer {
    /// Returns when what has been written to the file is on its disk.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    func sync(_ descriptor: LogDescriptor) async throws(OperationError) {
        if let failure = await beginSync(descriptor)?.wait() { throw failure }
    }

    /// Sees to it that what has been written to the file gets to its disk at once.
    ///
    /// - Returns: the receipt that is settled then; `nil` where it has no disk.
    func beginSync(_ descriptor: LogDescriptor) -> RecordReceipt? {
        guard level != .none, descriptor.canSync else { return nil }
        let receipt = RecordReceipt()
        let (mustBegin, isComplete) = state.withLock { state in
            state.requests.append(Request(descriptor: descriptor, receipt: receipt))
            defer { state.isBusy = true }
            return (!state.isBusy, state.isGathering && state.requests.count >= state.served)
        }
        if mustBegin { queue.async { self.run() } }
        if isComplete { gathered.signal() }
        return receipt
    }
}

// MARK: - Serving

extension LogSyncer {
    private func run() {
        while true {
            if level == .group { gather() }
            let requests = state.withLock { state in
                defer { state.requests = [] }
                state.isBusy = !state.requests.isEmpty
                if !state.requests.isEmpty { state.served = state.requests.count }
                return state.requests
            }
            if requests.isEmpty { return }
            serve(requests)
        }
    }

    /// Waits for those who were served together last time, that they may be so again: without that the first of them would
    /// have a sync of its own, and all others wait for a second one.
    private func gather() {
        // A signal that came too late for the last time is not for this one.
        while gathered.wait(timeout: .now()) == .success {}
        let limit: UInt64? = state.withLock { state in
            guard !state.requests.isEmpty, state.requests.count < state.served else { return nil }
            state.isGathering = true
            return min(state.duration, Self.longestGathering)
        }
        guard let limit else { return }
        _ = gathered.wait(timeout: .now() + .nanoseconds(Int(limit)))
        state.withLock { $0.isGathering = false }
    }

    private func serve(_ requests: [Request]) {
        var synced: (descriptor: LogDescriptor, failure: OperationError?)?
        for request in requests {
            if level == .each || synced?.descriptor !== request.descriptor {
                synced = (request.descriptor, timed { request.descriptor.sync() })
            }
            request.receipt.settle(synced?.failure)
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
