import OperationCatalogue
import OperationPipeline

/// Turns operations into lines of the log, in one buffer that is used again and again.
///
/// The members of a record stand in this order: what every record has (`v`, `kind`, `time`, `writer`, `seq`), the
/// operation (`id`, `op`), who asks (`door`, `user`, `client`, `run`), where it comes from (`step`, `request_id`, `file`,
/// `line`, `column`, `trace_id`, `span_id`), its `args`, and how it ended. `config/log-record.schema.json` has the rest.
///
/// What is the same for many records is encoded once: the beginning for all records of a call, the caller's members for
/// as long as the caller stays the same. Such a fragment goes in as a ``JSONText`` though it is a row of members, since
/// the writer takes both alike.
struct RecordEncoder {
    /// Names given by whoever asks are cut beyond this many bytes of UTF-8; longer ones are none.
    static let nameLimit = 1024
    /// Sentences and paths are cut beyond this many bytes of UTF-8.
    static let sentenceLimit = 8192
    /// A result, and the arguments of a request that is not well formed, are recorded up to this many bytes of JSON;
    /// of larger ones the size alone.
    static let payloadLimit = 65_536

    private(set) var writer = JSONWriter(reservingCapacity: 262_144)
    /// For every line in the buffer the offset of its end, the newline included.
    private(set) var lineEnds: [Int] = []

    private let writerIdentifier: UniqueIdentifier
    private var beginning: JSONText?
    private var caller: (object: Caller, members: JSONText)?
    private var redaction: ArgumentRedaction?
    private var digits: [UInt8] = []

    init(writer identifier: UniqueIdentifier) {
        writerIdentifier = identifier
        digits.reserveCapacity(32)
        lineEnds.reserveCapacity(256)
    }

    var byteCount: Int { writer.bytes.count }

    /// Empties the buffer; one that had to grow for huge records is given back.
    mutating func removeAll() {
        writer.removeAll(keepingCapacity: writer.bytes.count <= 4 * LogWriter.writeSize)
        lineEnds.removeAll(keepingCapacity: true)
    }

    /// Ends a line that is torn in the file.
    mutating func newline() {
        writer.newline()
    }
}

/// The word of a record's `kind`.
enum RecordKind: String, CaseIterable {
    case header, intent, outcome
}

// MARK: - Records

extension RecordEncoder {
    /// Sets what the next records have in common. They share one reading of the clock, since they share one write.
    mutating func begin(_ kind: RecordKind, at time: Timestamp) {
        var members = JSONWriter(reservingCapacity: 160)
        members.key("v")
        members.integer(1)
        members.key("kind")
        members.string(kind.rawValue)
        members.key("time")
        members.rawASCII(time.text(fractionDigits: 6).utf8)
        members.key("writer")
        members.rawASCII(writerIdentifier.description.utf8)
        beginning = members.takeText()
    }

    mutating func header(sequence: UInt64, origin: LogWriter.Origin) {
        beginRecord(sequence)
        writer.key("pid")
        writer.integer(origin.process)
        writer.key("program")
        object(name: "deferno", version: origin.version)
        if let host = origin.host {
            writer.key("host")
            writer.string(cut(host, to: Self.nameLimit))
        }
        endRecord()
    }

    mutating func intent(_ invocation: Invocation, sequence: UInt64) {
        beginRecord(sequence)
        operation(invocation.id, invocation.request, invocation.definition)
        writer.key("args")
        arguments(invocation.request, of: invocation.definition)
        endRecord()
    }

    /// Holds the arguments only where no intent does.
    mutating func outcome(_ concluded: ConcludedOperation, sequence: UInt64) {
        beginRecord(sequence)
        operation(concluded.id, concluded.request, concluded.definition)
        if !concluded.hasIntent { arguments(of: concluded) }
        writer.key("status")
        writer.string(concluded.outcome.result.status.rawValue)
        switch concluded.outcome.result {
        case .ok(let payload): result(payload, of: concluded.definition)
        case .failed(let error), .unknown(let error): failure(error, concluded.definition)
        }
        writer.key("ms")
        milliseconds(concluded.outcome.nanoseconds)
        endRecord()
    }

    private mutating func beginRecord(_ sequence: UInt64) {
        writer.beginObject()
        if let beginning { writer.raw(beginning) }
        writer.key("seq")
        writer.integer(sequence)
    }

    private mutating func endRecord() {
        writer.endObject()
        writer.newline()
        lineEnds.append(writer.bytes.count)
    }
}

// MARK: - Parts of records

extension RecordEncoder {
    private mutating func operation(
        _ id: UniqueIdentifier,
        _ request: OperationRequest,
        _ definition: OperationDefinition?
    ) {
        writer.key("id")
        identifier(id)
        writer.key("op")
        if let definition { writer.string(definition.name) } else { name(request.operation) }
        writer.raw(members(of: request.caller))
        if let step = request.step {
            writer.key("step")
            writer.integer(step)
        }
        if let id = request.id {
            writer.key("request_id")
            name(id)
        }
        if let place = request.place {
            writer.key("file")
            writer.string(cut(place.file, to: Self.sentenceLimit))
            writer.key("line")
            writer.integer(place.line)
            writer.key("column")
            writer.integer(place.column)
        }
        if let trace = request.trace {
            writer.key("trace_id")
            name(trace.traceID)
            writer.key("span_id")
            name(trace.spanID)
        }
    }

    private mutating func members(of caller: Caller) -> JSONText {
        if let known = self.caller, known.object === caller { return known.members }
        var members = JSONWriter(reservingCapacity: 256)
        members.key("door")
        members.string(caller.door.rawValue)
        members.key("user")
        members.string(cut(caller.user, to: Self.nameLimit))
        if let client = caller.client {
            members.key("client")
            members.beginObject()
            members.key("name")
            members.string(cut(client.name, to: Self.nameLimit))
            members.key("version")
            members.string(cut(client.version, to: Self.nameLimit))
            members.endObject()
        }
        members.key("run")
        members.rawASCII(caller.run.description.utf8)
        let text = members.takeText()
        self.caller = (caller, text)
        return text
    }

    private mutating func object(name: String, version: String) {
        writer.beginObject()
        writer.key("name")
        self.name(name)
        writer.key("version")
        self.name(version)
        writer.endObject()
    }

    private mutating func result(_ payload: JSONText, of definition: OperationDefinition?) {
        if definition?.isWrite == true, payload.bytes.count <= Self.payloadLimit {
            writer.key("result")
            writer.raw(payload)
        } else {
            writer.key("result_bytes")
            writer.integer(payload.bytes.count)
        }
    }

    private mutating func failure(_ error: OperationError, _ definition: OperationDefinition?) {
        let message = definition.map { self.redaction(of: $0).message(of: error) } ?? error.message
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.string(error.code.rawValue)
        if let status = error.status {
            writer.key("status")
            writer.integer(status)
        }
        if let backendCode = error.backendCode {
            writer.key("backend_code")
            name(backendCode)
        }
        writer.key("message")
        writer.string(cut(message, to: Self.sentenceLimit))
        if let cause = error.cause {
            writer.key("cause")
            writer.string(cut(cause, to: Self.sentenceLimit))
        }
        writer.endObject()
    }
}

// MARK: - Arguments

extension RecordEncoder {
    /// The arguments of a checked request: whole, since it must be possible to do the operation again from them. Their
    /// fields' limits bound them.
    private mutating func arguments(_ request: OperationRequest, of definition: OperationDefinition) {
        let redaction = self.redaction(of: definition)
        if redaction.hasSecrets {
            redaction.write(request.arguments, to: &writer)
        } else {
            writer.object(request.arguments)
        }
    }

    /// The arguments of a request that has no intent, or their size where they are not well formed and huge.
    private mutating func arguments(of concluded: ConcludedOperation) {
        let redaction = concluded.definition.map { self.redaction(of: $0) } ?? .everything
        guard concluded.isMalformed else {
            writer.key("args")
            return redaction.write(concluded.request.arguments, to: &writer)
        }
        var text = JSONWriter()
        redaction.write(concluded.request.arguments, to: &text)
        if text.bytes.count <= Self.payloadLimit {
            writer.key("args")
            writer.raw(text.takeText())
        } else {
            writer.key("args_bytes")
            writer.integer(text.bytes.count)
        }
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
        switch outcome.result.error?.code {
        case .invalidRequest, .unknownOperation, .invalidArguments, .invalidReference: true
        default: definition == nil
        }
    }
}

// MARK: - Values

extension RecordEncoder {
    private mutating func identifier(_ identifier: UniqueIdentifier) {
        var text = InlineArray<36, UInt8>(repeating: 0)
        var span = text.mutableSpan
        span.withUnsafeMutableBytes { identifier.write(into: $0) }
        writer.rawASCII(text.span)
    }

    private mutating func name(_ text: String) {
        writer.string(cut(text, to: Self.nameLimit))
    }

    /// Microseconds, as milliseconds with three digits of a fraction.
    private mutating func milliseconds(_ nanoseconds: UInt64) {
        let (whole, fraction) = (nanoseconds / 1000).quotientAndRemainder(dividingBy: 1000)
        digits.removeAll(keepingCapacity: true)
        var rest = fraction
        for _ in 0..<3 {
            digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        digits.append(UInt8(ascii: "."))
        rest = whole
        repeat {
            digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        digits.reverse()
        writer.raw(JSONText(trusted: digits))
    }
}

/// A text cut at a character's end so that it has no more than `limit` bytes of UTF-8, with an ellipsis to show it.
private func cut(_ text: String, to limit: Int) -> String {
    let bytes = text.utf8
    guard bytes.count > limit else { return text }
    var end = bytes.index(bytes.startIndex, offsetBy: limit - 3)
    while bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
    return text[..<end] + "…"
}
