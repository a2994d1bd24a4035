import OperationCatalogue

/// Operations that go to the backend together, among them such as have ended before and only keep their place.
struct ExecutionBatch: Sendable {
    let number: Int
    let sequence: Submission.Sequence?
    let operations: [OperationInFlight]
    /// What the backend gets: the pending ones.
    let work: OperationBatch
    /// What its writes wait for.
    let receipts: [RecordReceipt]
    /// Scopes that end with the batch, since one of theirs was taken back while it waited.
    private let stopped: [FailureScope]

    init(
        number: Int,
        sequence: Submission.Sequence?,
        operations: [OperationInFlight],
        stopped: [FailureScope] = []
    ) {
        self.number = number
        self.sequence = sequence
        self.operations = operations
        self.stopped = stopped
        var invocations: [Invocation] = []
        var scopes: [FailureScope?] = []
        var submissions: [Submission] = []
        var receipts: [RecordReceipt] = []
        invocations.reserveCapacity(operations.count)
        scopes.reserveCapacity(operations.count)
        submissions.reserveCapacity(operations.count)
        for operation in operations {
            guard let invocation = operation.pending else { continue }
            invocations.append(invocation)
            scopes.append(operation.submission.scope)
            submissions.append(operation.submission)
            // Those of one array have one.
            if let receipt = operation.receipt, receipt !== receipts.last { receipts.append(receipt) }
        }
        self.receipts = receipts
        work = OperationBatch(invocations, scopes: scopes, submissions: submissions)
    }

    /// The batch as it goes to the backend: what was taken back while it waited for its turn, and what a failure has
    /// forestalled meanwhile, has ended.
    func starting(isStopped: Bool) -> ExecutionBatch {
        guard operations.contains(where: { isStopped || $0.isForestalled }) else { return self }
        var stopped: [FailureScope] = []
        let operations = self.operations.map { operation in
            guard operation.pending != nil else { return operation }
            var operation = operation
            let scope = operation.submission.scope
            if let scope, scope.hasEnded || stopped.contains(where: { $0 === scope }) {
                operation.end(.skipped(.notRun))
            } else if isStopped {
                operation.end(.skipped(.notBegun))
            } else if operation.submission.isCancelled {
                operation.end(.failed(.takenBack))
                if let scope { stopped.append(scope) }
            }
            return operation
        }
        return ExecutionBatch(number: number, sequence: sequence, operations: operations, stopped: stopped)
    }

    /// Whether the backend gets a write.
    var isWrite: Bool { work.invocations.contains { $0.definition.isWrite } }

    /// This batch with those of another behind it, under the number of this one.
    func joined(by other: ExecutionBatch) -> ExecutionBatch {
        ExecutionBatch(number: number, sequence: sequence, operations: operations + other.operations)
    }

    /// Whether nothing may follow in the same batch.
    var isClosed: Bool { operations.contains(where: \.endsBatch) }

    /// The only operation, if the backend gets just one: taking it back can stop the backend.
    var operationAlone: OperationInFlight? {
        work.invocations.count == 1 ? operations.first { $0.pending != nil } : nil
    }

    /// The operations with the results of those that were pending.
    ///
    /// - Parameter times: when each of them was carried out.
    func ended(with results: [OperationResult], _ times: [ExecutionTime?] = []) -> [OperationInFlight] {
        work.endScopes(by: results)
        for scope in stopped { scope.end() }
        var next = 0
        var operations = operations
        for index in operations.indices where operations[index].pending != nil && next < results.count {
            operations[index].end(results[next], after: next < times.count ? times[next] : nil)
            next += 1
        }
        return operations
    }
}

extension [OperationInFlight] {
    /// Cuts operations into batches: those of one sequence together and in order, the rest as they come; an operation with a
    /// large payload is the last of its batch.
    ///
    /// What was taken back meanwhile, or belongs to a scope that a failure has closed, ends here.
    ///
    /// - Parameter partsWrites: whether a batch of no sequence holds either reads or writes.
    func batches(
        ofAtMost size: Int, numberedFrom firstNumber: Int, partsWrites: Bool = false
    ) -> [ExecutionBatch] {
        if isEmpty { return [] }
        let operations = withoutUnwanted()
        let sequence = first?.submission.sequence
        let isAlike = !partsWrites || sequence != nil || allSatisfy { $0.isPendingWrite == first?.isPendingWrite }
        if count <= size, isAlike, allSatisfy({ $0.submission.sequence === sequence && !$0.endsBatch }) {
            return [ExecutionBatch(number: firstNumber, sequence: sequence, operations: operations)]
        }
        return operations.grouped(ofAtMost: size, numberedFrom: firstNumber, partsWrites: partsWrites)
    }

    /// The same, in which what was taken back meanwhile, or comes behind a failure of its scope, has ended. It may be asked
    /// again, when more has failed.
    func withoutUnwanted() -> [OperationInFlight] {
        var operations = self
        var closed: [FailureScope] = []
        for index in operations.indices {
            let scope = operations[index].submission.scope
            if operations[index].endUnlessWanted(isBehindFailure: closed.contains { $0 === scope }), let scope {
                scope.close()
                closed.append(scope)
            }
        }
        return operations
    }

    private func grouped(ofAtMost size: Int, numberedFrom firstNumber: Int, partsWrites: Bool) -> [ExecutionBatch] {
        var batches: [ExecutionBatch] = []
        var open: [(sequence: Submission.Sequence?, isWrite: Bool, operations: [OperationInFlight])] = []
        func close(_ index: Int) {
            let (sequence, _, operations) = open.remove(at: index)
            batches.append(
                ExecutionBatch(number: firstNumber + batches.count, sequence: sequence, operations: operations)
            )
        }
        for operation in self {
            let sequence = operation.submission.sequence
            let isWrite = partsWrites && sequence == nil && operation.isPendingWrite
            let index = open.firstIndex { $0.sequence === sequence && $0.isWrite == isWrite } ?? open.endIndex
            if index == open.endIndex { open.append((sequence, isWrite, [])) }
            open[index].operations.append(operation)
            if open[index].operations.count >= size || operation.endsBatch { close(index) }
        }
        while !open.isEmpty { close(0) }
        return batches
    }
}

extension OperationInFlight {
    /// Whether it was taken back or its scope has ended while it waited.
    fileprivate var isForestalled: Bool {
        pending != nil && (submission.isCancelled || submission.scope?.hasEnded == true)
    }

    /// Whether nothing goes to the backend together with what comes behind it: its payload may be large.
    fileprivate var endsBatch: Bool { pending?.definition.hasLargeResult == true }

    /// - Parameter isBehindFailure: whether one of its scope, before it in its array, has not ended well.
    /// - Returns: whether it closes its scope.
    fileprivate mutating func endUnlessWanted(isBehindFailure: Bool) -> Bool {
        switch phase {
        case .ended(.ok, _), .ended(.spooled, _), .ended(.skipped, _): return false
        case .ended: return !isBehindFailure
        case .pending:
            if submission.isCancelled {
                end(.failed(.takenBack))
                return !isBehindFailure
            }
            if isBehindFailure || !isCleared && submission.scope?.isClosed == true {
                end(.skipped(.notRun))
            } else {
                isCleared = true
            }
            return false
        }
    }
}
