import OperationCatalogue
import OperationPipeline
import Synchronization

/// A backend that does what a closure says for each invocation, and counts the batches under way.
struct ScriptedBackend: Backend {
    let capacity: BackendCapacity
    let journal: Journal
    let traffic = Traffic()
    let body: @Sendable (Invocation) async -> OperationResult

    init(
        _ journal: Journal,
        batchSize: Int = 1,
        concurrentBatches: Int = 4,
        body: @escaping @Sendable (Invocation) async -> OperationResult = { _ in .done }
    ) {
        capacity = BackendCapacity(batchSize: batchSize, concurrentBatches: concurrentBatches)
        self.journal = journal
        self.body = body
    }

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        traffic.enter()
        defer { traffic.leave() }
        return await batch.results { invocation in
            journal.note(.started(invocation.name))
            let result = await body(invocation)
            journal.note(.finished(invocation.name))
            return result
        }
    }

    func close() async {}
}

/// A backend that answers a batch as a closure says, without a look at scopes or at the number of results.
struct RawBackend: Backend {
    var capacity = BackendCapacity(batchSize: 1, concurrentBatches: 4)
    let body: @Sendable (OperationBatch) async -> [OperationResult]

    func execute(_ batch: OperationBatch) async -> [OperationResult] { await body(batch) }
    func close() async {}
}

/// How many are inside at a time.
final class Traffic: Sendable {
    private let state = Mutex((inside: 0, most: 0))

    func enter() {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }
    var most: Int { state.withLock { $0.most } }
}

/// Holds whoever waits until it is opened; cancellation does not wake them.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, arrivals: 0, waiting: [CheckedContinuation<Void, Never>]()))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.arrivals += 1
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// How many have come to wait.
    var arrivals: Int { state.withLock { $0.arrivals } }
}

extension OperationResult {
    static var done: OperationResult { .ok(JSONText(trusted: Array("null".utf8))) }

    /// The code of the error, `nil` for a success.
    var code: ErrorCode? { error?.code }
}

/// Waits until `condition` holds, up to 20 seconds, and returns whether it does.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    for _ in 0..<4000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}

/// Waits until a task that was told to stop has been cancelled, up to 20 seconds.
func untilCancelled() async {
    try? await Task.sleep(for: .seconds(20))
}
