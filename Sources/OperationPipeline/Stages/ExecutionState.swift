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
    private var ended: [OperationInFlight] = []
    private var consumer: Consumer?
    /// The attempts under way, by the number of their batch.
    var attempts: [Int: ExecutionAttempt] = [:]

    typealias Consumer = CheckedContinuation<[OperationInFlight]?, Never>

    enum Action {
        case pull
        case start(ExecutionBatch)
        case resume(Consumer, [OperationInFlight]?)
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
        let batches = operations.batches(ofAtMost: capacity.batchSize, numberedFrom: batchCount)
        batchCount += batches.count
        for batch in batches { enqueue(batch) }
        return actions()
    }

    private mutating func enqueue(_ batch: ExecutionBatch) {
        guard let sequence = batch.sequence else {
            ready.append(batch)
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

    mutating func finished(_ batch: ExecutionBatch, as operations: [OperationInFlight]) -> [Action] {
        attempts[batch.number] = nil
        running -= 1
        ended += operations
        if let key = batch.sequence.map({ ObjectIdentifier($0) }) {
            if let next = behind[key]?.first {
                behind[key]?.removeFirst()
                ready.insert(next, at: 0)
            } else {
                behind[key] = nil
            }
        }
        return actions()
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
        if let waiting = consumer, let delivery = delivery() {
            consumer = nil
            actions.append(.resume(waiting, delivery.operations))
        }
        while running < capacity.concurrentBatches, !ready.isEmpty {
            running += 1
            actions.append(.start(ready.removeFirst()))
        }
        if wantsMore {
            isPulling = true
            actions.append(.pull)
        }
        return actions
    }

    /// Whether there is room for what a pull may bring: a slot is free, and what has ended is being taken away.
    private var wantsMore: Bool {
        guard !isPulling, !upstreamEnded, ready.isEmpty, running < capacity.concurrentBatches else { return false }
        let waiting = behind.values.reduce(0) { $0 + $1.count }
        return waiting < capacity.concurrentBatches && ended.count < PipelineLimits.pullSize
    }
}
