import OperationCatalogue

/// Which arguments of an operation must not be read in the log, and which fields of the tasks that it has changed.
///
/// Hidden are the values of secret fields, of fields that the operation does not know (a token in the wrong place has
/// such a name), and arrays and objects where none belong. The names stay.
final class ArgumentRedaction: Sendable {
    /// For requests that name no operation of the catalogue: nothing about their arguments is known.
    static let everything = ArgumentRedaction(operation: "", fields: [])

    let operation: String
    let hasSecrets: Bool
    private let fields: [Field]
    /// The names of the secret fields of tasks, its own arguments' among them.
    private let secretNames: Set<String>

    private struct Field: Sendable {
        let name: String
        let kind: FieldKind
        let isSecret: Bool
    }

    convenience init(_ definition: OperationDefinition) {
        let fields = definition.fields.map { Field(name: $0.name, kind: $0.kind, isSecret: $0.isSecret) }
        var secretNames = Set(fields.filter(\.isSecret).map(\.name))
        for form in [definition.payload, .object(.task)] { secretNames.formUnion(form.secretNames) }
        self.init(operation: definition.name, fields: fields, secretNames: secretNames)
    }

    private init(operation: String, fields: [Field], secretNames: Set<String> = []) {
        self.operation = operation
        self.fields = fields
        self.secretNames = secretNames
        hasSecrets = fields.contains { $0.isSecret }
    }
}

extension ArgumentRedaction {
    func write(_ arguments: JSONObject, to writer: inout JSONWriter) {
        writer.beginObject()
        for member in arguments.members {
            writer.key(member.key)
            if let field = fields.first(where: { $0.name == member.key }), !field.isSecret {
                Self.write(member.value, of: field.kind, to: &writer)
            } else {
                writer.string(Secret.redacted)
            }
        }
        writer.endObject()
    }

    /// What may be read of lists that are held as their texts, by their names. As in ``write(_:to:)``, an array is nothing that
    /// belongs into a list.
    func visible(_ lists: [String: JSONTextList]) -> [(name: String, list: JSONTextList)] {
        guard !lists.isEmpty else { return [] }
        return lists.sorted { $0.key < $1.key }.map { name, list in
            let isKnown = fields.contains { $0.name == name && $0.kind == .taskList && !$0.isSecret }
            return (
                name, list.replacing(with: JSONText(.string(Secret.redacted))) { !isKnown || $0 == UInt8(ascii: "[") }
            )
        }
    }

    /// What may be read of changes: their own bytes where the catalogue calls no field of a task secret.
    ///
    /// - Returns: `nil` where they cannot be read, so that nothing tells what is secret in them.
    func visible(_ changes: JSONText) -> JSONText? {
        guard !secretNames.isEmpty else { return changes }
        return (try? changes.value()).map { JSONText(hidingSecrets(in: $0)) }
    }

    private func hidingSecrets(in value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(hidingSecrets))
        case .object(let object):
            var shown = JSONObject()
            for member in object.members {
                let isSecret = secretNames.contains(member.key)
                shown.append(member.key, isSecret ? Self.hidden(member.value) : hidingSecrets(in: member.value))
            }
            return .object(shown)
        case .null, .bool, .integer, .number, .string: return value
        }
    }

    /// In the place of a secret value; of one before and one after, each for itself.
    private static func hidden(_ value: JSONValue) -> JSONValue {
        let sides = [RecordedChange.Member.before.rawValue, RecordedChange.Member.after.rawValue]
        guard case .object(let object) = value, !object.members.isEmpty,
            object.members.allSatisfy({ sides.contains($0.key) })
        else { return .string(Secret.redacted) }
        var shown = JSONObject()
        for member in object.members { shown.append(member.key, .string(Secret.redacted)) }
        return .object(shown)
    }

    private static func write(_ value: JSONValue, of form: PayloadForm, to writer: inout JSONWriter) {
        switch form {
        case .value(let kind): write(value, of: kind, to: &writer)
        case .list(let element):
            guard case .array(let elements) = value else { return writeSingle(value, to: &writer) }
            writer.beginArray()
            for value in elements { write(value, of: element, to: &writer) }
            writer.endArray()
        case .object(let object):
            guard case .object(let members) = value else { return writeSingle(value, to: &writer) }
            // Where more may stand than is known, nothing tells what does not belong there.
            if object.isOpen { writer.value(value) } else { write(members, of: object, to: &writer) }
        case .anything: writer.value(value)
        }
    }

    private static func write(_ value: JSONValue, of kind: FieldKind, to writer: inout JSONWriter) {
        switch kind.shape {
        case .text, .number, .integer, .boolean: writeSingle(value, to: &writer)
        case .list(let element): write(value, of: .list(of: element), to: &writer)
        case .object(let object): write(value, of: .object(object), to: &writer)
        }
    }

    private static func write(_ members: JSONObject, of object: PayloadObject, to writer: inout JSONWriter) {
        writer.beginObject()
        for member in members.members {
            writer.key(member.key)
            if let known = object.members.first(where: { $0.name == member.key }) {
                write(member.value, of: known.form, to: &writer)
            } else {
                writer.string(Secret.redacted)
            }
        }
        writer.endObject()
    }

    /// A value that is neither an array nor an object.
    private static func writeSingle(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .array, .object: writer.string(Secret.redacted)
        case .null, .bool, .integer, .number, .string: writer.value(value)
        }
    }

    /// The sentence of an error about arguments, without what it says of a secret one: a fault quotes the value that it
    /// found.
    func message(of error: OperationError) -> String {
        guard hasSecrets, !error.faults.isEmpty else { return error.message }
        let parts = error.faults.map { fault in
            let isSecret = fields.contains { $0.isSecret && $0.name == fault.path.first }
            return "\(fault.place): \(isSecret ? Secret.redacted : fault.message)"
        }
        return "\(operation): \(parts.joined(separator: "; "))"
    }
}

extension PayloadForm {
    /// The names of the members, of its own and of its parts, that must not reach the log.
    fileprivate var secretNames: Set<String> {
        switch self {
        case .list(let element): element.secretNames
        case .object(let object):
            object.members.reduce(into: []) { names, member in
                if member.isSecret { names.insert(member.name) }
                names.formUnion(member.form.secretNames)
            }
        case .value(let kind): kind.form.secretNames
        case .anything: []
        }
    }
}

extension FieldKind {
    /// What a value of several parts is made of.
    fileprivate var form: PayloadForm {
        switch shape {
        case .list(let element): element
        case .object(let object): .object(object)
        case .text, .number, .integer, .boolean: .anything
        }
    }
}
