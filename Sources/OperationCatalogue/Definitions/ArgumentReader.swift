/// Takes typed values out of unchecked arguments and collects every fault on the way.
package struct ArgumentReader {
    private let arguments: JSONObject
    /// Those that nothing has taken.
    private var lists: [String: JSONTextList]
    /// Names whose values are not known yet and so are taken for good.
    private let unknownValues: Set<String>
    private var taken: [Bool]
    private var takenCount = 0
    package private(set) var faults: [ArgumentFault] = []

    /// - Parameter lists: arguments beside the others that are held as their texts.
    package init(
        _ arguments: JSONObject, lists: [String: JSONTextList] = [:], ignoringValuesOf unknownValues: Set<String> = []
    ) {
        self.arguments = arguments
        self.lists = lists
        self.unknownValues = unknownValues
        taken = Array(repeating: false, count: arguments.count)
    }

    /// The value of a field that must be there.
    package mutating func required<Value>(_ field: Field<Value>) -> Value {
        if !lists.isEmpty, let list = lists.removeValue(forKey: field.name) {
            return decode(field) { () throws(FieldFault) in
                try Value.decode(list, limits: field.definition.limits)
            } ?? Value.placeholder
        }
        guard let json = take(field.name) else {
            faults.append(ArgumentFault(path: [field.name], message: Self.isRequired))
            return Value.placeholder
        }
        return decode(json, as: field) ?? Value.placeholder
    }

    /// The value of a field that may be absent or `null`, and then has `fallback`, the field's default.
    package mutating func defaulted<Value>(_ field: Field<Value>, or fallback: @autoclosure () -> Value) -> Value {
        optional(field) ?? field.defaultValue ?? fallback()
    }

    /// The value of a field that may be absent, or be `null` where its presence allows that.
    package mutating func optional<Value>(_ field: Field<Value>) -> Value? {
        guard let json = take(field.name) else { return nil }
        if case .null = json {
            if field.definition.presence == .keepable, !unknownValues.contains(field.name) {
                let message = "must not be null; leave it out to keep it as it is"
                faults.append(ArgumentFault(path: [field.name], message: message))
            }
            return nil
        }
        return decode(json, as: field)
    }

    /// What a change says of a field that can be cleared.
    package mutating func patch<Value>(_ field: Field<Value>) -> Patch<Value> {
        guard let json = take(field.name) else { return .unchanged }
        if case .null = json { return .clear }
        return decode(json, as: field).map(Patch.set) ?? .unchanged
    }

    private static let isRequired = "is required"

    /// How many unknown fields are named one by one: an error must not be many times as long as the request.
    private static let notedUnknownFields = 20

    /// Notes a fault for every argument that nothing has taken; of very many, for the first ones.
    package mutating func refuseTheRest(of definition: OperationDefinition) {
        let unknownCount = arguments.count - takenCount + lists.count
        guard unknownCount > 0 else { return }
        var noted = 0
        for key in unknownKeys {
            let name = String(key.unicodeScalars.prefix(100))
            noted += 1
            if noted == Self.notedUnknownFields, noted < unknownCount {
                let message = "unknown field, as are \(unknownCount - noted) more"
                return faults.append(ArgumentFault(path: [name], message: message, concernsName: true))
            }
            let known = definition.fields.map(\.name)
            let meant = nearest(to: key, among: known)
            // A required field whose name is misspelled is one mistake, and not two.
            if let meant { faults.removeAll { $0.path == [meant] && $0.message == Self.isRequired } }
            let hint =
                known.isEmpty
                ? "\(definition.name) takes no arguments"
                : meant.map { "did you mean \($0)?" } ?? "expected one of \(known.joined(separator: ", "))"
            faults.append(ArgumentFault(path: [name], message: "unknown field; \(hint)", concernsName: true))
        }
    }

    /// What nothing has taken.
    private var unknownKeys: [String] {
        arguments.members.indices.filter { !taken[$0] }.map { arguments.members[$0].key } + lists.keys.sorted()
    }

    /// Notes a fault that no single field's type can see.
    package mutating func fault(_ name: String, _ message: String) {
        faults.append(ArgumentFault(path: [name], message: message))
    }

    private mutating func take(_ name: String) -> JSONValue? {
        if takenCount == taken.count { return nil }
        for index in taken.indices where !taken[index] {
            if arguments.members[index].key == name {
                taken[index] = true
                takenCount += 1
                return arguments.members[index].value
            }
        }
        return nil
    }

    private mutating func decode<Value>(_ json: JSONValue, as field: Field<Value>) -> Value? {
        if !unknownValues.isEmpty, unknownValues.contains(field.name) { return Value.placeholder }
        return decode(field) { () throws(FieldFault) in try Value.decode(json, limits: field.definition.limits) }
    }

    @inline(__always)
    private mutating func decode<Value>(
        _ field: Field<Value>, _ read: () throws(FieldFault) -> Value
    ) -> Value? {
        do {
            return try read()
        } catch {
            let message = field.definition.isSecret ? "is not valid; a secret is not shown" : error.message
            faults.append(ArgumentFault(path: [field.name] + error.path, message: message))
            return nil
        }
    }
}
