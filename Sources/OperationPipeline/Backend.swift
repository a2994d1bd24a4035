package import OperationCatalogue

/// What carries operations out.
package protocol Backend: Sendable {
    /// How much it is given at a time.
    var capacity: BackendCapacity { get }

    /// Carries out a batch in its order and returns one result for each invocation, in that order.
    ///
    /// It does not throw: what goes wrong is the result of the operations that it concerns. When the current task is
    /// cancelled it returns soon; writes that certainly did not happen are then ``OperationResult/failed(_:)`` with
    /// ``ErrorCode/cancelled``, those that may have happened are ``OperationResult/unknown(_:)``.
    ///
    /// Called for several batches at once, up to ``BackendCapacity/concurrentBatches``; for more when one that was told to
    /// stop has not returned within its grace, and was given up.
    func execute(_ batch: OperationBatch) async -> [OperationResult]

    /// Lets go of connections and files. Called once, after the last ``execute(_:)`` has returned or was given up.
    func close() async
}

/// How much a backend is given at a time.
package struct BackendCapacity: Hashable, Sendable {
    /// Invocations in one batch, at least 1. More than one suits a backend that saves by it, such as one transaction for
    /// all; with 1 every operation has its own outcome as soon as it ends.
    package let batchSize: Int
    /// Batches under way at the same time, at least 1.
    package let concurrentBatches: Int

    package init(batchSize: Int, concurrentBatches: Int) {
        self.batchSize = max(1, batchSize)
        self.concurrentBatches = max(1, concurrentBatches)
    }
}

/// Invocations that are carried out one after the other, in this order.
package struct OperationBatch: Sendable {
    package let invocations: [Invocation]
    /// For each invocation the scope that its failure ends, `nil` for none.
    let scopes: [FailureScope?]
    /// For each invocation the submission that can be taken back; empty where none can.
    let submissions: [Submission]

    package init(_ invocations: [Invocation], scopes: [FailureScope?]? = nil) {
        self.init(invocations, scopes: scopes ?? Array(repeating: nil, count: invocations.count), submissions: [])
    }

    init(_ invocations: [Invocation], scopes: [FailureScope?], submissions: [Submission]) {
        self.invocations = invocations
        self.scopes = scopes
        self.submissions = submissions
    }

    /// What forestalls an invocation when its turn has come: it was taken back, or its scope has ended.
    private func refusal(of index: Int, _ ended: Set<ObjectIdentifier>) -> OperationResult? {
        if let scope = scopes[index], scope.hasEnded || ended.contains(ObjectIdentifier(scope)) {
            return .failed(.notRun)
        }
        return index < submissions.count && submissions[index].isCancelled ? .failed(.takenBack) : nil
    }

    /// The same without its writes.
    var reads: OperationBatch {
        let kept = invocations.indices.filter { !invocations[$0].definition.isWrite }
        return OperationBatch(
            kept.map { invocations[$0] }, scopes: kept.map { scopes[$0] },
            submissions: submissions.isEmpty ? [] : kept.map { submissions[$0] })
    }

    /// Carries out each invocation with `body`, but not those whose scope an earlier failure has ended: these fail with
    /// ``ErrorCode/notRun``; nor those that have been taken back by then: ``ErrorCode/cancelled``. Changes no scope, so a batch that is rolled back can be carried out again.
    package func results(_ body: (Invocation) -> OperationResult) -> [OperationResult] {
        var results: [OperationResult] = []
        results.reserveCapacity(invocations.count)
        var ended: Set<ObjectIdentifier> = []
        for index in invocations.indices {
            let result = refusal(of: index, ended) ?? body(invocations[index])
            if result.error != nil, let scope = scopes[index] { ended.insert(ObjectIdentifier(scope)) }
            results.append(result)
        }
        return results
    }

    /// The same with a body that waits.
    package func results(_ body: (Invocation) async -> OperationResult) async -> [OperationResult] {
        var results: [OperationResult] = []
        results.reserveCapacity(invocations.count)
        var ended: Set<ObjectIdentifier> = []
        for index in invocations.indices {
            let refusal = refusal(of: index, ended)
            let result = if let refusal { refusal } else { await body(invocations[index]) }
            if result.error != nil, let scope = scopes[index] { ended.insert(ObjectIdentifier(scope)) }
            results.append(result)
        }
        return results
    }

    /// Ends the scopes of those that did not end well.
    func endScopes(by results: [OperationResult]) {
        for (scope, result) in zip(scopes, results) {
            if case .ok = result { continue }
            scope?.end()
        }
    }
}

extension OperationError {
    /// Not tried, since an earlier operation of its scope did not succeed.
    package static let notRun = OperationError(.notRun, "not run, since an earlier step did not succeed")

    /// Taken back by whoever asked, before its turn came.
    static let takenBack = OperationError(.cancelled, "cancelled before it was carried out")
}
