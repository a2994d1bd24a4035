import OperationCatalogue
import Synchronization

/// Keeps account of what was asked for and what came of it, and hands the outcomes on in the order of the steps.
package final class BatchLedger: Sendable {
    private let report: @Sendable (StepOutcome) -> Void
    private let state = Mutex(State())

    private struct State {
        /// Outcomes from the oldest that has not been handed on, `nil` where one is still awaited.
        var slots: [StepOutcome?] = []
        /// How many of them have been handed on already; they are removed many at a time.
        var handedOn = 0
        /// The number of the first slot.
        var firstSlot = 0
        var awaited = 0
        var idle: CheckedContinuation<Void, Never>?
        var summary = BatchSummary()
    }

    /// - Parameter report: is given each outcome, one at a time; it must not call the ledger.
    package init(report: @escaping @Sendable (StepOutcome) -> Void) {
        self.report = report
    }

    package var summary: BatchSummary { state.withLock { $0.summary } }

    func count(faults: Int) { state.withLock { $0.summary.faults += faults } }
    func countScript() { state.withLock { $0.summary.scripts += 1 } }
    func countMissingRecord() { state.withLock { $0.summary.lacksRecords = true } }
    func countChange() { state.withLock { $0.summary.hasChangedFile = true } }
    func countInterruption() { state.withLock { $0.summary.wasInterrupted = true } }

    /// A place in the order for an outcome that will come.
    func open() -> Int {
        state.withLock { state in
            state.slots.append(nil)
            state.awaited += 1
            return state.firstSlot + state.slots.count - 1
        }
    }

    /// Puts the outcome in its place.
    func close(_ slot: Int, with outcome: StepOutcome) {
        let idle = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.slots[slot - state.firstSlot] = outcome
            state.awaited -= 1
            handOn(&state)
            return state.awaited == 0 ? state.idle.take() : nil
        }
        idle?.resume()
    }

    private func handOn(_ state: inout State) {
        while state.handedOn < state.slots.count, let outcome = state.slots[state.handedOn] {
            state.summary.count(outcome)
            report(outcome)
            state.slots[state.handedOn] = nil
            state.handedOn += 1
        }
        if state.handedOn == state.slots.count || state.handedOn >= 1024 {
            state.firstSlot += state.handedOn
            state.slots.removeFirst(state.handedOn)
            state.handedOn = 0
        }
    }

    /// Returns when no outcome is awaited any more. One caller at a time.
    package func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.awaited > 0 { state.idle = continuation }
                return state.awaited == 0
            }
            if isIdle { continuation.resume() }
        }
    }
}
