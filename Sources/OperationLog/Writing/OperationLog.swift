package import OperationCatalogue
package import OperationPipeline
import Synchronization

/// The writing side of the NDJSON log: one record a line, intents before their effect and outcomes before their reply.
///
/// - A call's records go out in one `write(2)` of whole lines (more than one beyond 1 MiB), so the lines of concurrent
///   callers and processes never mix. They share one reading of the clock; their order is that of `seq`, which is unbroken
///   for each writer and counts only what is in the file.
/// - Before every call the file must still be the one that was opened, and no shorter, or have been rotated (the article
///   <doc:Segments>). Otherwise, and when the file does not take the records, the call throws and the caller refuses the
///   writes. Every call tries anew, so a full disk that has room again is written again. A file that shrank is refused
///   until a new process opens it.
/// - A write that the system breaks off within a line leaves that line torn; the next write begins with a newline, and so
///   does the first write to a file that another process left like that.
/// - When only some of a call's records could be written the call throws though these are in the log: an intent without
///   an outcome says that the write may have happened, which errs on the safe side.
///
/// Opening makes the process ignore SIGXFSZ and SIGPIPE where it has no handlers for them, since either would end it
/// before it can say what is wrong with the log.
///
/// - Every record is bound to the writer's record before it by a hash (the article <doc:RecordForm>).
///
/// The system takes the bytes on a thread of the log's own, and brings them to the disk on another. The file is closed with the last reference.
package final class OperationLog: OperationRecorder {
    /// Names this writer in its records (`writer`).
    package let identifier: UniqueIdentifier
    private let settings: LogSettings
    private let writer: Mutex<LogWriter>
    private let syncer: LogSyncer
    /// Where records are handed over to the system: a pipe that nobody reads, or a disk in trouble, may keep them waiting.
    private let gate = BlockingGate(width: 1)
    private let compressor = SegmentCompressor()
    /// What people have been told last of a log that fails where nobody else says so.
    private let reported = Mutex<String?>(nil)

    /// A log that opens its file with the first record.
    ///
    /// - Parameters:
    ///   - version: the program's version, for the header record.
    ///   - identifier: a version 7 UUID that no other writer has.
    package init(
        _ destination: LogDestination,
        settings: LogSettings = LogSettings(),
        version: String,
        identifier: UniqueIdentifier = .version7()
    ) {
        self.identifier = identifier
        self.settings = settings
        writer = Mutex(
            LogWriter(
                destination, settings: settings, version: version, writer: identifier, compressor: compressor))
        syncer = LogSyncer(settings.sync)
    }

    package var isRequired: Bool { settings.isRequired }

    /// Opens the file and writes the header record, which shows whether the log takes records at all: for callers that
    /// would rather not start than stop at the first write. Does only the checking where that has been done.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    package func open() throws(OperationError) {
        try writer.withLock { writer throws(OperationError) in try writer.open() }
    }

    package func check() async throws(OperationError) {
        guard isRequired else { return }
        try await gate.run { () throws(OperationError) in try open() }
    }

    @discardableResult
    package func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? {
        guard !intents.isEmpty else { return nil }
        return try await reporting { () async throws(OperationError) in
            let descriptor = try await gate.run { () throws(OperationError) in
                try writer.withLock { writer throws(OperationError) in try writer.write(intents: intents) }
            }
            // Without a required log nothing waits: what is wrong with it is said when the outcomes follow.
            return isRequired ? syncer.beginSync(descriptor) : nil
        }
    }

    package func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        guard !outcomes.isEmpty else { return }
        try await reporting { () async throws(OperationError) in
            let descriptor = try await gate.run { () throws(OperationError) in
                try writer.withLock { writer throws(OperationError) in try writer.write(outcomes: outcomes) }
            }
            if settings.sync == .each || outcomes.contains(where: \.hasIntent) {
                try await syncer.sync(descriptor)
            } else {
                syncer.syncLater(descriptor)
            }
        }
    }

    package func record(begin run: RunBeginning) async throws(OperationError) {
        try await reporting { () async throws(OperationError) in
            let descriptor = try await gate.run { () throws(OperationError) in
                try writer.withLock { writer throws(OperationError) in try writer.write(beginning: run) }
            }
            // The first intent's sync brings this to the disk with it.
            syncer.syncLater(descriptor)
        }
    }

    package func record(end run: RunEnding) async throws(OperationError) {
        try await reporting { () async throws(OperationError) in
            let descriptor = try await gate.run { () throws(OperationError) in
                try writer.withLock { writer throws(OperationError) in try writer.write(ending: run) }
            }
            try await syncer.sync(descriptor)
        }
    }

    package func record(served: [ServedRequest]) async {
        guard !served.isEmpty else { return }
        do throws(OperationError) {
            let descriptor = try await gate.run { () throws(OperationError) in
                try writer.withLock { writer throws(OperationError) in try writer.write(served: served) }
            }
            syncer.syncLater(descriptor)
            // Should it fail again, that is worth a word again.
            reported.withLock { $0 = nil }
        } catch {
            report(error)
        }
    }

    /// A log that is not required says of itself that it fails, once for each reason: nobody else will.
    private func reporting<Result>(
        _ body: () async throws(OperationError) -> Result
    ) async throws(OperationError) -> Result {
        do throws(OperationError) {
            return try await body()
        } catch {
            if !isRequired { report(error) }
            throw error
        }
    }

    private func report(_ error: OperationError) {
        let isNew = reported.withLock { reported in
            defer { reported = error.message }
            return reported != error.message
        }
        if isNew { settings.report(error.message) }
    }

    /// Finishes the live segment and begins a new one, whatever its size, where it holds more than what the log keeps of itself;
    /// removes finished segments as the settings say.
    ///
    /// - Returns: whether there was anything to finish.
    /// - Throws: ``ErrorCode/logUnavailable``.
    package func rotate() throws(OperationError) -> Bool {
        try writer.withLock { writer throws(OperationError) in try writer.rotate() }
    }

    /// Writes the writer's last record, a checkpoint that says so, where it has written any. Later calls of the recorder
    /// throw.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    package func close() async throws(OperationError) {
        let descriptor = try await gate.run { () throws(OperationError) in
            try writer.withLock { writer throws(OperationError) in try writer.finish() }
        }
        if settings.compresses { await compressor.end() }
        if let descriptor { try await syncer.sync(descriptor) }
    }
}
