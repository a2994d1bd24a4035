import OperationCatalogue

/// Which arguments of an operation must not be read in the log.
///
/// Hidden are the values of secret fields, of fields that the operation does not know (a token in the wrong place has
/// such a name), and arrays and objects where none belong. The names stay.
final class ArgumentRedaction: Sendable {
    /// For requests that name no operation of the catalogue: nothing about their arguments is known.
    static let everything = ArgumentRedaction(operation: "", fields: [])

    let operation: String
    let hasSecrets: Bool
    private let fields: [Field]

    private struct Field: Sendable {
        let name: String
        let kind: FieldKind
        let isSecret: Bool
    }

    convenience init(_ definition: OperationDefinition) {
        let fields = definition.fields.map { Field(name: $0.name, kind: $0.kind, isSecret: $0.isSecret) }
        self.init(operation: definition.name, fields: fields)
    }

    private init(operation: String, fields: [Field]) {
        self.operation = operation
        self.fields = fields
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

    private static func write(_ value: JSONValue, of kind: FieldKind, to writer: inout JSONWriter) {
        switch (value, kind) {
        case (.array(let elements), .textList):
            writer.beginArray()
            for element in elements { write(element, of: .text, to: &writer) }
            writer.endArray()
        case (.array(let elements), .taskList):
            writer.beginArray()
            for element in elements {
                if element.objectValue != nil { writer.value(element) } else { write(element, of: .text, to: &writer) }
            }
            writer.endArray()
        case (.object(let object), .mood):
            writer.beginObject()
            for member in object.members {
                writer.key(member.key)
                let isKnown = member.key == "r" || member.key == "theta"
                if isKnown { write(member.value, of: .number, to: &writer) } else { writer.string(Secret.redacted) }
            }
            writer.endObject()
        case (.array, _), (.object, _):
            writer.string(Secret.redacted)
        default:
            writer.value(value)
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
