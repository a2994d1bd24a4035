package import OperationCatalogue

/// An operation in the live log, made from one of its two records.
package struct LogEntry: Hashable, Sendable {
    /// Names the operation; its outcome takes the place of its intent.
    package let id: String
    package let time: Timestamp
    package let operation: String
    package let state: State
    /// The way in: `mcp`, `cli`, `batch`, `pipe` or `http`.
    package let door: String
    package let client: String?
    /// The title of the task it is about, or else how the task's identifier begins.
    package let subject: String?
    /// What went wrong, in a sentence.
    package let message: String?
    /// How long it took, in milliseconds.
    package let milliseconds: Double?

    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Its intent is recorded, and no outcome yet.
        case underWay = "under-way"
        case ok
        case failed
        case unknown
        case skipped
    }

    /// - Parameter record: a record of the log; `nil` comes of a header and of what is no record.
    package init?(_ record: JSONValue) {
        guard let id = record["id"]?.stringValue, let operation = record["op"]?.stringValue,
            let time = record["time"]?.stringValue.flatMap({ Timestamp($0) }), let door = record["door"]?.stringValue
        else { return nil }
        let state: State
        switch record["kind"]?.stringValue {
        case "intent": state = .underWay
        case "outcome": state = record["status"]?.stringValue.flatMap(State.init) ?? .unknown
        default: return nil
        }
        self.state = state
        self.id = id
        self.time = time
        self.operation = operation
        self.door = door
        client = record["client"]?["name"]?.stringValue
        let (arguments, result) = (record["args"], record["result"])
        let identifier = arguments?.text(.taskID) ?? result?.text(.id)
        subject =
            result?.text(.title) ?? Subject.title(in: record["changes"], of: arguments?[.taskID])
            ?? arguments?.text(.title) ?? identifier.map { "\($0.prefix(8))…" }
        message = record["error"].flatMap { Self.message(of: $0, isUnknown: state == .unknown) }
        milliseconds = record["ms"]?.doubleValue
    }

    /// What went wrong, as the client was told: of the server's own failures no file is named.
    private static func message(of error: JSONValue, isUnknown: Bool) -> String? {
        guard let message = error.text(.message) else { return nil }
        guard let code = error["code"]?.stringValue.flatMap({ ErrorCode(rawValue: $0) }) else { return message }
        let status = error["status"]?.integerValue.map { Int($0) }
        return OperationError(code, message, status: status).messageForClients(isUnknown: isUnknown)
    }

    /// The records' operations in their order, each once, in the first of its records that is met.
    static func operations(in records: [JSONValue]) -> [LogEntry] {
        var seen: Set<String> = []
        return records.compactMap { LogEntry($0) }.filter { seen.insert($0.id).inserted }
    }
}

// MARK: - Markup

extension LogEntry {
    /// An item of the list, on one line: what the server-sent events carry.
    package var row: String { item.text }

    var item: HTML {
        """
        <li id="op-\(id)" class="\(state.rawValue)"><span class="mark" aria-hidden="true"></span>\
        <span class="what"><span class="op">\(operation)</span>\(subjectText)\(messageText)</span>\
        <span class="meta">\(time.element(time.clock)) · \(source) · \(ending)</span></li>
        """
    }

    private var subjectText: HTML? { subject.map { " <bdi class=\"subject\">\($0)</bdi>" } }
    private var messageText: HTML? { message.map { "<span class=\"message\">\($0)</span>" } }

    private var source: HTML {
        client.map { "\(door), <bdi>\($0)</bdi>" } ?? "\(door)"
    }

    private var ending: String {
        let duration = milliseconds.map { " in \($0.formatted(digits: 1)) ms" } ?? ""
        return switch state {
        case .underWay: "under way"
        case .ok: "done\(duration)"
        case .failed: "failed\(duration)"
        case .unknown: "outcome unknown"
        case .skipped: "skipped"
        }
    }
}
