package import OperationCatalogue

/// Puts the records of one operation together: its intent, if it has one, and its outcome.
///
/// What it gives is one JSON object in the form of a record: `time` is when the operation was asked for (the intent's time,
/// where there is an intent), `ended` when its outcome was recorded; the rest is the outcome's, with the intent's `args`. An
/// intent whose outcome is not in the log has the status `unknown` and no `ended`: it may have happened, be under way, or
/// never have begun.
///
/// An operation of unknown fate is settled by a later one that found out: one whose outcome names it (`settles`), and one that
/// made the same task, or found it made. It has the status that this tells, and `settled_by` with the later one's identifier.
package struct OperationPairing {
    /// Operations that wait for their outcome, or for what settles them, take up so much memory at most, in bytes; beyond that
    /// the oldest are given as they are.
    package static let memoryLimit = 16 << 20
    /// What an operation takes up beside its bytes.
    private static let overhead = 192

    /// An operation whose fate is not known by now.
    private struct Waiting {
        var intent: [UInt8]?
        /// Set where that says that its fate is unknown.
        var outcome: [UInt8]?
        /// The task that it makes, by the name that it was asked for under.
        var newTask: UniqueIdentifier?
        /// The operation before it that makes the same task.
        var earlier: UniqueIdentifier?

        var memory: Int { (intent?.count ?? 0) + (outcome?.count ?? 0) + OperationPairing.overhead }
    }

    /// How an operation came to be known.
    private struct Settlement {
        let status: String
        let by: UniqueIdentifier
        let error: [UInt8]?
    }

    /// The operations that make a task under a name that is given before, and the argument that holds it.
    private let namingOperations: [(operation: String, field: String)]
    private var waiting: [UniqueIdentifier: Waiting] = [:]
    /// The last operation of those that wait and make a task.
    private var makers: [UniqueIdentifier: UniqueIdentifier] = [:]
    /// In the order of the log; with those whose outcome has come since.
    private var order: [UniqueIdentifier] = []
    private var first = 0
    private var memory = 0
    private var members = JSONMembers()
    private var argumentMembers = JSONMembers()

    package init(catalogue: Catalogue = .standard) {
        namingOperations = catalogue.definitions.compactMap { definition in
            definition.newTaskField.map { (definition.name, $0.name) }
        }
    }

    /// Whether something more is waited for about this operation.
    package func waits(for id: UniqueIdentifier) -> Bool { waiting[id] != nil }

    /// Whether there are operations that others could settle.
    package var waitsForAny: Bool { !waiting.isEmpty }

    /// Takes the next record and gives the operations that are complete with it to `body`.
    package mutating func add(_ record: LogRecord, _ body: (LogRecord) -> Void) {
        guard let kind = record.kind, kind == .intent || kind == .outcome,
            let id = record.text("id").flatMap({ UniqueIdentifier($0) })
        else { return }
        if kind == .intent { addIntent(record, id, body) } else { addOutcome(record, id, body) }
    }

    private mutating func addIntent(_ record: LogRecord, _ id: UniqueIdentifier, _ body: (LogRecord) -> Void) {
        var new = Waiting(intent: Array(record.bytes), newTask: newTask(of: record))
        if let task = new.newTask {
            new.earlier = makers[task]
            makers[task] = id
        }
        wait(for: id, new, body)
    }

    private mutating func addOutcome(_ record: LogRecord, _ id: UniqueIdentifier, _ body: (LogRecord) -> Void) {
        let known = waiting[id]
        if record.has("status", "unknown") {
            var new = known ?? Waiting()
            new.outcome = Array(record.bytes)
            wait(for: id, new, body)
        } else {
            settleOthers(by: record, id, known, body)
            forget(id)
            give(known?.intent, record, nil, body)
            forgetEnded()
        }
    }

    private mutating func wait(for id: UniqueIdentifier, _ new: Waiting, _ body: (LogRecord) -> Void) {
        if let old = waiting.updateValue(new, forKey: id) { memory -= old.memory } else { order.append(id) }
        memory += new.memory
        while memory > Self.memoryLimit, first < order.count { giveOldest(body) }
    }

    /// Gives the operations that are left.
    package mutating func finish(_ body: (LogRecord) -> Void) {
        while first < order.count { giveOldest(body) }
    }

    private mutating func giveOldest(_ body: (LogRecord) -> Void) {
        defer { first += 1 }
        if let old = forget(order[first]) { give(old, nil, body) }
    }

    @discardableResult
    private mutating func forget(_ id: UniqueIdentifier) -> Waiting? {
        guard let old = waiting.removeValue(forKey: id) else { return nil }
        memory -= old.memory
        if let task = old.newTask, makers[task] == id {
            makers[task] = old.earlier.flatMap { waits(for: $0) ? $0 : nil }
        }
        return old
    }

    private mutating func forgetEnded() {
        while first < order.count, waiting[order[first]] == nil { first += 1 }
        guard first > 4096, first > order.count / 2 else { return }
        order.removeFirst(first)
        first = 0
    }
}

// MARK: - Settling

extension OperationPairing {
    /// Gives the operations whose fate this outcome tells.
    private mutating func settleOthers(
        by record: LogRecord, _ id: UniqueIdentifier, _ known: Waiting?, _ body: (LogRecord) -> Void
    ) {
        guard waiting.count > (known == nil ? 0 : 1) else { return }
        let isThere = record.has("status", "ok") || Self.foundIt(record)
        if let other = record.text("settles").flatMap({ UniqueIdentifier($0) }), other != id {
            // A read that was to find out and did not get through tells nothing.
            if isThere || record.has("status", "failed") {
                let error = isThere ? nil : record.json("error").map { Array($0) }
                settle(other, Settlement(status: isThere ? "ok" : "failed", by: id, error: error), body)
            }
        }
        guard isThere, let task = known?.newTask else { return }
        var earlier = makers[task] == id ? known?.earlier : makers[task]
        while let other = earlier {
            earlier = waiting[other]?.earlier
            settle(other, Settlement(status: "ok", by: id, error: nil), body)
        }
    }

    /// Whether it was refused since the task that it was to make is there already.
    private static func foundIt(_ record: LogRecord) -> Bool {
        record.has("status", "failed")
            && record.value("error")?["code"]?.stringValue == ErrorCode.itemExists.rawValue
    }

    private mutating func settle(_ id: UniqueIdentifier, _ settlement: Settlement, _ body: (LogRecord) -> Void) {
        if let old = forget(id) { give(old, settlement, body) }
    }

    /// The task that an intent is to make.
    private mutating func newTask(of intent: LogRecord) -> UniqueIdentifier? {
        guard let naming = namingOperations.first(where: { intent.has("op", $0.operation) }),
            let arguments = intent.json("args"), (try? argumentMembers.read(arguments)) != nil
        else { return nil }
        return LogRecord(arguments, argumentMembers).identifier(naming.field)
    }
}

// MARK: - One object of several records

extension OperationPairing {
    private mutating func give(_ old: Waiting, _ settlement: Settlement?, _ body: (LogRecord) -> Void) {
        guard let outcome = old.outcome else { return give(old.intent, nil, settlement, body) }
        Self.read(outcome) { give(old.intent, $0, settlement, body) }
    }

    private mutating func give(
        _ intent: [UInt8]?, _ outcome: LogRecord?, _ settlement: Settlement?, _ body: (LogRecord) -> Void
    ) {
        guard let intent else { return merge(nil, outcome, settlement, body) }
        Self.read(intent) { merge($0, outcome, settlement, body) }
    }

    private static func read(_ bytes: [UInt8], _ body: (LogRecord) -> Void) {
        var members = JSONMembers()
        bytes.withUnsafeBytes { bytes in
            guard (try? members.read(bytes)) != nil else { return }
            body(LogRecord(bytes, members))
        }
    }

    /// Of one operation's records.
    private static let shared: [StaticString] = [
        "id", "op", "door", "user", "user_id", "client", "run", "step", "request_id", "file", "line", "column",
        "trace_id",
        "span_id",
    ]
    private static let ending: [StaticString] = ["ms", "queued_ms", "settles"]

    private mutating func merge(
        _ intent: LogRecord?, _ outcome: LogRecord?, _ settlement: Settlement?, _ body: (LogRecord) -> Void
    ) {
        guard let main = outcome ?? intent else { return }
        var object = MergedObject(reservingCapacity: main.bytes.count + (intent?.bytes.count ?? 0))
        object.add("time", (intent ?? main).json("time"))
        object.add("ended", outcome?.json("time"))
        for name in Self.shared { object.add(name, main.json(name)) }
        object.add("args", intent?.json("args") ?? main.json("args"))
        object.add("args_bytes", main.json("args_bytes"))
        if let settlement {
            object.add("status", quoted: settlement.status)
            object.add("settled_by", quoted: settlement.by.description)
            if settlement.status != "ok" {
                object.add("error", outcome?.json("error").map { Array($0) } ?? settlement.error)
            }
        } else {
            if let outcome {
                object.add("status", outcome.json("status"))
            } else {
                object.add("status", quoted: "unknown")
            }
            object.add("changes", outcome?.json("changes"))
            object.add("changes_bytes", outcome?.json("changes_bytes"))
            object.add("result", outcome?.json("result"))
            object.add("result_bytes", outcome?.json("result_bytes"))
            object.add("error", outcome?.json("error"))
        }
        for name in Self.ending { object.add(name, outcome?.json(name)) }
        object.read(&members, body)
    }
}
