import OperationCatalogue
import OperationPipeline
import Synchronization

/// A backend that does what a closure says, and remembers what it was asked.
final class ScriptedBackend: Backend {
    let capacity = BackendCapacity(batchSize: 1, concurrentBatches: 4)
    private let body: @Sendable (Invocation) async -> OperationResult
    private let state = Mutex((asked: [OperationRequest](), cancelled: 0))

    init(_ body: @escaping @Sendable (Invocation) async -> OperationResult = ScriptedBackend.answer) {
        self.body = body
    }

    var asked: [OperationRequest] { state.withLock { $0.asked } }
    /// How many were told to stop while they waited.
    var cancelled: Int { state.withLock { $0.cancelled } }

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        await batch.results { invocation in
            state.withLock { $0.asked.append(invocation.request) }
            let result = await body(invocation)
            if Task.isCancelled { state.withLock { $0.cancelled += 1 } }
            return result
        }
    }

    func close() async {}

    /// Tasks that begin with `hold` take for ever, until they are told to stop; those that begin with `slow` half a second.
    @Sendable static func answer(_ invocation: Invocation) async -> OperationResult {
        let arguments = invocation.request.arguments
        let title = arguments["title"]?.stringValue ?? ""
        if title.hasPrefix("hold") { try? await Task.sleep(for: .seconds(3600)) }
        if title.hasPrefix("slow") { try? await Task.sleep(for: .milliseconds(500)) }
        if Task.isCancelled { return .failed(OperationError(.cancelled, "cancelled")) }
        if case .list = invocation.definition.payload { return .ok(JSONText([])) }
        switch invocation.definition.session {
        case .begins:
            return .ok(
                JSONText([
                    "auth_url": "https://deferno.example/cli-auth?session=s1", "session_id": "s1",
                    "instructions": .string(StartAuth.instructions),
                ]))
        case .completes: return .ok(JSONText(["authenticated": true, "username": "ada"]))
        case .ends: return .ok(JSONText(["message": .string(Logout.notice)]))
        default:
            let id = arguments["task_id"] ?? arguments["id"] ?? .null
            if id == "00000000-0000-4000-8000-000000000404" {
                return .failed(OperationError(.notFound, "task not found"))
            }
            return .ok(JSONText(["id": id, "title": .string(title)]))
        }
    }
}

/// Keeps the outcomes.
final class KeepingRecorder: OperationRecorder {
    private let operations = Mutex<[ConcludedOperation]>([])

    var concluded: [ConcludedOperation] { operations.withLock { $0 } }

    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? { nil }

    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        operations.withLock { $0 += outcomes }
    }
}
