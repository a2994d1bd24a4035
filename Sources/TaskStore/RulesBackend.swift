package import OperationCatalogue
package import OperationPipeline

/// The backend that the rules and a store make: every operation is a transaction of its own.
package final class RulesBackend<Store: TaskStore>: Backend {
    private let store: Store
    private let clock: @Sendable () -> Timestamp
    private let spools = Spools(temporary: nil, orIn: "/tmp")

    /// - Parameter clock: tells this moment, for `date_created` and the like, and for what is due today.
    package init(_ store: Store, clock: @escaping @Sendable () -> Timestamp = { .now }) {
        self.store = store
        self.clock = clock
    }

    package var capacity: BackendCapacity { BackendCapacity(batchSize: 1, concurrentBatches: 1) }

    package func execute(_ batch: OperationBatch) async -> [OperationResult] {
        await batch.results { invocation in await self.result(of: invocation) }
    }

    private func result(of invocation: Invocation) async -> OperationResult {
        guard !Task.isCancelled else { return .failed(.cancelled) }
        let context = HandlerContext(at: clock(), spools: spools)
        do {
            let caller = invocation.request.caller
            guard invocation.definition.isWrite else {
                return try await store.view(as: caller) { try $0.carryOut(invocation, context) }
            }
            return try await store.change(as: caller) { try $0.carryOut(invocation, context) }
        } catch let error as OperationError {
            return .failed(error)
        } catch let conflict as ChangeConflict {
            return .failed(OperationError(conflict))
        } catch {
            return .failed(OperationError(.backendFailed, "the task store failed: \(error)"))
        }
    }

    package func close() async { await store.close() }
}
