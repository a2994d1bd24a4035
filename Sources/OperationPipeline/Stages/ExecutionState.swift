import OperationCatalogue

/// What the execute stage knows, and what is to be done next: a value without effects of its own.
struct ExecutionState: Sendable {
    private let capacity: BackendCapacity
    private var isStarted = false
    private var isPulling = false
    private var upstreamEnded = false
    private var batchCount = 0
    /// Batches that may start as soon as there is a slot.
    private var ready: [ExecutionBatch] = []
    /// Batches behind one of the same sequence, by that sequence, while it is under way.
    private var behind: [ObjectIdentifier: [ExecutionBatch]] = [:]
    private var running = 0
    /// How many of these have writes.
    private var writing = 0
    /// How many writes have ended that took up room of the window, since that was said last.
    private var freed = 0
    private var ended: [OperationInFlight] = []
    private var consumer: Consumer?
    /// The attempts under way, by the number of their batch.
    private var attempts: [Int: (attempt: ExecutionAttempt, due: ContinuousClock.Instant)] = [:]
    /// Whether somebody looks at the deadlines when the first of them has come.
    private var isWatched = false
    /// Whether the time to drain is over: nothing more reaches the backend.
    private var isStopped = false

    typealias Consumer = CheckedContinuation<[OperationInFlight]?, Never>

    enum Action {
        case pull
        case start(ExecutionBatch)
        case resume(Consumer, [OperationInFlight]?)
        /// So many writes have ended that were let through the ``WriteWindow``.
        case free(Int)
    }

    /// What a consumer gets: operations, or the end.
    struct Delivery {
        let operations: [OperationInFlight]?
    }

    init(capacity: BackendCapacity) {
        self.capacity = capacity
    }

    /// Whether this was the first call.
    mutating func begin() -> Bool {
        defer { isStarted = true }
        return !isStarted
    }

    mutating func pulled(_ operations: [OperationInFlight]?) -> [Action] {
        isPulling = false
        guard let operations else {
            upstreamEnded = true
            return actions()
        }
        let batches = operations.batches(
            ofAtMost: capacity.batchSize, numberedFrom: batchCount, partsWrites: capacity.hasOneWriter)
        batchCount += batches.count
        for batch in batches { enqueue(batch) }
        return actions()
    }

    private mutating func enqueue(_ batch: ExecutionBatch) {
        guard let sequence = batch.sequence else {
            if let last = ready.indices.last, mayJoin(batch, ready[last]) {
                ready[last] = ready[last].joined(by: batch)
            } else {
                ready.append(batch)
            }
            return
        }
        let key = ObjectIdentifier(sequence)
        if behind[key] == nil {
            behind[key] = []
            ready.append(batch)
        } else {
            behind[key]?.append(batch)
        }
    }

    /// Writes that wait for the one writer wait together, and are carried out as one.
    private func mayJoin(_ batch: ExecutionBatch, _ last: ExecutionBatch) -> Bool {
        capacity.hasOneWriter && last.sequence == nil && last.isWrite && batch.isWrite && !last.isClosed
            && last.operations.count + batch.operations.count <= capacity.batchSize
    }

    private func mayStart(_ batch: ExecutionBatch) -> Bool {
        !capacity.hasOneWriter || writing == 0 || !batch.isWrite
    }

    /// Whether it comes too late, and is to be cancelled before it begins; and whether its deadline is to be watched. No
    /// deadline may be earlier than one that was registered before it.
    mutating func register(
        _ attempt: ExecutionAttempt,
        for batch: ExecutionBatch,
        due: ContinuousClock.Instant
    ) -> (isStopped: Bool, needsWatch: Bool) {
        attempts[batch.number] = (attempt, due)
        defer { isWatched = true }
        return (isStopped, !isWatched)
    }

    /// The attempts whose deadline has come, and when to look again.
    mutating func overdue(
        at now: ContinuousClock.Instant
    ) -> (attempts: [ExecutionAttempt], next: ContinuousClock.Instant?) {
        let next = attempts.values.lazy.map(\.due).filter { $0 > now }.min()
        isWatched = next != nil
        return (attempts.values.filter { $0.due <= now }.map(\.attempt), next)
    }

    /// Ends what waits for a slot, and gives the attempts that are to be cancelled.
    mutating func stop() -> [ExecutionAttempt] {
        isStopped = true
        return attempts.values.map(\.attempt)
    }

    mutating func finished(_ batch: ExecutionBatch, as operations: [OperationInFlight]) -> [Action] {
        attempts[batch.number] = nil
        running -= 1
        if batch.isWrite { writing -= 1 }
        settle(batch, as: operations)
        return actions()
    }

    private mutating func settle(_ batch: ExecutionBatch, as operations: [OperationInFlight]) {
        ended += operations
        freed += operations.count(where: \.isInWindow)
        if let key = batch.sequence.map({ ObjectIdentifier($0) }) {
            if let next = behind[key]?.first {
                behind[key]?.removeFirst()
                ready.insert(next, at: 0)
            } else {
                behind[key] = nil
            }
        }
    }

    /// What has ended, if there is anything or will be nothing more; else `consumer` waits for it.
    mutating func take(or consumer: Consumer) -> Delivery? {
        if let delivery = delivery() { return delivery }
        self.consumer = consumer
        return nil
    }

    private mutating func delivery() -> Delivery? {
        if !ended.isEmpty {
            defer { ended = [] }
            return Delivery(operations: ended)
        }
        return upstreamEnded && running == 0 && ready.isEmpty ? Delivery(operations: nil) : nil
    }

    /// Everything that can be done now.
    mutating func actions() -> [Action] {
        var actions: [Action] = []
        while running < capacity.concurrentBatches, let next = ready.firstIndex(where: mayStart) {
            let batch = ready.remove(at: next).starting(isStopped: isStopped)
            if batch.work.invocations.isEmpty {
                settle(batch, as: batch.ended(with: []))
            } else {
                running += 1
                if batch.isWrite { writing += 1 }
                actions.append(.start(batch))
            }
        }
        if let waiting = consumer, let delivery = delivery() {
            consumer = nil
            actions.append(.resume(waiting, delivery.operations))
        }
        if freed > 0 {
            actions.append(.free(freed))
            freed = 0
        }
        if wantsMore {
            isPulling = true
            actions.append(.pull)
        }
        return actions
    }

    /// Whether there is room for what a pull may bring: a slot is free, and what has ended is being taken away. What is ready then
    /// waits for the one writer, and reads go past it; the window bounds the writes among it, and the rest is bounded here.
    private var wantsMore: Bool {
        guard !isPulling, !upstreamEnded, running < capacity.concurrentBatches else { return false }
        let most = capacity.batchSize + PipelineLimits.intendedWrites
        guard ready.isEmpty || ready.reduce(0, { $0 + $1.operations.count }) < most else { return false }
        let waiting = behind.values.reduce(0) { $0 + $1.count }
        return waiting < capacity.concurrentBatches && ended.count < PipelineLimits.pullSize
    }
}
