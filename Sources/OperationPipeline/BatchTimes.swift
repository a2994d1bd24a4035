import Synchronization

/// When an operation was carried out, by the monotonic clock.
struct ExecutionTime: Hashable, Sendable {
    let began: UInt64
    let nanoseconds: UInt64
}

/// Keeps when the operations of a batch were carried out: what their `ms` are made of.
///
/// What a batch has cost beside its operations, such as a transaction's commit, is shared among them, so that the sum over
/// all is the time of the whole.
final class BatchTimes: Sendable {
    private let state = Mutex(State())

    private struct State {
        /// When the batch was handed over, or later, when the backend's work on it began.
        var began: UInt64?
        /// Of each operation, `nil` for one that was forestalled; `nil` as long as nobody has measured them.
        var spans: [ExecutionTime?]?
        var backendHasBegun = false
    }

    /// The batch goes to the backend.
    func handOver() { state.withLock { $0.began = MonotonicClock.now } }

    /// The backend's work begins; later calls change nothing.
    func begin() {
        state.withLock { state in
            guard !state.backendHasBegun else { return }
            state.backendHasBegun = true
            state.began = MonotonicClock.now
        }
    }

    /// Every operation has been carried out, each by itself in this time. The last call counts.
    func measured(_ spans: [ExecutionTime?]) { state.withLock { $0.spans = spans } }

    /// For each of so many operations when it was carried out, its share of the rest included; `nil` where it was not.
    ///
    /// - Parameter end: when the batch ended.
    func shared(among count: Int, until end: UInt64) -> [ExecutionTime?] {
        let state = state.withLock { $0 }
        guard let began = state.began, count > 0 else { return Array(repeating: nil, count: count) }
        let whole = end > began ? end - began : 0
        guard let spans = state.spans, spans.count == count else {
            let each = ExecutionTime(began: began, nanoseconds: whole / UInt64(count))
            return Array(repeating: each, count: count)
        }
        let carriedOut = UInt64(spans.count { $0 != nil })
        let own = spans.reduce(0) { $0 + ($1?.nanoseconds ?? 0) }
        let share = whole > own && carriedOut > 0 ? (whole - own) / carriedOut : 0
        return spans.map { span in
            span.map { ExecutionTime(began: $0.began, nanoseconds: $0.nanoseconds + share) }
        }
    }
}
