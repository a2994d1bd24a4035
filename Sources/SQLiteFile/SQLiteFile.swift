package import GRDB
import GRDBSQLite
package import OperationCatalogue
import OperationPipeline
import Synchronization

/// An SQLite database that several processes use at the same time: a connection that writes, a few that read, each behind a
/// ``BlockingGate`` that is as wide. It is opened when it is first asked for, and again after a failure.
///
/// It knows whether the file is still the one at its path: what is written to a file that was deleted or replaced is lost, so
/// nothing is read from it or written to it any more.
package final class SQLiteFile: Sendable {
    package let path: String
    package let kind: DatabaseKind
    /// Whether it may be made, upgraded and written. Without that, it is opened as it is.
    package let mayWrite: Bool
    /// Whether what stands at the path is opened after the file was taken away: not for a server, whose people would find themselves
    /// in another store.
    let reopens: Bool
    private let reading: BlockingGate
    private let writing: BlockingGate
    private let opening = BlockingGate(width: 1)
    private let shared = SharedProbe()
    let state = Mutex(State())

    struct State {
        /// Whether the file has been looked at, and has the present schema.
        var isOpen = false
        var isClosed = false
        var place: FilePlace?
        /// The places of the files beside it, once the writer has them open.
        var companions: [String: FilePlace] = [:]
        /// The file as it was when it was last known to belong with what stands beside it.
        var version: FileVersion?
        var writer: DatabaseQueue?
        var idleReaders: [Reader] = []
        /// How often it was opened: connections of an earlier time are not used again.
        var generation = 0
        var isGone = false
        /// For looking whether the database answers.
        var probe: Reader?
    }

    package init(path: String, kind: DatabaseKind, mayWrite: Bool = true, reopens: Bool = false) {
        self.reopens = reopens
        self.path = path
        self.kind = kind
        self.mayWrite = mayWrite
        reading = BlockingGate(width: kind.readers)
        writing = BlockingGate(width: 1)
    }

    /// The folder that it is in.
    package var folder: String { DatabaseFolder.folder(of: path) }

    /// The subject of a sentence about it.
    package var description: String { "\(kind.noun) \(path)" }

    // MARK: Access

    /// Reads in a transaction of its own. It does not wait for one that writes, in whatever process.
    ///
    /// - Parameter body: carried out again where the file has been changed meanwhile and cannot be locked.
    /// - Throws: what `body` throws; ``SQLiteFailure`` and `DatabaseError`; ``ErrorCode/backendUnreachable`` where the file cannot be
    ///   opened or is gone; `CancellationError`.
    package func read<Value>(_ body: (Database) throws -> Value) async throws -> Value {
        try await open()
        do {
            return try await reading.run {
                try Task.checkCancellation()
                return try readNow(body)
            }
        } catch {
            await openAnewIfGone()
            throw error
        }
    }

    /// Writes: `body` begins and commits its transactions by what it is given. One write at a time is under way.
    package func write<Value>(_ body: (WriteAccess) throws -> Value) async throws -> Value {
        try await open()
        do {
            let value = try await writing.run {
                try Task.checkCancellation()
                return try writeNow(body)
            }
            await openAnewIfGone()
            return value
        } catch {
            await openAnewIfGone()
            throw error
        }
    }

    private func writeNow<Value>(_ body: (WriteAccess) throws -> Value) throws -> Value {
        BlockingWork.begins()
        return try writer().inDatabase { database in
            let access = WriteAccess(file: self, database: database)
            // What was begun and not ended is not for whoever comes next.
            defer { access.rollBack() }
            return try body(access)
        }
    }

    /// Opens what stands at the path by now, after the operation that noticed it was refused with a sentence that says so.
    private func openAnewIfGone() async {
        guard reopens, state.withLock({ $0.isGone }) else { return }
        let isLetGo = await writing.run { letGoOfGone() }
        if isLetGo { try? await open() }
    }

    /// Writes in one transaction, which is rolled back where `body` throws.
    package func transaction<Value>(_ body: (Database) throws -> Value) async throws -> Value {
        try await write { access in
            try access.begin()
            do {
                let value = try body(access.database)
                try access.commit()
                return value
            } catch {
                access.rollBack()
                throw error
            }
        }
    }

    /// Opens the file, makes it where it is missing and upgrades it where it is older, unless that has been done.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` with a sentence that names the file.
    package func open() async throws(OperationError) {
        if state.withLock({ $0.isOpen && !$0.isClosed }) { return }
        do {
            try await opening.run { try openNow() }
        } catch {
            throw self.error(error, code: .backendUnreachable)
        }
    }

    /// Looks whether the database answers, without any of the connections that others may be waiting for, and at most twice in a
    /// second, however many ask.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed`` where it does not, or not within two seconds.
    package func probe() async throws(OperationError) {
        let overdue = OperationError(
            .backendFailed, "\(description) has not answered for two seconds: look at its disk")
        let failure = await shared.failure(orInTime: overdue) { [self] in
            do {
                try await open()
                try await opening.run { try probeNow() }
                return nil
            } catch {
                return self.error(error)
            }
        }
        if let failure { throw failure }
    }

    /// Lets go of the connections. A write that is under way is waited for, reads are not.
    package func close() async {
        await opening.run { state.withLock { $0.isClosed = true } }
        await writing.run { closeConnections() }
    }

    /// Any error of an access as one that says what to do.
    package func error(_ error: any Error, code: ErrorCode = .backendFailed) -> OperationError {
        if let error = error as? OperationError { return error }
        if error is CancellationError { return .cancelled }
        let failure = SQLiteFailure(error)
        // Nobody else interrupts, and a lock that is waited for is given up at once when the task is cancelled.
        if failure.isInterrupt || failure.isContention && Task.isCancelled { return .cancelled }
        return OperationError(failure, of: description, code: code)
    }
}
