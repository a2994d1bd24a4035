import OperationCatalogue
import OperationPipeline
import Synchronization

/// A backend that remembers what it was asked and answers by the title of the task: `fail` fails, `unknown` leaves the fate
/// of the write open, `hold` waits until ``release()``, all else is done.
final class AnsweringBackend: Backend {
    let capacity: BackendCapacity
    private let remembers: Bool
    private let state = Mutex(State())

    private struct State {
        var asked: [OperationRequest] = []
        var count = 0
        var isReleased = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    init(batchSize: Int = 256, concurrentBatches: Int = 1, remembers: Bool = true) {
        capacity = BackendCapacity(batchSize: batchSize, concurrentBatches: concurrentBatches)
        self.remembers = remembers
    }

    /// What it was asked to carry out, in order.
    var asked: [OperationRequest] { state.withLock { $0.asked } }
    var count: Int { state.withLock { $0.count } }
    var titles: [String] { asked.map { $0.arguments["title"]?.stringValue ?? $0.operation } }

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        await batch.results { await self.result(of: $0) }
    }

    func close() async {}

    /// Lets go of everything that holds, now and later.
    func release() {
        let held = state.withLock { state in
            state.isReleased = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    private func result(of invocation: Invocation) async -> OperationResult {
        let number = state.withLock { state in
            if remembers { state.asked.append(invocation.request) }
            state.count += 1
            return state.count
        }
        let title = invocation.request.arguments["title"]?.stringValue ?? ""
        if title.hasPrefix("fail") { return .failed(OperationError(.notFound, "no such task")) }
        if title.hasPrefix("unknown") { return .unknown(OperationError(.backendUnreachable, "the line went dead")) }
        if title.hasPrefix("hold") { await hold() }
        let payload: JSONObject = [
            "id": .string("00000000-0000-4000-8000-\(String(number).leftPadded(to: 12))"), "title": .string(title),
            "sequence": .integer(Int64(number)), "labels": invocation.request.arguments["labels"] ?? [],
        ]
        return .ok(JSONText(.object(payload)))
    }

    private func hold() async {
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                if !state.isReleased { state.held.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
    }
}

/// Takes every record and keeps none.
struct ForgetfulRecorder: OperationRecorder {
    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? { nil }
    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {}
}

/// Keeps the outcomes and the run's own records.
final class KeepingRecorder: OperationRecorder {
    private let state = Mutex(State())

    private struct State {
        var intents = 0
        var outcomes: [ConcludedOperation] = []
        var beginnings: [RunBeginning] = []
        var endings: [RunEnding] = []
    }

    var intents: Int { state.withLock { $0.intents } }
    var outcomes: [ConcludedOperation] { state.withLock { $0.outcomes } }
    var beginnings: [RunBeginning] { state.withLock { $0.beginnings } }
    var endings: [RunEnding] { state.withLock { $0.endings } }

    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? {
        state.withLock { $0.intents += intents.count }
        return nil
    }

    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        state.withLock { $0.outcomes += outcomes }
    }

    func record(begin run: RunBeginning) async throws(OperationError) {
        state.withLock { state in
            if state.intents > 0 || !state.outcomes.isEmpty { return }
            state.beginnings.append(run)
        }
    }

    func record(end run: RunEnding) async throws(OperationError) {
        state.withLock { $0.endings.append(run) }
    }
}

/// Takes intents, and no outcomes.
struct BrokenRecorder: OperationRecorder {
    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? { nil }
    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        throw OperationError(.logUnavailable, "the disk is full")
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
