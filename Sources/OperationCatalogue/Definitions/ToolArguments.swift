/// What a client of the Model Context Protocol means by the arguments of a tool.
///
/// Clients and models write arrays, objects, numbers and booleans as JSON texts, integers as `1.0`, and fill what they do not set
/// with `null`. What can mean one thing only is taken for that; a text field stays a text, whatever stands in it. `null` leaves an
/// optional argument out: which fields are to be emptied is said under ``clearName``, and stands as `null` in ``arguments``, as
/// every other door writes it. So the log holds what was understood.
package struct ToolArguments: Sendable {
    package private(set) var arguments = JSONObject()
    /// What is wrong with ``clearName``, which no other door knows.
    package private(set) var faults: [ArgumentFault] = []

    /// The argument that names fields to be emptied, of operations that have some: see ``OperationDefinition/clearableNames``.
    package static let clearName = "clear"

    package init(_ given: JSONObject, for definition: OperationDefinition) {
        for member in given.members {
            if let field = definition.fields.first(where: { $0.name == member.key }) {
                let value = member.value.understood(as: .value(field.kind))
                if !value.isNull || field.presence == .required { arguments.append(field.name, value) }
            } else if !definition.fields.isEmpty {
                // Clients put something into a tool without arguments, since they cannot send nothing.
                arguments.append(member.key, member.value)
            }
        }
        if !definition.clearableNames.isEmpty { clear(definition.clearableNames) }
    }

    private mutating func clear(_ clearable: [String]) {
        guard let value = arguments[Self.clearName] else { return }
        arguments[Self.clearName] = nil
        let expected = "expected an array of names among \(clearable.joined(separator: ", "))"
        switch value.understood(as: .value(.textList)) {
        case .null: return
        case .string(let name) where clearable.contains(name): clear(name, among: clearable, at: [Self.clearName])
        case .array(let names):
            for (index, element) in names.enumerated() {
                let path = [Self.clearName, "\(index)"]
                guard let name = element.stringValue, clearable.contains(name) else {
                    let hint = element.stringValue.flatMap { nearest(to: $0, among: clearable) }
                        .map { "; did you mean \($0)?" }
                    let message = "expected one of \(clearable.joined(separator: ", ")), found "
                    faults.append(
                        ArgumentFault(path: path, message: message + element.shortDescription + (hint ?? "")))
                    continue
                }
                clear(name, among: clearable, at: path)
            }
        case let other:
            let message = "\(expected), found \(other.shortDescription)"
            faults.append(ArgumentFault(path: [Self.clearName], message: message))
        }
    }

    private mutating func clear(_ name: String, among clearable: [String], at path: [String]) {
        if let value = arguments[name], !value.isNull {
            let message = "\(name) is to be cleared and has a new value as well; give one of the two"
            faults.append(ArgumentFault(path: path, message: message))
        } else {
            arguments[name] = .some(.null)
        }
    }
}

extension OperationDefinition {
    /// The fields that can be emptied.
    package var clearableNames: [String] { fields.filter { $0.presence == .clearable }.map(\.name) }
}

extension JSONValue {
    /// The value with all that was written as a JSON text where none belongs. What fits no better stays as it is.
    fileprivate func understood(as form: PayloadForm) -> JSONValue {
        switch form {
        case .value(let kind): return understood(as: kind)
        case .list(let element):
            let value = outOfText { $0.arrayValue != nil }
            guard case .array(let elements) = value else { return value }
            return .array(elements.map { $0.understood(as: element) })
        case .object(let object):
            let value = outOfText { $0.objectValue != nil }
            guard case .object(let members) = value else { return value }
            return .object(
                JSONObject(
                    uniqueMembers: members.members.map { member in
                        let form = object.members.first { $0.name == member.key }?.form ?? .anything
                        return JSONObject.Member(key: member.key, value: member.value.understood(as: form))
                    }))
        case .anything: return self
        }
    }

    private func understood(as kind: FieldKind) -> JSONValue {
        switch kind.shape {
        case .text: return self
        case .number: return outOfText { $0.doubleValue != nil }
        case .integer:
            let value = outOfText { $0.doubleValue != nil }
            guard case .number(let number) = value, let integer = Int64(exactly: number) else { return value }
            return .integer(integer)
        case .boolean:
            switch stringValue?.lowercased() {
            // So does Python write them.
            case "true": return true
            case "false": return false
            default: return outOfText { $0.boolValue != nil }
            }
        case .list(let element): return understood(as: .list(of: element))
        case .object(let object): return understood(as: .object(object))
        }
    }

    /// The value that this text holds, where it is one that fits, or `null`; else the value as it is.
    private func outOfText(where fits: (JSONValue) -> Bool) -> JSONValue {
        guard case .string(let text) = self, let value = try? JSONReader.value(text.utf8), fits(value) || value.isNull
        else { return self }
        return value
    }
}
