import Synchronization

/// What has come in by a door and nobody has asked for yet: any number of tasks and threads add, one takes.
///
/// It hands over when it is asked and not before, in the order of arrival. What waits has a bound where a budget is given: whoever
/// adds is then told that there is no room (``add(_:)``) or, being a thread that may block, waits for some (``addWaiting(_:)``).
package final class PullQueue<Element: Sendable>: Sendable {
    /// How much may wait to be taken. As long as it is not used up something is added, whatever its size.
    package struct Budget: Sendable {
        /// Elements.
        package let count: Int
        package let bytes: Int

        package init(count: Int = .max, bytes: Int = .max) { (self.count, self.bytes) = (count, bytes) }
    }

    /// Says how many of those that wait, which are at least one, go now; one goes whatever it says. It is asked under the
    /// queue's lock, and so must not call the queue.
    package typealias Portion = @Sendable (ArraySlice<Element>) -> Int

    private let budget: Budget
    private let size: @Sendable (Element) -> Int
    private let state = Mutex(State())
    /// Raised for threads that wait for room.
    private let room = ThreadSignal()

    private struct State {
        var waiting: [Element] = []
        /// Elements at the front of `waiting` that were handed over already.
        var taken = 0
        /// Of those that wait.
        var bytes = 0
        var hasEnded = false
        var consumer: (continuation: CheckedContinuation<[Element]?, Never>, portion: Portion)?
        /// Threads that wait for room.
        var blocked = 0

        var count: Int { waiting.count - taken }
    }

    /// - Parameter size: an element's bytes, as they count against the budget.
    package init(_ budget: Budget = Budget(), size: @escaping @Sendable (Element) -> Int = { _ in 0 }) {
        (self.budget, self.size) = (budget, size)
    }
}

// MARK: - Adding

extension PullQueue {
    /// Adds all of them, or none.
    ///
    /// - Returns: whether they were added: not where the queue has ended, or its budget is used up.
    @discardableResult
    package func add(_ elements: [Element]) -> Bool {
        let handover = state.withLock { state in
            guard !state.hasEnded, hasRoom(state) else { return Handover?.none }
            return add(elements, &state)
        }
        handover?.make(room)
        return handover != nil
    }

    /// Adds an element as soon as there is room. Blocks until then: for a thread of its own.
    ///
    /// - Returns: whether it was added: not where the queue has ended, or ends meanwhile.
    @discardableResult
    package func addWaiting(_ element: Element) -> Bool {
        while true {
            let (hasEnded, handover) = state.withLock { state in
                if state.hasEnded { return (true, Handover?.none) }
                if hasRoom(state) { return (false, add([element], &state)) }
                state.blocked += 1
                return (false, nil)
            }
            if hasEnded { return false }
            if let handover {
                handover.make(room)
                return true
            }
            room.wait()
        }
    }

    /// Hands an element to whoever waits for one; nobody else gets it.
    package func giveToWaiting(_ element: Element) {
        let consumer = state.withLock { $0.consumer.take() }
        consumer?.continuation.resume(returning: [element])
    }

    /// Nothing more is added. What waits can still be taken.
    package func end() {
        let handover = state.withLock { state in
            state.hasEnded = true
            return handOver(&state)
        }
        handover.make(room)
    }

    private func add(_ elements: [Element], _ state: inout State) -> Handover {
        state.waiting += elements
        for element in elements { state.bytes += size(element) }
        return handOver(&state)
    }

    private func hasRoom(_ state: State) -> Bool { state.count < budget.count && state.bytes < budget.bytes }
}

// MARK: - Taking

extension PullQueue {
    /// As many of those that wait as `portion` says, or all; where there are none, waits for some. `nil` after the end, when
    /// nothing is left. One call at a time.
    package func next(_ portion: @escaping Portion = { $0.count }) async -> [Element]? {
        await withCheckedContinuation { continuation in
            let handover = state.withLock { state in
                state.consumer = (continuation, portion)
                return handOver(&state)
            }
            handover.make(room)
        }
    }

    /// All that waits, for whoever answers what nobody has asked for.
    package func takeRest() -> [Element] {
        let (rest, handover) = state.withLock { state in
            let rest = Array(state.waiting[state.taken...])
            (state.waiting, state.taken, state.bytes) = ([], 0, 0)
            return (rest, handOver(&state))
        }
        handover.make(room)
        return rest
    }

    /// What is to be done once the lock is open.
    private struct Handover {
        var consumer: CheckedContinuation<[Element]?, Never>?
        var elements: [Element]?
        /// How many threads are to look again whether there is room.
        var woken = 0

        func make(_ room: ThreadSignal) {
            consumer?.resume(returning: elements)
            for _ in 0..<woken { room.raise() }
        }
    }

    private func handOver(_ state: inout State) -> Handover {
        var handover = Handover()
        if let consumer = state.consumer, state.count > 0 || state.hasEnded {
            state.consumer = nil
            handover.consumer = consumer.continuation
            if state.count > 0 { handover.elements = take(consumer.portion, &state) }
        }
        if state.blocked > 0, state.hasEnded || hasRoom(state) { swap(&handover.woken, &state.blocked) }
        return handover
    }

    private func take(_ portion: Portion, _ state: inout State) -> [Element] {
        let count = min(max(1, portion(state.waiting[state.taken...])), state.count)
        let elements = Array(state.waiting[state.taken..<state.taken + count])
        state.taken += count
        for element in elements { state.bytes -= size(element) }
        // What has gone must not stay in memory, also where the queue is never empty; moving the rest is paid for by the many
        // that have gone.
        if state.taken * 2 >= state.waiting.count {
            state.waiting.removeFirst(state.taken)
            state.taken = 0
        }
        return elements
    }
}

// MARK: - Submissions

extension PullQueue where Element == Submission {
    /// The submissions for a pipeline, up to ``PipelineLimits/pullSize`` at a time.
    package var stream: AsyncStream<[Submission]> {
        AsyncStream(unfolding: { await self.next { min($0.count, PipelineLimits.pullSize) } })
    }
}
