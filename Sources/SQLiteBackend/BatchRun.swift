import GRDB
import GRDBSQLite
import OperationCatalogue
import OperationPipeline
import SQLiteFile
import TaskStore

/// One batch on its way through a connection.
struct BatchRun: Sendable {
    let batch: OperationBatch
    let file: SQLiteFile
    let spools: Spools
    let clock: @Sendable () -> Timestamp

    fileprivate var context: HandlerContext { HandlerContext(at: clock(), spools: spools) }

    /// Carries out reads in the one read transaction that the connection is in.
    func read(_ database: Database) -> [OperationResult] {
        batch.begin()
        guard let transaction = try? StoreTransaction(database) else {
            return batch.results { _ in .failed(OperationError(.backendFailed, "\(file.description) is closed")) }
        }
        return batch.results { invocation in
            guard !Task.isCancelled else { return .failed(.cancelled) }
            do {
                return try transaction.carryOut(invocation, context)
            } catch {
                return .failed(file.error(error))
            }
        }
    }

    /// Carries out the batch in one transaction. If the store fails on the way, all of it is rolled back, and every operation
    /// is carried out again in a transaction of its own, so that one that cannot be done takes no other with it.
    func write(_ access: WriteAccess) -> [OperationResult] {
        batch.begin()
        switch attempt(access, { transaction in batch.results { transaction.result(of: $0) } }) {
        case .committed(let results): return results
        case .unknown(let results, let error):
            return zip(batch.invocations, results).map { $1.doubted(because: error, isWrite: $0.definition.isWrite) }
        case .failed(let error, let isWorthSingly) where !isWorthSingly || batch.invocations.count == 1:
            return batch.results { _ in .failed(error) }
        case .failed: break
        }
        return batch.results { invocation in
            switch attempt(access, { [$0.result(of: invocation)] }) {
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

    private func attempt(_ access: WriteAccess, _ body: (WriteTransaction) -> [OperationResult]) -> Ending {
        do {
            try access.begin()
        } catch {
            return .failed(file.error(error), isWorthSingly: false)
        }
        do {
            let transaction = WriteTransaction(try StoreTransaction(access.database), self)
            let results = body(transaction)
            if let failure = transaction.failure { throw failure }
            try transaction.store.storeCounters()
            try Task.checkCancellation()
            return commit(access, results)
        } catch {
            access.rollBack()
            let error = file.error(error)
            return .failed(error, isWorthSingly: error.code == .backendFailed)
        }
    }

    private func commit(_ access: WriteAccess, _ results: [OperationResult]) -> Ending {
        do {
            try access.commit()
            return .committed(results)
        } catch let doubt as CommitDoubt {
            return .unknown(results, doubt.reason)
        } catch {
            access.rollBack()
            let isUncertain =
                !(error is CancellationError || error is OperationError)
                && SQLiteFailure(error).primaryCode == SQLITE_IOERR
            let error = file.error(error)
            return isUncertain ? .unknown(results, error) : .failed(error, isWorthSingly: error.code == .backendFailed)
        }
    }
}

/// A transaction that keeps the first error which is no operation's own: the rest is then not worth trying.
private final class WriteTransaction {
    let store: StoreTransaction
    private let run: BatchRun
    private(set) var failure: (any Error)?

    init(_ store: StoreTransaction, _ run: BatchRun) {
        self.store = store
        self.run = run
    }

    func result(of invocation: Invocation) -> OperationResult {
        // What is returned after a failure is never shown: the transaction is rolled back.
        guard failure == nil else { return .failed(.cancelled) }
        do {
            try Task.checkCancellation()
            return try store.carryOut(invocation, run.context)
        } catch let error as OperationError {
            return .failed(error)
        } catch {
            failure = (error as? ChangeConflict).map { OperationError($0) } ?? error
            return .failed(.cancelled)
        }
    }
}

extension OperationResult {
    /// The same where nobody knows whether it was stored. A read may have seen what then did not last.
    fileprivate func doubted(because error: OperationError, isWrite: Bool) -> OperationResult {
        guard status == .ok else { return self }
        return isWrite ? .unknown(error) : .failed(error)
    }
}

extension StoreTransaction {
    fileprivate func carryOut(_ invocation: Invocation, _ context: HandlerContext) throws -> OperationResult {
        try tasks(of: invocation.request.caller).carryOut(invocation, context)
    }
}
