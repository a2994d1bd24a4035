package import OperationCatalogue

/// Puts the records of one operation together: its intent, if it has one, and its outcome.
///
/// What it gives is one JSON object in the form of a record: `time` is when the operation was asked for (the intent's time,
/// where there is an intent), `ended` when its outcome was recorded; the rest is the outcome's, with the intent's `args`. An
/// intent whose outcome is not in the log has the status `unknown` and no `ended`: it may have happened, be under way, or
/// never have begun.
package struct OperationPairing {
    /// Intents that wait for their outcome take up so much memory at most, in bytes; beyond that the oldest are given as
    /// they are.
    package static let memoryLimit = 16 << 20
    /// What an intent takes up beside its bytes.
    private static let overhead = 128

    private var waiting: [UniqueIdentifier: [UInt8]] = [:]
    /// In the order of the log; with those whose outcome has come since.
    private var order: [UniqueIdentifier] = []
    private var first = 0
    private var memory = 0
    private var members = JSONMembers()

    package init() {}

    /// Whether the outcome of this operation is waited for.
    package func waits(for id: UniqueIdentifier) -> Bool { waiting[id] != nil }

    /// Takes the next record and gives the operations that are complete with it to `body`.
    package mutating func add(_ record: LogRecord, _ body: (LogRecord) -> Void) {
        guard let kind = record.kind, kind == .intent || kind == .outcome,
            let id = record.text("id").flatMap({ UniqueIdentifier($0) })
        else { return }
        if kind == .intent {
            let bytes = Array(record.bytes)
            waiting[id] = bytes
            order.append(id)
            memory += bytes.count + Self.overhead
            while memory > Self.memoryLimit, first < order.count { giveOldest(body) }
        } else {
            let intent = waiting.removeValue(forKey: id)
            if let intent { memory -= intent.count + Self.overhead }
            give(intent, record, body)
            forgetEnded()
        }
    }

    /// Gives the intents that are left.
    package mutating func finish(_ body: (LogRecord) -> Void) {
        while first < order.count { giveOldest(body) }
    }

    private mutating func giveOldest(_ body: (LogRecord) -> Void) {
        defer { first += 1 }
        guard let intent = waiting.removeValue(forKey: order[first]) else { return }
        memory -= intent.count + Self.overhead
        give(intent, nil, body)
    }

    private mutating func forgetEnded() {
        while first < order.count, waiting[order[first]] == nil { first += 1 }
        guard first > 4096, first > order.count / 2 else { return }
        order.removeFirst(first)
        first = 0
    }

    private mutating func give(_ intent: [UInt8]?, _ outcome: LogRecord?, _ body: (LogRecord) -> Void) {
        guard let intent else {
            if let outcome { merge(nil, outcome, body) }
            return
        }
        var intentMembers = JSONMembers()
        intent.withUnsafeBytes { bytes in
            guard (try? intentMembers.read(bytes)) != nil else { return }
            merge(LogRecord(bytes, intentMembers), outcome, body)
        }
    }

    /// Of one operation's records.
    private static let shared: [StaticString] = [
        "id", "op", "door", "user", "client", "run", "step", "request_id", "file", "line", "column", "trace_id",
        "span_id",
    ]
    private static let ending: [StaticString] = ["result", "result_bytes", "error", "ms"]

    private mutating func merge(_ intent: LogRecord?, _ outcome: LogRecord?, _ body: (LogRecord) -> Void) {
        guard let main = outcome ?? intent else { return }
        var text: [UInt8] = []
        text.reserveCapacity(main.bytes.count + (intent?.bytes.count ?? 0))
        func add(_ name: StaticString, _ value: UnsafeRawBufferPointer?) {
            guard let value else { return }
            text += text.isEmpty ? "{\"".utf8 : ",\"".utf8
            text += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            text += "\":".utf8
            text += value
        }
        add("time", (intent ?? main).json("time"))
        add("ended", outcome?.json("time"))
        for name in Self.shared { add(name, main.json(name)) }
        add("args", intent?.json("args") ?? main.json("args"))
        add("args_bytes", main.json("args_bytes"))
        if let outcome { add("status", outcome.json("status")) } else { text += ",\"status\":\"unknown\"".utf8 }
        for name in Self.ending { add(name, outcome?.json(name)) }
        text.append(UInt8(ascii: "}"))
        text.withUnsafeBytes { bytes in
            guard (try? members.read(bytes)) != nil else { return }
            body(LogRecord(bytes, members))
        }
    }
}
