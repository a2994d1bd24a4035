import GRDB
package import OperationCatalogue
package import OperationPipeline

/// The embedded backend: tasks in one SQLite file on this machine, which several processes may use at the same time.
///
/// Nothing on the disk is touched before the first ``execute(_:)``. When the file cannot be opened, every operation fails
/// with the reason, and the next call tries again.
package final class SQLiteBackend: Backend {
    let store: Store
    private let clock: @Sendable () -> Timestamp

    /// - Parameter clock: tells this moment, for `date_created` and the like, and for what is due today.
    package init(location: SQLiteLocation, clock: @escaping @Sendable () -> Timestamp = { .now }) {
        store = Store(path: location.path)
        self.clock = clock
    }

    /// A batch with a write in it is one transaction, so that it costs one sync of the disk.
    package var capacity: BackendCapacity { BackendCapacity(batchSize: 256, concurrentBatches: Store.readers) }

    package func execute(_ batch: OperationBatch) async -> [OperationResult] {
        guard !batch.invocations.isEmpty else { return [] }
        do {
            let run = BatchRun(batch: batch, path: store.path, clock: clock)
            let pool = try await store.pool()
            if batch.invocations.contains(where: \.definition.isWrite) {
                return try await pool.writeWithoutTransaction { run.write($0) }
            }
            if batch.invocations.allSatisfy(\.operation.isLookup) { return try Self.lookUp(run, in: pool) }
            return try await pool.read { run.read($0) }
        } catch {
            // Nothing has begun: the store could not be opened, or the task was cancelled while it waited for its turn.
            let error = BatchRun.operationError(error, path: store.path)
            return batch.results { _ in .failed(error) }
        }
    }

    /// Reads on the calling thread: for a few microseconds of work, a change of threads would cost many times as much. A
    /// connection is free, since there are as many as batches at the same time.
    private static func lookUp(_ run: BatchRun, in pool: DatabasePool) throws -> [OperationResult] {
        try pool.read { run.read($0) }
    }

    package func close() async {
        await store.close()
    }
}

extension TaskOperation {
    /// Whether it reads a row or two by their key.
    fileprivate var isLookup: Bool {
        switch self {
        case .getTask, .whoAmI: true
        default: false
        }
    }
}
