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

    /// Whether it carries out one batch with a write at a time, and reads beside it. Then a batch of operations in no order holds
    /// either reads or writes, and no more than one with writes is under way: however long that waits, reads go on.
    package let hasOneWriter: Bool

    package init(batchSize: Int, concurrentBatches: Int, hasOneWriter: Bool = false) {
        self.batchSize = max(1, batchSize)
        self.concurrentBatches = max(1, concurrentBatches)
        self.hasOneWriter = hasOneWriter && concurrentBatches > 1
    }
}

/// Invocations that are carried out one after the other, in this order.
package struct OperationBatch: Sendable {
    package let invocations: [Invocation]
    /// For each invocation the scope that its failure ends, `nil` for none.
    let scopes: [FailureScope?]
    /// For each invocation the submission that can be taken back; empty where none can.
    let submissions: [Submission]
    let times = BatchTimes()

    package init(_ invocations: [Invocation], scopes: [FailureScope?]? = nil) {
        self.init(invocations, scopes: scopes ?? Array(repeating: nil, count: invocations.count), submissions: [])
    }

    init(_ invocations: [Invocation], scopes: [FailureScope?], submissions: [Submission]) {
        self.invocations = invocations
        self.scopes = scopes
        self.submissions = submissions
    }

    /// The backend's work on it begins: what it has waited until here, for a connection, say, is no time of its operations.
    /// Needed only where work is done before ``results(_:)``.
    package func begin() { times.begin() }

    /// What forestalls an invocation when its turn has come: it was taken back, or its scope has ended.
    private func refusal(of index: Int, _ ended: Set<ObjectIdentifier>) -> OperationResult? {
        if let scope = scopes[index], scope.hasEnded || ended.contains(ObjectIdentifier(scope)) {
            return .skipped(.notRun)
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

    /// Carries out each invocation with `body`, but not those whose scope an earlier failure has ended: these are skipped
    /// with ``ErrorCode/notRun``; nor those that have been taken back by then: ``ErrorCode/cancelled``. Changes no scope, so a batch that is rolled back can be carried out again.
    package func results(_ body: (Invocation) -> OperationResult) -> [OperationResult] {
        var course = Course(count: invocations.count, times)
        for index in invocations.indices {
            let result = refusal(of: index, course.ended)
            course.add(result ?? body(invocations[index]), wasTried: result == nil, scope: scopes[index])
        }
        return course.finish()
    }

    /// The same with a body that waits.
    package func results(_ body: (Invocation) async -> OperationResult) async -> [OperationResult] {
        var course = Course(count: invocations.count, times)
        for index in invocations.indices {
            let refusal = refusal(of: index, course.ended)
            let result = if let refusal { refusal } else { await body(invocations[index]) }
            course.add(result, wasTried: refusal == nil, scope: scopes[index])
        }
        return course.finish()
    }

    /// One time through the invocations: their results, and how long each took.
    private struct Course {
        private let times: BatchTimes
        private var results: [OperationResult] = []
        private var spans: [ExecutionTime?] = []
        private(set) var ended: Set<ObjectIdentifier> = []
        private var moment: UInt64

        init(count: Int, _ times: BatchTimes) {
            self.times = times
            results.reserveCapacity(count)
            spans.reserveCapacity(count)
            times.begin()
            moment = MonotonicClock.now
        }

        mutating func add(_ result: OperationResult, wasTried: Bool, scope: FailureScope?) {
            if wasTried {
                let now = MonotonicClock.now
                spans.append(ExecutionTime(began: moment, nanoseconds: now - moment))
                moment = now
            } else {
                spans.append(nil)
            }
            if result.error != nil, let scope { ended.insert(ObjectIdentifier(scope)) }
            results.append(result)
        }

        consuming func finish() -> [OperationResult] {
            times.measured(spans)
            return results
        }
    }

    /// Ends the scopes of those that did not end well.
    func endScopes(by results: [OperationResult]) {
        for (scope, result) in zip(scopes, results) {
            if result.status == .ok { continue }
            scope?.end()
        }
    }
}

extension OperationError {
    package static let cancelled = OperationError(
        .cancelled, "cancelled before it was carried out; nothing was changed")

    /// Not begun, since the process is stopping.
    static let notBegun = OperationError(.cancelled, "not begun, since the process is stopping")

    /// Taken back by whoever asked, before its turn came.
    static let takenBack = OperationError(.cancelled, "cancelled before it was carried out")
}
