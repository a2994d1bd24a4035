import GRDB
import GRDBSQLite
import OperationCatalogue
import OperationPipeline

/// One batch on its way through a connection.
struct BatchRun: Sendable {
    let batch: OperationBatch
    let path: String
    let clock: @Sendable () -> Timestamp

    /// Carries out reads in the one read transaction that the connection is in.
    func read(_ database: Database) -> [OperationResult] {
        batch.begin()
        guard let transaction = try? StoreTransaction(database, clock: clock) else {
            return batch.results { _ in .failed(OperationError(.backendFailed, "the task store \(path) is closed")) }
        }
        return batch.results { invocation in
            guard !Task.isCancelled else { return .failed(.cancelled) }
            do {
                return .ok(try transaction.carryOut(invocation))
            } catch {
                return .failed(Self.operationError(error, path: path))
            }
        }
    }

    /// Carries out the batch in one transaction. If the store fails on the way, all of it is rolled back, and every operation
    /// is carried out again in a transaction of its own, so that one that cannot be done takes no other with it.
    func write(_ database: Database) -> [OperationResult] {
        batch.begin()
        switch attempt(database, { transaction in batch.results { transaction.result(of: $0) } }) {
        case .committed(let results): return results
        case .unknown(let results, let error):
            return zip(batch.invocations, results).map { $1.doubted(because: error, isWrite: $0.definition.isWrite) }
        case .failed(let error, let isWorthSingly) where !isWorthSingly || batch.invocations.count == 1:
            return batch.results { _ in .failed(error) }
        case .failed: break
        }
        return batch.results { invocation in
            switch attempt(database, { [$0.result(of: invocation)] }) {
            case .committed(let results): return results[0]
            case .unknown(let results, let error):
                return results[0].doubted(because: error, isWrite: invocation.definition.isWrite)
            case .failed(let error, _): return .failed(error)
            }
        }
    }

    private enum Ending {
        case committed([OperationResult])
        /// Rolled back. `isWorthSingly` tells that it may have been the fault of one operation.
        case failed(OperationError, isWorthSingly: Bool)
        /// The commit failed such that it may have reached the disk.
        case unknown([OperationResult], OperationError)
    }

    private func attempt(_ database: Database, _ body: (WriteTransaction) -> [OperationResult]) -> Ending {
        do {
            try database.beginTransaction(.immediate)
        } catch {
            return .failed(Self.operationError(error, path: path), isWorthSingly: false)
        }
        do {
            let transaction = WriteTransaction(try StoreTransaction(database, clock: clock))
            let results = body(transaction)
            if let failure = transaction.failure { throw failure }
            try transaction.store.storeCounters()
            try Task.checkCancellation()
            return commit(database, results)
        } catch {
            rollBack(database)
            let error = Self.operationError(error, path: path)
            return .failed(error, isWorthSingly: error.code != .cancelled)
        }
    }

    private func commit(_ database: Database, _ results: [OperationResult]) -> Ending {
        do {
            try database.commit()
            return .committed(results)
        } catch {
            rollBack(database)
            let isUncertain = !(error is CancellationError) && SQLiteFailure(error).primaryCode == SQLITE_IOERR
            let error = Self.operationError(error, path: path)
            return isUncertain ? .unknown(results, error) : .failed(error, isWorthSingly: error.code != .cancelled)
        }
    }

    private func rollBack(_ database: Database) {
        // SQLite has rolled back by itself after some errors.
        if database.isInsideTransaction { try? database.rollback() }
    }

    static func operationError(_ error: any Error, path: String) -> OperationError {
        if let error = error as? OperationError { return error }
        if error is CancellationError { return .cancelled }
        let failure = SQLiteFailure(error)
        // Nobody else interrupts, and a lock that is waited for is given up at once when the task is cancelled.
        if failure.isInterrupt || failure.isContention && Task.isCancelled { return .cancelled }
        return OperationError(failure, path: path)
    }
}

/// A transaction that keeps the first error which is no operation's own: the rest is then not worth trying.
private final class WriteTransaction {
    let store: StoreTransaction
    private(set) var failure: (any Error)?

    init(_ store: StoreTransaction) { self.store = store }

    func result(of invocation: Invocation) -> OperationResult {
        // What is returned after a failure is never shown: the transaction is rolled back.
        guard failure == nil else { return .failed(.cancelled) }
        do {
            try Task.checkCancellation()
            return .ok(try store.carryOut(invocation))
        } catch let error as OperationError {
            return .failed(error)
        } catch {
            failure = error
            return .failed(.cancelled)
        }
    }
}

extension OperationResult {
    /// The same where nobody knows whether it was stored. A read may have seen what then did not last.
    fileprivate func doubted(because error: OperationError, isWrite: Bool) -> OperationResult {
        guard case .ok = self else { return self }
        return isWrite ? .unknown(error) : .failed(error)
    }
}
