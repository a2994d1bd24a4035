import OperationCatalogue

/// Puts the two records of a run together: what it began with, and how it ended. A run that has no end in the log (it is under
/// way, or was killed) has the status `unknown` and no `ended`.
package struct RunPairing {
    /// So many runs are waited for at most; beyond that the oldest are given as they are.
    private static let most = 10_000

    private var begun: [String: [UInt8]] = [:]
    private var order: [String] = []
    private var members = JSONMembers()

    package init() {}

    /// Takes the next record and gives the run that is complete with it to `body`, as one JSON object.
    package mutating func add(_ record: LogRecord, _ body: (LogRecord) -> Void) {
        guard record.isOfRun, let run = record.text("run") else { return }
        if record.has("kind", "run.begin") {
            if begun.updateValue(Array(record.bytes), forKey: run) == nil { order.append(run) }
            if begun.count > Self.most { giveOldest(body) }
        } else {
            give(begun.removeValue(forKey: run), record, body)
        }
    }

    /// Gives the runs that are left.
    package mutating func finish(_ body: (LogRecord) -> Void) {
        while !order.isEmpty { giveOldest(body) }
    }

    private mutating func giveOldest(_ body: (LogRecord) -> Void) {
        // Those that have ended since are passed over.
        let waiting = order.firstIndex { begun[$0] != nil }
        if let waiting { give(begun.removeValue(forKey: order[waiting]), nil, body) }
        order.removeFirst((waiting ?? order.count - 1) + 1)
    }

    private static let shared: [StaticString] = ["run", "door", "user", "user_id", "client", "files", "vars"]
    private static let ending: [StaticString] = ["status", "ok", "failed", "unknown", "skipped", "ms"]

    private mutating func give(_ begin: [UInt8]?, _ end: LogRecord?, _ body: (LogRecord) -> Void) {
        guard let begin else {
            if let end { merge(nil, end, body) }
            return
        }
        var beginMembers = JSONMembers()
        begin.withUnsafeBytes { bytes in
            guard (try? beginMembers.read(bytes)) != nil else { return }
            merge(LogRecord(bytes, beginMembers), end, body)
        }
    }

    private mutating func merge(_ begin: LogRecord?, _ end: LogRecord?, _ body: (LogRecord) -> Void) {
        guard let main = begin ?? end else { return }
        var object = MergedObject()
        object.add("time", main.json("time"))
        object.add("ended", end?.json("time"))
        for name in Self.shared { object.add(name, main.json(name)) }
        if end == nil { object.add("status", quoted: "unknown") }
        for name in Self.ending { object.add(name, end?.json(name)) }
        object.read(&members, body)
    }
}
