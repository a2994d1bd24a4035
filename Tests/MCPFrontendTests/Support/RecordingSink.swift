import MCPFrontend
import OperationCatalogue
import Synchronization
import Testing

/// Keeps every line that the server writes.
final class RecordingSink: MessageSink {
    private let state = Mutex(State())

    private struct State {
        var lines: [JSONValue] = []
        var faults: [String] = []
        var backlog = 0
        var taken = 0
        var isBeingRead = false
    }

    func append(_ lines: [UInt8]) {
        state.withLock { state in
            state.taken += lines.count
            if lines.last != UInt8(ascii: "\n") { state.faults.append("a line without its end") }
            for line in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
                do {
                    state.lines.append(try JSONReader.value(line))
                } catch {
                    state.faults.append("\(error): \(String(decoding: line, as: UTF8.self))")
                }
            }
        }
    }

    func beginWriting() {}
    var isBroken: Bool { false }

    var taken: Int {
        state.withLock { state in
            if state.isBeingRead { state.taken += 1 }
            return state.taken
        }
    }

    /// Whether more has been read at each look.
    var isBeingRead: Bool {
        get { state.withLock { $0.isBeingRead } }
        set { state.withLock { $0.isBeingRead = newValue } }
    }

    var backlog: Int {
        get { state.withLock { $0.backlog } }
        set { state.withLock { $0.backlog = newValue } }
    }

    var lines: [JSONValue] { state.withLock { $0.lines } }
    /// What was written and is no message.
    var faults: [String] { state.withLock { $0.faults } }

    /// The first line that fits, waited for.
    func first(
        _ what: String, within limit: Duration = .seconds(120), where fits: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let line = lines.first(where: fits) { return line }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Missing(what: what, lines: lines.map { String(describing: JSONText($0)) })
    }

    struct Missing: Error {
        let what: String
        let lines: [String]
    }
}
