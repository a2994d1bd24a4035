import OperationCatalogue

/// What has been pulled and may not begin yet, and what is to be done next: a value without effects of its own.
struct WaitingOperations: Sendable {
    /// In the order in which they came.
    private var operations: [OperationInFlight] = []
    /// So many at the front have been looked at, and wait for the window.
    private var seen = 0
    /// The sequences and scopes of these: what belongs to one of them stays behind them.
    private var orders: Set<ObjectIdentifier> = []
    /// Writes that were let through and have not ended.
    private var underWay = 0
    private var isPulling = false
    private var hasEnded = false
    private var isStopped = false
    /// Whether something among what came last keeps no order, so that what comes next may go past what waits.
    private var mayGoPast = true

    enum Step {
        /// `nil` where there will be nothing any more.
        case give([OperationInFlight]?)
        /// Nothing waits that a change could release meanwhile.
        case pull
        /// The same while something waits.
        case pullAside
        /// Until something changes.
        case wait
    }

    /// While one half of the window is carried out, the intents of the other can be recorded.
    private var isOpen: Bool { underWay + PipelineLimits.writesInPortion <= PipelineLimits.intendedWrites }

    mutating func leave(_ count: Int) { underWay -= count }

    mutating func stop() { isStopped = true }

    mutating func pulled(_ operations: [OperationInFlight]?) {
        isPulling = false
        guard let operations else {
            hasEnded = true
            return
        }
        mayGoPast = operations.contains { $0.submission.sequence == nil }
        self.operations += operations
    }

    /// - Parameter size: the most operations to be given.
    mutating func step(ofAtMost size: Int) -> Step {
        if isStopped { endAll() }
        let portion = portion(ofAtMost: size)
        if !portion.isEmpty { return .give(portion) }
        if hasEnded { return operations.isEmpty ? .give(nil) : .wait }
        // A source all of whose operations keep an order has none that could go past.
        let isWanted = operations.count < PipelineLimits.heldOperations && (isOpen || mayGoPast)
        guard !isPulling, isWanted else { return .wait }
        isPulling = true
        return operations.isEmpty ? .pull : .pullAside
    }

    private mutating func portion(ofAtMost size: Int) -> [OperationInFlight] {
        var room = isOpen || isStopped ? PipelineLimits.writesInPortion : 0
        if room > 0 { (seen, orders) = (0, []) }
        guard seen < operations.count else { return [] }
        var (taken, kept): ([OperationInFlight], [OperationInFlight]) = ([], [])
        var index = seen
        while index < operations.count, taken.count < size {
            var operation = operations[index]
            index += 1
            if isBehindWaiting(operation) || operation.isPendingWrite && room == 0 {
                noteOrder(of: operation)
                kept.append(operation)
                continue
            }
            if operation.isPendingWrite {
                room -= 1
                underWay += 1
                operation.isInWindow = true
            }
            taken.append(operation)
        }
        if !taken.isEmpty { operations.replaceSubrange(seen..<index, with: kept) }
        seen += kept.count
        return taken
    }

    private func isBehindWaiting(_ operation: OperationInFlight) -> Bool {
        guard !orders.isEmpty else { return false }
        return operation.orders.contains { orders.contains($0) }
    }

    private mutating func noteOrder(of operation: OperationInFlight) { orders.formUnion(operation.orders) }

    private mutating func endAll() {
        for index in operations.indices where operations[index].pending != nil {
            operations[index].end(.skipped(.notBegun))
        }
    }
}

extension OperationInFlight {
    fileprivate var orders: [ObjectIdentifier] {
        [submission.sequence.map { ObjectIdentifier($0) }, submission.scope.map { ObjectIdentifier($0) }]
            .compactMap(\.self)
    }
}
