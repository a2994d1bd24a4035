package import OperationCatalogue
package import OperationPipeline
import Synchronization

/// The writing side of the NDJSON log: one record a line, intents before their effect and outcomes before their reply.
///
/// - A call's records go out in one `write(2)` of whole lines (more than one beyond 1 MiB), so the lines of concurrent
///   callers and processes never mix. They share one reading of the clock; their order is that of `seq`, which is unbroken
///   for each writer and counts only what is in the file.
/// - Before every call the file must still be the one that was opened, and no shorter. Otherwise, and when the file does
///   not take the records, the call throws and the caller refuses the writes. Every call tries anew, so a full disk that
///   has room again is written again. A file that shrank is refused until a new process opens it.
/// - A write that the system breaks off within a line leaves that line torn; the next write begins with a newline, and so
///   does the first write to a file that another process left like that.
/// - When only some of a call's records could be written the call throws though these are in the log: an intent without
///   an outcome says that the write may have happened, which errs on the safe side.
///
/// Opening makes the process ignore SIGXFSZ and SIGPIPE where it has no handlers for them, since either would end it
/// before it can say what is wrong with the log.
///
/// Its functions hold the calling thread while the system takes the bytes. The file is closed with the last reference.
package final class OperationLog: OperationRecorder {
    /// Names this writer in its records (`writer`).
    package let identifier: UniqueIdentifier
    private let writer: Mutex<LogWriter>

    /// A log that opens its file with the first record.
    ///
    /// - Parameters:
    ///   - version: the program's version, for the header record.
    ///   - identifier: a version 7 UUID that no other writer has.
    package init(
        _ destination: LogDestination,
        version: String,
        identifier: UniqueIdentifier = .version7()
    ) {
        self.identifier = identifier
        writer = Mutex(LogWriter(destination, version: version, writer: identifier))
    }

    /// Opens the file and writes the header record, which shows whether the log takes records at all: for callers that
    /// would rather not start than stop at the first write. Does only the checking where that has been done.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    package func open() throws(OperationError) {
        try writer.withLock { writer throws(OperationError) in try writer.open() }
    }

    package func record(intents: [Invocation]) async throws(OperationError) {
        guard !intents.isEmpty else { return }
        try writer.withLock { writer throws(OperationError) in try writer.write(intents: intents) }
    }

    package func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        guard !outcomes.isEmpty else { return }
        try writer.withLock { writer throws(OperationError) in try writer.write(outcomes: outcomes) }
    }
}
