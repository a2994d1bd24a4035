package import OperationCatalogue
package import OperationPipeline

/// Records nothing: what `--log none` asks for. Whoever chooses it says so where the user sees it, since nothing that is
/// done can then be followed, resumed or undone from a log.
package struct DiscardingRecorder: OperationRecorder {
    package init() {}

    @discardableResult
    package func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? { nil }

    package func record(outcomes: [ConcludedOperation]) async throws(OperationError) {}
}
