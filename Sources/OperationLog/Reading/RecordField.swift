package import OperationCatalogue

/// What a field of a record can hold, as far as it matters to whoever compares it with something.
package indirect enum RecordField: Sendable, Equatable {
    case text
    case number
    case time
    case boolean
    case identifier
    /// One of these words; others too where it is open, though then rarely.
    case choice([String], isOpen: Bool = false)
    case list(of: RecordField)
    case object([Member])
    case anything

    package struct Member: Sendable, Equatable {
        package let name: String
        package let field: RecordField
        /// Whether only the records themselves have it, not the operations that are made of them.
        package var isOfRecords = false
    }

    package subscript(name: String) -> Member? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }
    }

    /// The names of all that can be compared, in dots: `args.title`, `error.code`.
    package var paths: [String] {
        guard case .object(let members) = elements else { return [] }
        return members.flatMap { member in
            [member.name] + member.field.paths.map { "\(member.name).\($0)" }
        }
    }

    /// What one thing can hold that one or the other form describes.
    fileprivate func merged(with other: RecordField) -> RecordField {
        switch (self, other) {
        case (.object(let own), .object(let others)):
            return .object(others.reduce(into: own) { $0.add($1.name, $1.field) })
        case (.list(let own), .list(let others)): return .list(of: own.merged(with: others))
        default: return self == other ? self : .anything
        }
    }
}

extension [RecordField.Member] {
    fileprivate mutating func add(_ name: String, _ field: RecordField) {
        if let index = firstIndex(where: { $0.name == name }) {
            self[index] = RecordField.Member(name: name, field: self[index].field.merged(with: field))
        } else {
            append(RecordField.Member(name: name, field: field))
        }
    }
}

// MARK: - From the catalogue

extension RecordField {
    init(_ kind: FieldKind) {
        self =
            switch kind.shape {
            case .text(.plain): .text
            case .text(.identifier): .identifier
            case .text(.timestamp): .time
            case .text(.choice(let choices)): .choice(choices)
            case .number, .integer: .number
            case .boolean: .boolean
            case .list(let element): RecordField(.list(of: element))
            case .object(let object): RecordField(.object(object))
            }
    }

    init(_ form: PayloadForm) {
        self =
            switch form {
            case .value(let kind): RecordField(kind)
            case .list(let element): .list(of: RecordField(element))
            case .object(let object):
                .object(object.members.map { Member(name: $0.name, field: RecordField($0.form)) })
            case .anything: .anything
            }
    }

    /// The arguments of these operations together.
    private static func arguments(of definitions: [OperationDefinition]) -> RecordField {
        .object(
            definitions.flatMap(\.fields).reduce(into: []) { $0.add($1.name, RecordField($1.kind)) })
    }

    /// The payloads that the log holds of these operations: those of writes.
    private static func results(of definitions: [OperationDefinition]) -> RecordField {
        let forms = definitions.filter(\.isWrite).map { RecordField($0.payload) }
        return forms.dropFirst().reduce(forms.first ?? .object([])) { $0.merged(with: $1) }
    }
}

// MARK: - The record

extension RecordField {
    /// The fields of operations as ``OperationPairing`` gives them, and those of the records themselves: what
    /// `config/log-record.schema.json` has.
    ///
    /// - Parameter definitions: of the operations that are looked for.
    package static func record(of definitions: [OperationDefinition] = Catalogue.standard.definitions) -> RecordField {
        let program: RecordField = .object([Member(name: "name", field: .text), Member(name: "version", field: .text)])
        var members = [
            Member(name: "time", field: .time), Member(name: "ended", field: .time),
            Member(name: "id", field: .identifier),
            Member(name: "op", field: .choice(definitions.map(\.name), isOpen: true)),
            Member(name: "door", field: .choice(Door.allCases.map(\.rawValue))),
            Member(name: "user", field: .text), Member(name: "user_id", field: .identifier),
            Member(name: "client", field: program), Member(name: "run", field: .identifier),
            Member(name: "step", field: .number), Member(name: "request_id", field: .text),
            Member(name: "file", field: .text), Member(name: "line", field: .number),
            Member(name: "column", field: .number), Member(name: "trace_id", field: .text),
            Member(name: "span_id", field: .text), Member(name: "args", field: arguments(of: definitions)),
            Member(name: "args_bytes", field: .number),
            Member(name: "status", field: .choice(statuses)),
            Member(name: "changes", field: changes), Member(name: "changes_bytes", field: .number),
            Member(name: "result", field: results(of: definitions)), Member(name: "result_bytes", field: .number),
            Member(name: "error", field: error), Member(name: "ms", field: .number),
            Member(name: "queued_ms", field: .number), Member(name: "settles", field: .identifier),
            Member(name: "settled_by", field: .identifier),
        ]
        members += ofRecords(program).map { Member(name: $0.0, field: $0.1, isOfRecords: true) }
        return .object(members)
    }

    /// What a write has done to tasks.
    private static let changes: RecordField = {
        let task = (PayloadObject.task.members + [.previousID]).map {
            Member(name: $0.name, field: RecordField($0.form))
        }
        let updates = task.map { member in
            Member(
                name: member.name,
                field: .object(
                    [RecordedChange.Member.before, .after].map { Member(name: $0.rawValue, field: member.field) }))
        }
        return .list(
            of: .object(
                RecordedChange.Member.allCases.map { member in
                    let field: RecordField =
                        switch member {
                        case .task: .identifier
                        case .title: .text
                        case .change: .choice(RecordedChange.Kind.allCases.map(\.rawValue))
                        case .fields: .object(updates)
                        case .before, .after: .object(task)
                        case .tasks: .list(of: .identifier)
                        case .history: .list(of: .anything)
                        }
                    return Member(name: member.rawValue, field: field)
                }))
    }()

    /// Of a list of objects, what these hold.
    var elements: RecordField {
        if case .list(let element) = self, case .object = element { return element }
        return self
    }

    /// How an operation can end.
    package static let statuses = OutcomeStatus.allCases.map(\.rawValue)

    private static let error: RecordField = .object([
        Member(name: "code", field: .choice(ErrorCode.allCases.map(\.rawValue))),
        Member(name: "status", field: .number), Member(name: "backend_code", field: .text),
        Member(name: "message", field: .text), Member(name: "cause", field: .text),
    ])

    private static func ofRecords(_ program: RecordField) -> [(String, RecordField)] {
        let file: RecordField = .object([
            Member(name: "offset", field: .number), Member(name: "hash", field: .text),
            Member(name: "bytes", field: .number), Member(name: "sha256", field: .text),
        ])
        return [
            ("v", .number), ("kind", .choice(RecordKind.allCases.map(\.rawValue), isOpen: true)),
            ("writer", .identifier), ("seq", .number), ("hash", .text), ("prev", .text), ("after", file),
            ("segment", file), ("pid", .number), ("program", program), ("host", .text), ("sync", .text),
            ("key", .text), ("final", .boolean), ("signature", .text), ("address", .text), ("agent", .text),
            ("method", .text), ("path", .text), ("http_status", .number), ("bytes", .number), ("count", .number),
            ("until", .time), ("offset", .number), ("sha256", .text), ("reason", .text),
            ("segments", .list(of: .anything)), ("files", .list(of: .anything)), ("vars", .anything),
            ("vars_bytes", .number),
            ("ok", .number), ("failed", .number), ("unknown", .number), ("skipped", .number),
        ]
    }
}
