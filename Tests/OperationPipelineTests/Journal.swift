import OperationCatalogue
import OperationPipeline
import Synchronization

/// What happened, in the order in which it happened; operations go by the ids that their requests gave them.
final class Journal: Sendable {
    enum Entry: Hashable, Sendable {
        case intent(String)
        case started(String)
        case finished(String)
        case outcome(String)
        case reply(String)
    }

    private let entries = Mutex<[Entry]>([])

    func note(_ entry: Entry) {
        entries.withLock { $0.append(entry) }
    }

    var all: [Entry] { entries.withLock { $0 } }

    /// The position of each entry; the last one where there are several.
    var positions: [Entry: Int] {
        Dictionary(all.enumerated().map { ($1, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// The operations that reached the backend, in the order in which they did.
    var started: [String] {
        all.compactMap { if case .started(let name) = $0 { name } else { nil } }
    }

    var replied: [String] {
        all.compactMap { if case .reply(let name) = $0 { name } else { nil } }
    }
}

extension Invocation {
    var name: String { request.id ?? "" }
}

/// A recorder that keeps its records in a journal, or fails.
struct JournalRecorder: OperationRecorder {
    let journal: Journal
    var failsOnIntents = false
    var failsOnOutcomes = false
    /// What writes wait for.
    var receipt: RecordReceipt?
    let concluded = ConcludedOperations()

    func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? {
        await Task.yield()
        if failsOnIntents { throw OperationError(.logUnavailable, "the disk is full") }
        for intent in intents { journal.note(.intent(intent.name)) }
        return receipt
    }

    func record(outcomes: [ConcludedOperation]) async throws(OperationError) {
        await Task.yield()
        if failsOnOutcomes { throw OperationError(.logUnavailable, "the disk is full") }
        concluded.keep(outcomes)
        for outcome in outcomes { journal.note(.outcome(outcome.request.id ?? "")) }
    }
}

/// The outcomes as a recorder got them, by the ids of their requests.
final class ConcludedOperations: Sendable {
    private let operations = Mutex<[String: ConcludedOperation]>([:])

    func keep(_ new: [ConcludedOperation]) {
        operations.withLock { operations in
            for operation in new { operations[operation.request.id ?? ""] = operation }
        }
    }

    subscript(name: String) -> ConcludedOperation? { operations.withLock { $0[name] } }
    var count: Int { operations.withLock { $0.count } }
}
