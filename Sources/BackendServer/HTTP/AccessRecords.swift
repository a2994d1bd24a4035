import OperationCatalogue
import OperationPipeline
import Synchronization

/// Brings what was answered into the log, many requests at a time: nobody waits for these records.
final class AccessRecords: Sendable {
    private let recorder: any OperationRecorder
    private let state = Mutex(State())

    private struct State {
        var waiting: [ServedRequest] = []
        /// Whether somebody will come for what waits.
        var isDue = false

        mutating func take() -> [ServedRequest] {
            defer { waiting = [] }
            return waiting
        }
    }

    /// When so many have come together they are handed over at once, by whoever brought the last; that bounds what waits.
    private static let most = 256
    /// How long a record waits for others.
    private static let pause: Duration = .milliseconds(100)

    init(_ recorder: any OperationRecorder) { self.recorder = recorder }

    func add(_ served: ServedRequest) {
        let (full, isFirst) = state.withLock { state -> ([ServedRequest]?, Bool) in
            state.waiting.append(served)
            if state.waiting.count >= Self.most { return (state.take(), false) }
            defer { state.isDue = true }
            return (nil, !state.isDue)
        }
        if let full { recorder.record(served: full) }
        guard isFirst else { return }
        Task {
            try? await Task.sleep(for: Self.pause)
            handOver()
        }
    }

    /// Hands over what waits.
    func handOver() {
        let waiting = state.withLock { state in
            state.isDue = false
            return state.take()
        }
        recorder.record(served: waiting)
    }
}
