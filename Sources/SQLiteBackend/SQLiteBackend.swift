import GRDB
package import OperationCatalogue
package import OperationPipeline
package import SQLiteFile

/// The embedded backend: tasks in one SQLite file on this machine, which several processes may use at the same time.
///
/// Nothing on the disk is touched before the first ``execute(_:)``. When the file cannot be opened, every operation fails
/// with the reason, and the next call tries again.
package final class SQLiteBackend: Backend {
    let file: SQLiteFile
    private let clock: @Sendable () -> Timestamp
    private let spools: Spools

    /// - Parameters:
    ///   - mayWrite: whether the store may be made, upgraded and written. Without that, one that is there is read as it is.
    ///   - reopens: whether what stands at the path is opened after the store was deleted or replaced there, once an operation was
    ///     refused that says so. Otherwise everything is refused from then on.
    ///   - temporary: the folder for payloads that are too long to be held in memory (``OperationRequest/takesPieces``); `nil` for
    ///     that of the store.
    ///   - clock: tells this moment, for `date_created` and the like, and for what is due today.
    package init(
        location: SQLiteLocation, mayWrite: Bool = true, reopens: Bool = false, temporary: String? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        file = SQLiteFile(path: location.path, kind: .taskStore, mayWrite: mayWrite, reopens: reopens)
        self.clock = clock
        spools = Spools(temporary: temporary, orIn: file.folder)
    }

    /// A batch with a write in it is one transaction, so that it costs one sync of the disk.
    package var capacity: BackendCapacity {
        BackendCapacity(batchSize: 256, concurrentBatches: DatabaseKind.taskStore.readers + 1, hasOneWriter: true)
    }

    package func execute(_ batch: OperationBatch) async -> [OperationResult] {
        guard !batch.invocations.isEmpty else { return [] }
        let run = BatchRun(batch: batch, file: file, spools: spools, clock: clock)
        do {
            if batch.invocations.contains(where: \.definition.isWrite) { return try await file.write { run.write($0) } }
            return try await file.read { run.read($0) }
        } catch {
            // Nothing has begun: the store could not be opened, or the task was cancelled while it waited for its turn.
            let error = file.error(error)
            return batch.results { _ in .failed(error) }
        }
    }

    package func close() async {
        await file.close()
    }
}

extension DatabaseKind {
    /// The checkpoint is after 32 MiB: identifiers are spread evenly, so each batch touches most pages of their index, and after
    /// SQLite's usual 1000 pages a checkpoint would write all these again after every few batches, at half the creates per second.
    package static let taskStore = DatabaseKind(
        noun: "the task store", applicationID: Schema.applicationID, migrator: Schema.migrator,
        tables: ["owner", "task", "action", "task_text"], readers: 4, cacheKibibytes: 8192, checkpointPages: 8000)
}
