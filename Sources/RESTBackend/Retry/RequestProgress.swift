import OperationCatalogue

/// One request over all of its tries: decides after each what comes next.
struct RequestProgress: Sendable {
    private static let mostRedirects = 5

    private let policy: RetryPolicy
    private let repetition: Repetition
    /// Until when all must have ended, in nanoseconds of the monotonic clock.
    let due: UInt64
    private var tries = 0
    private var redirects = 0
    /// Whether a try may have been carried out of which nobody has heard.
    private var mayHaveHappened = false

    enum Action: Sendable {
        case finish(OperationResult)
        case tryAgain(after: Duration)
        case follow(Origin, target: String)
    }

    init(policy: RetryPolicy, repetition: Repetition, due: UInt64) {
        self.policy = policy
        self.repetition = repetition
        self.due = due
    }

    /// What comes after a try.
    ///
    /// - Parameters:
    ///   - honoursNames: whether the backend is known to take the identifier that a create gives.
    ///   - now: by the monotonic clock.
    ///   - chance: from 0 to 1.
    mutating func next(after end: TryEnd, honoursNames: Bool, now: UInt64, chance: Double) -> Action {
        tries += 1
        if case .within(let origin, let target)? = end.redirect, redirects < Self.mostRedirects, now < due {
            redirects += 1
            tries -= 1
            return .follow(origin, target: target)
        }
        if let result = settled(end) { return .finish(result) }
        if case .unsettled = end.fate { mayHaveHappened = true }
        guard end.isTransient, tries < policy.maximumTries, mayRepeat(honoursNames: honoursNames) else {
            return .finish(result(of: end))
        }
        let delay = policy.delay(afterTries: tries, retryAfter: end.retryAfter, chance: chance)
        let left = Duration.nanoseconds(Int64(clamping: due > now ? due - now : 0))
        guard delay < left else { return .finish(result(of: end)) }
        return .tryAgain(after: delay)
    }

    /// How it ends when whoever asked stops waiting between two tries.
    func result(cancelledBy error: OperationError) -> OperationResult {
        mayHaveHappened && !repetition.isRead ? .unknown(error) : .failed(error)
    }

    /// The result, where the end of this try settles the matter.
    private func settled(_ end: TryEnd) -> OperationResult? {
        switch end.fate {
        case .done(let payload): return .ok(payload)
        case .unsettled: return nil
        case .notDone(let error):
            guard mayHaveHappened else { return nil }
            // The answer to the second try tells what became of the first.
            switch repetition {
            case .deletion(let payload) where error.code == .notFound: return .ok(payload)
            case .namedCreate(let task) where error.code == .itemExists:
                return error.existing.flatMap { task.isShown(in: $0) ? .ok($0) : nil }
            default: return nil
            }
        }
    }

    private func mayRepeat(honoursNames: Bool) -> Bool {
        guard mayHaveHappened else { return true }
        switch repetition {
        case .read, .idempotent, .deletion: return true
        case .namedCreate: return honoursNames
        case .overwriting, .unsafe: return false
        }
    }

    private func result(of end: TryEnd) -> OperationResult {
        switch end.fate {
        case .done(let payload): .ok(payload)
        case .notDone(let error), .unsettled(let error): result(cancelledBy: error)
        }
    }
}

extension NewTask {
    /// Whether this is the task that the create was to make, and not an older one of that name.
    fileprivate func isShown(in text: JSONText) -> Bool {
        guard let task = try? text.value() else { return false }
        return task[.id]?.stringValue == id.description && task[.title]?.stringValue == title
            && task[.description]?.stringValue == description
    }
}
