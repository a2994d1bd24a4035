import BackendServer
import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization

/// The records of the log for the pages of `deferno serve`. One thread follows the log, through every rotation, for all who
/// listen, and keeps the last ones of each account.
final class LogRecords: RecordFeed {
    private let path: String
    private let stop = StopEvent()
    private let state = Mutex(State())
    /// Reads of the log's end, one after the other: however many ask, they take one thread.
    private let reads = BlockingGate(width: 1)

    private struct State {
        var hasEnded = false
        var accounts = AccountRecords()
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
    /// Lines that are looked through for the last records of each account when the server begins.
    private static let linesLookedThroughFirst = 262_144
    /// Without a record for so long a listener gets a sign of life.
    private static let silence: Duration = .seconds(15)

    init(path: String, until shutdown: Shutdown) {
        self.path = path
        shutdown.onBegin { [self] in end() }
        if BlockingThread({ [self] in follow() }) == nil {
            RecordPrinter.warn("the log is not shown live: this user's processes have used up the system's threads")
        }
        Task { while await keepAlive() {} }
    }

    func latest(
        _ count: Int, of account: UniqueIdentifier, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) async -> (records: [JSONValue], mark: FeedMark?) {
        let (mark, kept) = state.withLock {
            (FeedMark(count: $0.count), $0.accounts.lines(of: account.description))
        }
        let found = await reads.run {
            // What has only just been written may not have been followed yet; what is older may be far from the end.
            let last = Self.last(of: path, where: fits)
            let seen = Set(last.map(Self.name))
            let older = kept.compactMap { try? JSONReader.value($0) }.filter {
                fits($0) && !seen.contains(Self.name($0))
            }
            return older + last
        }
        return (Array(found.suffix(count).reversed()), mark)
    }

    /// What an operation's record has that no other has.
    private static func name(_ record: JSONValue) -> [String?] {
        [record["id"]?.stringValue, record["kind"]?.stringValue]
    }

    func followed(
        after mark: FeedMark?, where fits: @escaping @Sendable (JSONValue) -> Bool
    ) -> AsyncStream<FeedEvent> {
        let listener = FeedListener(where: fits)
        let hasEnded = state.withLock { state in
            if let mark {
                for known in state.recent where known.mark > mark {
                    if let record = try? JSONReader.value(known.line) {
                        listener.offer(record, known.mark, bytes: known.line.count)
                    }
                }
            }
            state.listeners[ObjectIdentifier(listener)] = Weak(listener: listener)
            return state.hasEnded
        }
        if hasEnded { listener.end() }
        return AsyncStream(unfolding: { await listener.next() }, onCancel: { listener.end() })
    }

    // MARK: Following

    private func follow() {
        // What is there already is no news: it is for those who look at what was.
        let before = LogFollower(
            path, stop: stop,
            consumer: LogFollower.Consumer(
                deliver: { [self] lines in
                    for line in Self.lines(in: lines) { keep(line) }
                    return true
                }, report: { _ in }))
        // Where there is no log yet, there are no records.
        _ = try? before.run(from: .last(Self.linesLookedThroughFirst), follows: false)
        let follower = LogFollower(
            path, stop: stop,
            consumer: LogFollower.Consumer(
                deliver: { [self] lines in
                    for line in Self.lines(in: lines) { take(line) }
                    return true
                }, report: { RecordPrinter.warn($0) }))
        do throws(OperationError) {
            _ = try follower.run(from: before.bookmark.map { .bookmark($0) } ?? .last(0), follows: true)
        } catch {
            RecordPrinter.warn("the log is not shown live: \(error.message)")
        }
    }

    /// Keeps a record for the page of the account that it is of.
    private func keep(_ line: UnsafeRawBufferPointer) {
        guard Self.isOfOperation(line), let account = Self.account(of: line) else { return }
        state.withLock { $0.accounts.add(line, of: account) }
    }

    /// Takes a line apart only where somebody listens: a busy server writes many thousands a second.
    private func take(_ line: UnsafeRawBufferPointer) {
        guard Self.isOfOperation(line) else { return }
        keep(line)
        state.withLock { state in
            state.count += 1
            let mark = FeedMark(count: state.count)
            if state.recent.count >= 2 * Self.mostRecent { state.recent.removeFirst(Self.mostRecent) }
            state.recent.append((mark, Array(line)))
            guard !state.listeners.isEmpty, let record = try? JSONReader.value(line) else { return }
            // Under the lock, so that a listener that comes now gets every record once, and in order.
            for entry in state.listeners.values { entry.listener?.offer(record, mark, bytes: line.count) }
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
    private static let doorMember = ByteNeedle("\"door\":\"\(Door.http.rawValue)\"")
    private static let accountMember = ByteNeedle("\"user_id\":\"")
    private static let pageName = ByteNeedle("\"name\":\"\(OwnRecords.pageClient)\"")

    /// The identifier of the account whose page shows a record; `nil` where none does. The record is taken apart only where
    /// the page itself may have asked.
    private static func account(of line: UnsafeRawBufferPointer) -> String? {
        guard doorMember.isIn(line), let place = accountMember.position(in: line) else { return nil }
        let begin = place + accountMember.count
        guard line.count >= begin + UniqueIdentifier.textLength else { return nil }
        let text = String(decoding: line[begin..<begin + UniqueIdentifier.textLength], as: UTF8.self)
        guard pageName.isIn(line) else { return text }
        guard let account = UniqueIdentifier(text), let record = try? JSONReader.value(line),
            OwnRecords.shows(record, to: account)
        else { return nil }
        return text
    }

    /// Whether it is the record of an operation, and none that the log keeps of itself or of a request.
    private static func isOfOperation(_ line: UnsafeRawBufferPointer) -> Bool { operationMember.isIn(line) }
}
