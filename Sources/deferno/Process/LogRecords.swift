import BackendServer
import Dispatch
import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization

/// The records of the log for the pages of `deferno serve`. One thread follows the log, through every rotation, for all who
/// listen; it begins when somebody looks for the first time.
final class LogRecords: RecordFeed {
    private let path: String
    private let stop = StopEvent()
    private let state = Mutex(State())

    private struct State {
        var hasBegun = false
        var hasEnded = false
        /// How many records have come.
        var count = 0
        /// The lines of the last of them, for listeners that come a little later than the page that they belong to.
        var recent: [(mark: FeedMark, line: [UInt8])] = []
        var listeners: [ObjectIdentifier: Weak] = [:]
    }

    private struct Weak {
        weak var listener: FeedListener?
    }

    /// Records that are kept for those who come later.
    private static let mostRecent = 256
    /// Lines that are looked through for the last records.
    private static let linesLookedThrough = 8192
    /// Without a record for so long a listener gets a sign of life.
    private static let silence: Duration = .seconds(15)

    init(path: String, until shutdown: Shutdown) {
        self.path = path
        shutdown.onBegin { [self] in end() }
    }

    func latest(
        _ count: Int, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) async -> (records: [JSONValue], mark: FeedMark?) {
        beginIfNeeded()
        let mark = FeedMark(count: state.withLock { $0.count })
        let found = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [path] in continuation.resume(returning: Self.last(of: path, where: fits)) }
        }
        return (Array(found.suffix(count).reversed()), mark)
    }

    func followed(
        after mark: FeedMark?, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) -> AsyncStream<FeedEvent> {
        beginIfNeeded()
        let listener = FeedListener(where: fits)
        let hasEnded = state.withLock { state in
            if let mark {
                for known in state.recent where known.mark > mark {
                    if let record = try? JSONReader.value(known.line) { listener.offer(record, known.mark) }
                }
            }
            state.listeners[ObjectIdentifier(listener)] = Weak(listener: listener)
            return state.hasEnded
        }
        if hasEnded { listener.end() }
        return AsyncStream(unfolding: { await listener.next() }, onCancel: { listener.end() })
    }

    // MARK: Following

    private func beginIfNeeded() {
        let isFirst = state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun && !state.hasEnded
        }
        guard isFirst else { return }
        DispatchQueue(label: "deferno.log").async { [self] in follow() }
        Task { while await keepAlive() {} }
    }

    private func follow() {
        let follower = LogFollower(
            path, stop: stop,
            consumer: LogFollower.Consumer(
                deliver: { [self] lines in
                    for line in Self.lines(in: lines) { take(line) }
                    return true
                }, report: { RecordPrinter.warn($0) }))
        do throws(OperationError) {
            _ = try follower.run(from: .last(0), follows: true)
        } catch {
            RecordPrinter.warn("the log is not shown live: \(error.message)")
        }
    }

    /// Takes a line apart only where somebody listens: a busy server writes many thousands a second.
    private func take(_ line: UnsafeRawBufferPointer) {
        guard Self.isOfOperation(line) else { return }
        state.withLock { state in
            state.count += 1
            let mark = FeedMark(count: state.count)
            if state.recent.count >= 2 * Self.mostRecent { state.recent.removeFirst(Self.mostRecent) }
            state.recent.append((mark, Array(line)))
            guard !state.listeners.isEmpty, let record = try? JSONReader.value(line) else { return }
            // Under the lock, so that a listener that comes now gets every record once, and in order.
            for entry in state.listeners.values { entry.listener?.offer(record, mark) }
        }
    }

    /// - Returns: whether to go on.
    private func keepAlive() async -> Bool {
        try? await Task.sleep(for: Self.silence)
        let (listeners, hasEnded) = state.withLock { state in
            state.listeners = state.listeners.filter { $0.value.listener != nil }
            return (state.listeners.values.compactMap(\.listener), state.hasEnded)
        }
        for listener in listeners { listener.breakSilence() }
        return !hasEnded
    }

    private func end() {
        let listeners = state.withLock { state in
            state.hasEnded = true
            return state.listeners.values.compactMap(\.listener)
        }
        stop.signal()
        for listener in listeners { listener.end() }
    }

    // MARK: Lines

    private static func last(
        of path: String, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) -> [JSONValue] {
        var found: [JSONValue] = []
        let follower = LogFollower(
            path,
            consumer: LogFollower.Consumer(
                deliver: { lines in
                    found += Self.lines(in: lines).filter(isOfOperation).compactMap { try? JSONReader.value($0) }
                        .filter(fits)
                    return true
                }, report: { _ in }))
        // Where there is no log yet, there are no records.
        _ = try? follower.run(from: .last(linesLookedThrough), follows: false)
        return found
    }

    private static func lines(in text: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        text.split(separator: UInt8(ascii: "\n")).map { UnsafeRawBufferPointer(rebasing: $0) }
    }

    private static let operationMember = ByteNeedle("\"op\":")

    /// Whether it is the record of an operation, and none that the log keeps of itself or of a request.
    private static func isOfOperation(_ line: UnsafeRawBufferPointer) -> Bool { operationMember.isIn(line) }
}
