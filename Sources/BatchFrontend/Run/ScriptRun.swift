import OperationCatalogue
import OperationPipeline
import Synchronization

/// One script while it runs: what its source and the replies to its steps share.
final class ScriptRun: Sendable {
    let header: ScriptHeader
    /// Its number among all scripts of the run, from 1.
    let number: Int
    /// Ends with the first failure, where the script stops on one.
    let scope: FailureScope?
    private let state = Mutex(State())

    /// How much the results that are kept for the later steps of a script may hold, in bytes of JSON.
    static let maximumKeptBytes = 64 << 20

    private struct State {
        var hasFailed = false
        var isRefused = false
        var records: [String: StepRecord] = [:]
        var keptBytes = 0
    }

    init(_ header: ScriptHeader, number: Int) {
        self.header = header
        self.number = number
        scope = header.stopsOnError ? FailureScope() : nil
    }

    /// Whether the steps that are left are not to be tried.
    var hasStopped: Bool { state.withLock { $0.isRefused || header.stopsOnError && $0.hasFailed } }

    func fail() { state.withLock { $0.hasFailed = true } }

    /// The script is faulty: nothing more of it is tried, whatever its `on_error` says.
    func refuse() { state.withLock { $0.isRefused = true } }

    var records: [String: StepRecord] { state.withLock { $0.records } }

    /// Makes room for the results of a step with `for_each`, which may have no element at all.
    func open(_ id: String?, elementCount: Int?) {
        guard let id, let elementCount else { return }
        state.withLock { $0.records[id] = .elements(elementCount) }
    }

    /// Notes how a step ended, and its result if it is to be kept.
    func record(_ outcome: StepOutcome, of id: String?, elementCount: Int?) {
        if outcome.status == .failed || outcome.status == .unknown { fail() }
        guard let id else { return }
        let size = outcome.result?.bytes.count ?? 0
        state.withLock { state in
            state.keptBytes += size
            let isDropped = state.keptBytes > Self.maximumKeptBytes
            let result = isDropped ? nil : try? outcome.result?.value()
            if let elementCount {
                state.records[id, default: .elements(elementCount)].take(outcome.status, result, at: outcome.index)
            } else {
                state.records[id] = StepRecord(status: outcome.status, result: result)
            }
            if isDropped { state.records[id]?.drop() }
        }
    }
}

extension StepRecord {
    /// The record of a step with `for_each`, before any of its operations has ended.
    fileprivate static func elements(_ count: Int) -> StepRecord {
        StepRecord(status: count == 0 ? .ok : .skipped, result: .array(Array(repeating: .null, count: count)))
    }

    fileprivate mutating func drop() {
        isDropped = true
        result = nil
    }

    fileprivate mutating func take(_ status: StepStatus, _ result: JSONValue?, at index: Int?) {
        self.status = max(self.status, status)
        guard let index, let result, case .array(var elements) = self.result, elements.indices.contains(index) else {
            return
        }
        // Given up before it is changed, so that the array is not copied for each element.
        self.result = nil
        elements[index] = result
        self.result = .array(elements)
    }
}
