import OperationCatalogue

/// Operations that go to the backend together, among them such as have ended before and only keep their place.
struct ExecutionBatch: Sendable {
    let number: Int
    let sequence: Submission.Sequence?
    let operations: [OperationInFlight]
    /// What the backend gets: the pending ones.
    let work: OperationBatch

    init(number: Int, sequence: Submission.Sequence?, operations: [OperationInFlight]) {
        self.number = number
        self.sequence = sequence
        self.operations = operations
        let pending = operations.filter { $0.pending != nil }
        work = OperationBatch(pending.compactMap(\.pending), scopes: pending.map(\.submission.scope))
    }

    /// The only operation, if the backend gets just one: taking it back can stop the backend.
    var operationAlone: OperationInFlight? {
        work.invocations.count == 1 ? operations.first { $0.pending != nil } : nil
    }

    /// The operations with the results of those that were pending.
    func ended(with results: [OperationResult]) -> [OperationInFlight] {
        work.endScopes(by: results)
        var rest = results.makeIterator()
        return operations.map { operation in
            guard operation.pending != nil, let result = rest.next() else { return operation }
            var operation = operation
            operation.end(result)
            return operation
        }
    }
}

extension [OperationInFlight] {
    /// Cuts operations into batches: those of one sequence together and in order, the rest as they come.
    ///
    /// What was taken back meanwhile, or belongs to a scope that a failure has closed, ends here.
    func batches(ofAtMost size: Int, numberedFrom firstNumber: Int) -> [ExecutionBatch] {
        var batches: [ExecutionBatch] = []
        var open: [(sequence: Submission.Sequence?, operations: [OperationInFlight])] = []
        func close(_ index: Int) {
            let (sequence, operations) = open.remove(at: index)
            batches.append(
                ExecutionBatch(number: firstNumber + batches.count, sequence: sequence, operations: operations)
            )
        }
        for var operation in self {
            operation.endUnlessWanted()
            let sequence = operation.submission.sequence
            let index = open.firstIndex { $0.sequence === sequence } ?? open.endIndex
            if index == open.endIndex { open.append((sequence, [])) }
            open[index].operations.append(operation)
            if open[index].operations.count >= size { close(index) }
        }
        while !open.isEmpty { close(0) }
        return batches
    }
}

extension OperationInFlight {
    fileprivate mutating func endUnlessWanted() {
        let scope = submission.scope
        switch phase {
        case .ended(.ok, _): break
        case .ended: scope?.close()
        case .pending:
            if submission.isCancelled {
                end(.failed(OperationError(.cancelled, "cancelled before it was carried out")))
                scope?.close()
            } else if let scope, scope.isClosed {
                end(.failed(.notRun))
            }
        }
    }
}
