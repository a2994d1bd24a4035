import Dispatch
import OperationCatalogue
import Synchronization

/// Reads scripts on a thread of its own, a little ahead of whoever takes them: reading may block, as on a pipe, and must
/// not hold up the rest.
final class ScriptPump: Sendable {
    /// How many items are read ahead at most.
    static let capacity = 512

    private let state = Mutex(State())
    /// Counted up from 0, since libdispatch traps on a semaphore that ends below its first value.
    private let room = DispatchSemaphore(value: 0)

    private struct State {
        var items: [Item] = []
        var hasEnded = false
        var consumer: CheckedContinuation<[Item], Never>?
    }

    enum Item: Sendable {
        case script(ScriptItem)
        /// Reading came to a bad end.
        case failure(ScriptFault)
    }

    init(_ source: ScriptSource, overrides: JSONObject) {
        for _ in 0..<Self.capacity { room.signal() }
        DispatchQueue(label: "deferno.batch.reader").async { self.read(source, overrides) }
    }

    /// What has been read, at least one item; empty at the end.
    func next() async -> [Item] {
        let items = await withCheckedContinuation { continuation in
            let items: [Item]? = state.withLock { state in
                if state.items.isEmpty, !state.hasEnded {
                    state.consumer = continuation
                    return nil
                }
                defer { state.items = [] }
                return state.items
            }
            if let items { continuation.resume(returning: items) }
        }
        for _ in items { room.signal() }
        return items
    }

    private func read(_ source: ScriptSource, _ overrides: JSONObject) {
        do {
            let script = try source.open()
            var reader = try script.reader(overrides: overrides)
            while let item = try Self.next(&reader) { give(.script(item)) }
        } catch {
            give(.failure(error))
        }
        end()
    }

    private static func next(_ reader: inout ScriptReader) throws(ScriptFault) -> ScriptItem? {
        do { return try reader.next() } catch { throw ScriptFault(error) }
    }

    private func give(_ item: Item) {
        room.wait()
        let consumer = state.withLock { state in
            if state.consumer == nil { state.items.append(item) }
            return state.consumer.take()
        }
        consumer?.resume(returning: [item])
    }

    private func end() {
        let consumer = state.withLock { state in
            state.hasEnded = true
            return state.consumer.take()
        }
        consumer?.resume(returning: [])
    }
}
