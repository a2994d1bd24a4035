import OperationCatalogue
import OperationPipeline

/// Turns operations into lines of the log, in one buffer that is used again and again.
///
/// The members of a record stand in this order: what every record has (`v`, `kind`, `time`, `writer`, `seq`), the
/// operation (`id`, `op`), who asks (`door`, `user`, `client`, `run`), where it comes from (`step`, `request_id`, `file`,
/// `line`, `column`, `trace_id`, `span_id`), its `args`, and how it ended. `config/log-record.schema.json` has the rest.
///
/// What is the same for many records is encoded once: the beginning for all records of a call, the caller's and the
/// file's members for as long as they stay the same.
struct RecordEncoder: ~Copyable {
    /// Names given by whoever asks are cut beyond this many bytes of UTF-8; longer ones are none.
    static let nameLimit = 1024
    /// Sentences and paths are cut beyond this many bytes of UTF-8.
    static let sentenceLimit = 8192
    /// A result, and the arguments of a request that is not well formed, are recorded up to this many bytes of JSON;
    /// of larger ones the size alone. Changes are recorded whole, since they cannot be had from anywhere else.
    static let payloadLimit = 65_536

    /// A wait for its turn that is shorter, in nanoseconds, is no part of an outcome's record.
    static let shownQueue: UInt64 = 1_000_000

    var buffer = LineBuffer(capacity: 262_144)
    /// For every line in the buffer the offset of its end among the buffer's own bytes, the newline included, and the hash chain
    /// up to it.
    private(set) var lines: [Line] = []
    /// The writer's records up to the last in the buffer.
    private(set) var chain = RecordChain()
    /// The chain up to the records before those in the buffer.
    private var settled = RecordChain()
    /// Whether outcomes are put in few words, since there is little room: a result by its size alone, sentences cut.
    var isBrief = false
    /// The most bytes that the members of an operation have taken up so far.
    private var longestOperation = 0
    /// Signs checkpoints.
    let key: LogKey?

    struct Line {
        let end: Int
        /// How many bytes the buffer has up to there, those that are borrowed among them.
        let size: Int
        /// Where its hash begins.
        let hash: Int
    }

    private var beginning: RecordBeginning
    private var lineStart = 0
    private var values = JSONWriter(reservingCapacity: 4096)
    /// The caller of the last record.
    private var known: (caller: Caller, members: [UInt8])?
    private var file: (path: String, member: [UInt8])?
    private var redaction: ArgumentRedaction?

    init(writer identifier: UniqueIdentifier, key: LogKey?) {
        self.key = key
        beginning = RecordBeginning(writer: identifier)
        lines.reserveCapacity(256)
    }

    /// Empties the buffer, whose records are the writer's now; one that had to grow for huge records is given back.
    mutating func removeAll() {
        buffer.removeAll(keeping: 4 * LogWriter.writeSize)
        lines.removeAll(keepingCapacity: true)
        settled = chain
    }

    /// So many bytes an outcome in few words takes up at most, of operations like those that have come.
    var longestBriefOutcome: Int { longestOperation + Self.briefOutcome }

    /// What an outcome in few words takes up beside the members of its operation, in bytes: 245 for what every record has, up to
    /// 480 for a sentence all of whose characters are escaped, the rest for other members.
    private static let briefOutcome = 900
    /// Sentences in few words are cut beyond this many bytes of UTF-8.
    private static let briefSentence = 80

    /// Takes the last lines out of the buffer, from one on.
    mutating func removeLines(from index: Int) {
        guard index < lines.count else { return }
        chain =
            index == 0
            ? settled : RecordChain(last: buffer.bytes(from: lines[index - 1].hash).prefix(RecordChain.digits))
        buffer.truncate(to: index == 0 ? 0 : lines[index - 1].end)
        lines.removeSubrange(index...)
    }

    /// Empties the buffer after all but its first records were lost: the chain goes on from the last of these.
    mutating func removeAll(keepingFirst count: Int) {
        if count == 0 {
            chain = settled
        } else if count < lines.count {
            chain = RecordChain(last: buffer.bytes(from: lines[count - 1].hash).prefix(RecordChain.digits))
        }
        removeAll()
    }
}

// MARK: - Records

extension RecordEncoder {
    /// Sets what the next records have in common. They share one reading of the clock, since they share one write.
    mutating func begin(_ kind: RecordKind, at time: Timestamp) {
        beginning.set(kind, time)
    }

    mutating func intent(_ invocation: Invocation, sequence: UInt64) {
        beginRecord(sequence)
        operation(invocation.id, invocation.request, known: invocation.definition.name)
        buffer.append(",\"args\":")
        arguments(invocation.request, of: invocation.definition)
        endRecord()
    }

    /// Holds the arguments only where no intent does.
    mutating func outcome(_ concluded: ConcludedOperation, sequence: UInt64) {
        beginRecord(sequence)
        operation(concluded.id, concluded.request, known: concluded.definition?.name)
        if !concluded.hasIntent { arguments(of: concluded) }
        switch concluded.outcome.result {
        case .ok(let payload, let changes):
            buffer.append(",\"status\":\"ok\"")
            end(payload, changes, of: concluded.definition)
        case .spooled(let text):
            buffer.append(",\"status\":\"ok\",\"result_bytes\":")
            buffer.append(decimal: text.count)
        case .failed(let error):
            buffer.append(",\"status\":\"failed\"")
            failure(error, of: concluded.definition)
        case .unknown(let error):
            buffer.append(",\"status\":\"unknown\"")
            failure(error, of: concluded.definition)
        case .skipped(let reason):
            buffer.append(",\"status\":\"skipped\"")
            if let reason { failure(reason, of: concluded.definition) }
        }
        buffer.append(",\"ms\":")
        buffer.append(thousandths: concluded.outcome.nanoseconds / 1000)
        if concluded.outcome.queuedNanoseconds >= Self.shownQueue {
            buffer.append(",\"queued_ms\":")
            buffer.append(thousandths: concluded.outcome.queuedNanoseconds / 1000)
        }
        if let settled = concluded.settles {
            buffer.append(",\"settles\":\"")
            buffer.append(settled)
            buffer.append("\"")
        }
        endRecord()
    }

    mutating func beginRecord(_ sequence: UInt64) {
        lineStart = buffer.count
        buffer.append(beginning.bytes)
        buffer.append(decimal: sequence)
    }

    /// Ends a record with its hash, and with the signature of that where one is wanted.
    mutating func endRecord(isSigned: Bool = false) {
        chain.add { buffer.forEachPiece(from: lineStart, $0) }
        buffer.append(RecordChain.member)
        let hash = buffer.count
        buffer.append(chain.last)
        if isSigned, let key {
            buffer.append("\",\"signature\":\"")
            buffer.append(Array(key.signature(of: chain.last).utf8))
        }
        buffer.append("\"}\n")
        lines.append(Line(end: buffer.count, size: buffer.size, hash: hash))
    }
}

// MARK: - Parts of records

extension RecordEncoder {
    /// - Parameter known: the operation's name where the catalogue has it; such names need no escapes.
    private mutating func operation(_ id: UniqueIdentifier, _ request: borrowing OperationRequest, known: String?) {
        let start = buffer.count
        defer { longestOperation = max(longestOperation, buffer.count - start) }
        buffer.append(",\"id\":\"")
        buffer.append(id)
        buffer.append("\",\"op\":")
        name(known ?? request.operation)
        caller(request.caller)
        if let step = request.step {
            buffer.append(",\"step\":")
            buffer.append(decimal: step)
        }
        if let id = request.id {
            buffer.append(",\"request_id\":")
            name(id)
        }
        if let place = request.place { self.place(place) }
        if let trace = request.trace { self.trace(trace) }
    }

    mutating func caller(_ caller: Caller) {
        if known?.caller !== caller { known = (caller, Self.members(of: caller)) }
        if let known { buffer.append(known.members) }
    }

    mutating func trace(_ trace: TraceContext) {
        buffer.append(",\"trace_id\":")
        name(trace.traceID)
        buffer.append(",\"span_id\":")
        name(trace.spanID)
    }

    private static func members(of caller: Caller) -> [UInt8] {
        var members = JSONWriter(reservingCapacity: 256)
        members.beginObject()
        members.key("door")
        members.string(caller.door.rawValue)
        members.key("user")
        members.string(caller.user.cut(to: nameLimit))
        if let owner = caller.owner {
            members.key("user_id")
            members.string(owner.description)
        }
        if let client = caller.client {
            members.key("client")
            members.beginObject()
            members.key("name")
            members.string(client.name.cut(to: nameLimit))
            members.key("version")
            members.string(client.version.cut(to: nameLimit))
            members.endObject()
        }
        members.key("run")
        members.string(caller.run.description)
        members.endObject()
        return [UInt8(ascii: ",")] + members.takeBytes().dropFirst().dropLast()
    }

    private mutating func place(_ place: SourcePlace) {
        if file?.path != place.file {
            let text = JSONText(.string(place.file.cut(to: Self.sentenceLimit)))
            file = (place.file, Array(",\"file\":".utf8) + text.bytes)
        }
        if let file { buffer.append(file.member) }
        buffer.append(",\"line\":")
        buffer.append(decimal: place.line)
        buffer.append(",\"column\":")
        buffer.append(decimal: place.column)
    }

    /// What a write has done to tasks, where the backend has told, and the payload where that does not tell it as well.
    private mutating func end(_ payload: JSONText, _ changes: JSONText?, of definition: OperationDefinition?) {
        guard let definition, definition.isWrite, let changes else { return result(payload, of: definition) }
        if !isBrief, let shown = redaction(of: definition).visible(changes) {
            buffer.append(",\"changes\":")
            buffer.append(borrowing: shown.bytes)
        } else {
            buffer.append(",\"changes_bytes\":")
            buffer.append(decimal: changes.bytes.count)
        }
        if !definition.givesTasks { result(payload, of: definition) }
    }

    private mutating func result(_ payload: JSONText, of definition: OperationDefinition?) {
        if definition?.isWrite == true, payload.bytes.count <= Self.payloadLimit, !isBrief {
            buffer.append(",\"result\":")
            buffer.append(payload.bytes)
        } else {
            buffer.append(",\"result_bytes\":")
            buffer.append(decimal: payload.bytes.count)
        }
    }

    private mutating func failure(_ error: OperationError, of definition: OperationDefinition?) {
        buffer.append(",\"error\":{\"code\":")
        string(error.code.rawValue)
        if let status = error.status {
            buffer.append(",\"status\":")
            buffer.append(decimal: status)
        }
        if let backendCode = error.backendCode, !isBrief {
            buffer.append(",\"backend_code\":")
            name(backendCode)
        }
        buffer.append(",\"message\":")
        let message = definition.map { redaction(of: $0).message(of: error) } ?? error.message
        string(message.cut(to: isBrief ? Self.briefSentence : Self.sentenceLimit))
        if let cause = error.cause, !isBrief {
            buffer.append(",\"cause\":")
            string(cause.cut(to: Self.sentenceLimit))
        }
        buffer.append("}")
    }
}

// MARK: - Arguments

extension RecordEncoder {
    /// The arguments of a checked request: whole, since it must be possible to do the operation again from them. Their
    /// fields' limits bound them.
    private mutating func arguments(_ request: borrowing OperationRequest, of definition: OperationDefinition) {
        let redaction = redaction(of: definition)
        values.removeAll(keepingCapacity: true)
        if redaction.hasSecrets {
            redaction.write(request.arguments, to: &values)
        } else {
            values.object(request.arguments)
        }
        appendValues(with: redaction.visible(request.lists))
    }

    /// The arguments of a request that has no intent, or their size where they are not well formed and huge; nothing where
    /// it never came to any.
    private mutating func arguments(of concluded: ConcludedOperation) {
        let request = concluded.request
        if request.verdict != nil, request.arguments.isEmpty, request.lists.isEmpty { return }
        let redaction = concluded.definition.map { self.redaction(of: $0) } ?? .everything
        values.removeAll(keepingCapacity: true)
        redaction.write(request.arguments, to: &values)
        let lists = redaction.visible(request.lists)
        let size = lists.reduce(values.bytes.count) { $0 + $1.name.utf8.count + 4 + $1.list.byteCount }
        if !concluded.isMalformed || size <= Self.payloadLimit {
            buffer.append(",\"args\":")
            appendValues(with: lists)
        } else {
            buffer.append(",\"args_bytes\":")
            buffer.append(decimal: size)
        }
    }

    /// Appends an object, and the lists that are members of it and whose texts are not copied.
    private mutating func appendValues(with lists: [(name: String, list: JSONTextList)]) {
        guard !lists.isEmpty else { return appendValues() }
        var isFirst = values.bytes.count == 2
        buffer.append(values.bytes)
        buffer.truncate(to: buffer.count - 1)
        for (name, list) in lists {
            if !isFirst { buffer.append(",") }
            isFirst = false
            string(name)
            buffer.append(":[")
            for block in list.blocks { buffer.append(borrowing: block) }
            buffer.append("]")
        }
        buffer.append("}")
    }

    private mutating func redaction(of definition: OperationDefinition) -> ArgumentRedaction {
        if let redaction = self.redaction, redaction.operation == definition.name { return redaction }
        let redaction = ArgumentRedaction(definition)
        self.redaction = redaction
        return redaction
    }
}

extension ConcludedOperation {
    /// Whether its arguments never passed the check, so that neither their types nor their sizes are known.
    fileprivate var isMalformed: Bool {
        if request.verdict != nil { return true }
        return switch outcome.result.error?.code {
        case .invalidRequest, .unknownOperation, .invalidArguments, .invalidReference: true
        default: definition == nil
        }
    }
}

// MARK: - Texts

extension RecordEncoder {
    mutating func name(_ text: String) {
        string(text.cut(to: Self.nameLimit))
    }

    mutating func string(_ text: String) {
        values.removeAll(keepingCapacity: true)
        values.string(text)
        appendValues()
    }

    private mutating func appendValues() {
        buffer.append(values.bytes)
        if values.bytes.count > LogWriter.writeSize { values.removeAll() }
    }
}

extension String {
    /// The text, or the most of it, up to the end of a character, that has no more than `limit` bytes of UTF-8 with the
    /// ellipsis that then ends it.
    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit - 3)
        while utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return self[..<end] + "…"
    }
}
