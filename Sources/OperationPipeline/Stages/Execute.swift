import OperationCatalogue
import Synchronization

extension AsyncStream where Element == [OperationInFlight] {
    /// Carries out what is still pending, several batches at a time as the backend allows; what ends first goes on first,
    /// but operations of one sequence keep their order.
    ///
    /// This is the one stage where work runs concurrently. It pulls from upstream while batches are under way, but only
    /// when there is room for more.
    func execute(
        on backend: any Backend,
        within limits: PipelineLimits,
        freeing window: WriteWindow,
        until shutdown: Shutdown
    ) -> AsyncStream<[OperationInFlight]> {
        let executor = Executor(
            upstream: PulledIterator(self), backend: backend, limits: limits, window: window, shutdown: shutdown)
        return AsyncStream(unfolding: { await executor.next() })
    }
}

/// Performs what ``ExecutionState`` decides.
private final class Executor: Sendable {
    private let upstream: PulledIterator<[OperationInFlight]>
    private let backend: any Backend
    private let limits: PipelineLimits
    private let window: WriteWindow
    private let shutdown: Shutdown
    private let state: Mutex<ExecutionState>

    init(
        upstream: PulledIterator<[OperationInFlight]>,
        backend: any Backend,
        limits: PipelineLimits,
        window: WriteWindow,
        shutdown: Shutdown
    ) {
        self.upstream = upstream
        self.backend = backend
        self.limits = limits
        self.window = window
        self.shutdown = shutdown
        state = Mutex(ExecutionState(capacity: backend.capacity))
    }

    /// Operations that have ended, all there are; `nil` when there will be none any more.
    func next() async -> [OperationInFlight]? {
        if state.withLock({ $0.begin() }) {
            shutdown.onBegin { [weak self] in self?.cancelAfterDrain() }
            act(on: state.withLock { $0.actions() })
        }
        return await withCheckedContinuation { continuation in
            let ended = state.withLock { $0.take(or: continuation) }
            if let ended {
                continuation.resume(returning: ended.operations)
                // Taking has made room, which may be what the pull was waiting for.
                act(on: state.withLock { $0.actions() })
            }
        }
    }

    private func act(on actions: [ExecutionState.Action]) {
        for action in actions {
            switch action {
            case .pull:
                Task {
                    let operations = await upstream.next()
                    act(on: state.withLock { $0.pulled(operations) })
                }
            case .start(let batch):
                start(batch)
            case .resume(let consumer, let operations):
                consumer.resume(returning: operations)
            case .free(let count): window.leave(count)
            }
        }
    }

    private func start(_ batch: ExecutionBatch) {
        let attempt = ExecutionAttempt(of: batch.work, after: batch.receipts) { results, times in
            batch.operationAlone?.submission.forgetCancellation()
            let ended = batch.ended(with: results, times)
            self.act(on: self.state.withLock { $0.finished(batch, as: ended) })
        }
        let due = ContinuousClock.now.advanced(by: limits.deadline)
        let (isStopped, needsWatch) = state.withLock { $0.register(attempt, for: batch, due: due) }
        if isStopped { attempt.cancel(.atShutdown) }
        if needsWatch { watchDeadlines(from: due) }
        if let alone = batch.operationAlone { alone.submission.onCancel { attempt.cancel(.byRequest) } }
        attempt.begin(on: backend, grace: limits.ending.grace)
    }

    /// One timer for all attempts: one for each would stay in memory for the whole deadline, however soon its attempt
    /// ends, since a cancelled sleep is only let go when its time has come.
    private func watchDeadlines(from due: ContinuousClock.Instant) {
        Task { [weak self] in
            try? await Task.sleep(until: due, clock: .continuous)
            self?.enforceDeadlines()
        }
    }

    private func enforceDeadlines() {
        let (overdue, next) = state.withLock { $0.overdue(at: .now) }
        for attempt in overdue { attempt.cancel(.deadline(limits.deadline)) }
        if let next { watchDeadlines(from: next) }
    }

    private func cancelAfterDrain() {
        Task { [weak self, drain = limits.ending.drain] in
            try? await Task.sleep(for: drain)
            guard let self else { return }
            for attempt in state.withLock({ $0.stop() }) { attempt.cancel(.atShutdown) }
            window.stop()
        }
    }
}
