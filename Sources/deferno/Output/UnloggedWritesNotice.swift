import Logging
import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization

/// Records nothing, as `--log none` asks for, and says so when the first write runs.
final class UnloggedWritesNotice: OperationRecorder {
    private let isSaid = Atomic<Bool>(false)
    private let discarding = DiscardingRecorder()

    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? {
        if !intents.isEmpty, !isSaid.exchange(true, ordering: .relaxed) {
            Logger(label: "deferno").warning("writes are carried out without a record, as --log none asks for")
        }
        return try await discarding.record(intents: intents)
    }

    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        try await discarding.record(outcomes: outcomes)
    }
}
