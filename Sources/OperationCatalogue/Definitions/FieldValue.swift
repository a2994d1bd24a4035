/// A type that an argument can have.
package protocol FieldValue: Sendable {
    static var kind: FieldKind { get }
    /// What a faulty argument is taken for while the rest of the arguments is still being checked; never executed.
    static var placeholder: Self { get }
    static var example: JSONValue { get }
    /// The value as a request writes it.
    var json: JSONValue { get }
    /// Writes the value as a request has it.
    func write(to writer: inout JSONWriter)
    /// The value, or a fault that says what was expected and what was found.
    static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Self
    /// The same of a list that is held as its text.
    static func decode(_ list: JSONTextList, limits: FieldLimits) throws(FieldFault) -> Self
}

extension FieldValue {
    package static func decode(_ list: JSONTextList, limits: FieldLimits) throws(FieldFault) -> Self {
        try decode(list.value, limits: limits)
    }
}

extension FieldValue {
    package func write(to writer: inout JSONWriter) { writer.value(json) }
}

/// What is wrong with a value, and where inside it.
package struct FieldFault: Error, Hashable, Sendable {
    package let path: [String]
    package let message: String

    package init(_ message: String, at path: [String] = []) {
        self.path = path
        self.message = message
    }

    static func expected(_ expectation: String, found json: JSONValue) -> FieldFault {
        FieldFault("expected \(expectation), found \(json.shortDescription)")
    }
}

extension JSONValue {
    /// The value as an error message shows it: its type, and the value itself where it is short.
    package var shortDescription: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "the integer \(value)"
        case .number(let value): "the number \(value)"
        case .string(let value):
            value.unicodeScalars.count <= 40
                ? "the string \(value.debugDescription)" : "a string of \(value.unicodeScalars.count) characters"
        case .array(let elements): "an array of \(elements.count)"
        case .object: "an object"
        }
    }
}

extension String: FieldValue {
    package static var kind: FieldKind { .text }
    package static var placeholder: String { "" }
    package static var example: JSONValue { "Buy milk" }
    package var json: JSONValue { .string(self) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> String {
        guard case .string(let text) = json else { throw .expected("a string", found: json) }
        try check(text, limits: limits)
        return text
    }

    fileprivate static func check(_ text: String, limits: FieldLimits) throws(FieldFault) {
        // Only texts near a bound are counted: UTF-8 has at least as many bytes as scalars, and at most four times as many.
        let bytes = text.utf8.count
        if bytes > limits.length.upperBound || bytes < limits.length.lowerBound * 4 {
            let count = text.unicodeScalars.count
            if count < limits.length.lowerBound {
                throw FieldFault(
                    count == 0
                        ? "must not be empty"
                        : "expected at least \(limits.length.lowerBound) characters, found \(count)"
                )
            }
            if count > limits.length.upperBound {
                throw FieldFault("expected at most \(limits.length.upperBound) characters, found \(count)")
            }
        }
        if text.contains(byte: 0) { throw FieldFault("must not hold a NUL character (U+0000)") }
    }
}

extension Secret: FieldValue {
    package static var kind: FieldKind { .text }
    package static var placeholder: Secret { Secret("") }
    package static var example: JSONValue { "K7QM-2F9D" }
    /// Never the secret itself.
    package var json: JSONValue { .string(Secret.redacted) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Secret {
        Secret(try String.decode(json, limits: limits))
    }
}

extension UniqueIdentifier: FieldValue {
    package static var kind: FieldKind { .identifier }
    package static var placeholder: UniqueIdentifier { UniqueIdentifier(high: 0, low: 0) }
    package static var example: JSONValue { "7033cae7-eff6-4df1-bed9-01d16e89c2b0" }
    package var json: JSONValue { .string(description) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> UniqueIdentifier {
        guard case .string(let text) = json, let identifier = UniqueIdentifier(text) else {
            throw .expected("a UUID such as \"7033cae7-eff6-4df1-bed9-01d16e89c2b0\"", found: json)
        }
        return identifier
    }
}

extension Timestamp: FieldValue {
    package static var kind: FieldKind { .timestamp }
    package static var placeholder: Timestamp { Timestamp(seconds: 0) }
    package static var example: JSONValue { "2026-11-30T17:00:00Z" }
    package var json: JSONValue { .string(description) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Timestamp {
        guard case .string(let text) = json, let timestamp = Timestamp(text) else {
            throw .expected("a date and time (RFC 3339) such as \"2026-11-30T17:00:00Z\"", found: json)
        }
        return timestamp
    }
}

extension TaskStatus: FieldValue {
    package static var kind: FieldKind { .status }
    package static var placeholder: TaskStatus { .open }
    package static var example: JSONValue { "in-progress" }
    package var json: JSONValue { .string(rawValue) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> TaskStatus {
        guard case .string(let text) = json, let status = TaskStatus(rawValue: text) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            throw .expected("one of \(names)", found: json)
        }
        return status
    }
}

extension Double: FieldValue {
    package static var kind: FieldKind { .number }
    package static var placeholder: Double { 0 }
    package static var example: JSONValue { 0.5 }
    package var json: JSONValue { .number(self) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Double {
        let number: Double
        switch json {
        case .integer(let value): number = Double(value)
        case .number(let value): number = value
        default: throw .expected("a number", found: json)
        }
        guard limits.range.contains(number) else {
            throw .expected("a number from \(limits.range.lowerBound) to \(limits.range.upperBound)", found: json)
        }
        return number
    }
}

extension Int: FieldValue {
    package static var kind: FieldKind { .integer }
    package static var placeholder: Int { 0 }
    package static var example: JSONValue { 1 }
    package var json: JSONValue { .integer(Int64(self)) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Int {
        guard case .integer(let value) = json else { throw .expected("an integer", found: json) }
        guard limits.range.contains(Double(value)) else {
            // A bound need not fit an integer.
            let (lowest, highest) = (limits.range.lowerBound, limits.range.upperBound)
            let bounds = (
                Int64(exactly: lowest).map { "\($0)" } ?? "\(lowest)",
                Int64(exactly: highest).map { "\($0)" } ?? "\(highest)"
            )
            throw .expected("an integer from \(bounds.0) to \(bounds.1)", found: json)
        }
        return Int(value)
    }
}

extension Bool: FieldValue {
    package static var kind: FieldKind { .boolean }
    package static var placeholder: Bool { false }
    package static var example: JSONValue { true }
    package var json: JSONValue { .bool(self) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Bool {
        guard case .bool(let value) = json else { throw .expected("true or false", found: json) }
        return value
    }
}

extension [String]: FieldValue {
    package static var kind: FieldKind { .textList }
    package static var placeholder: [String] { [] }
    package static var example: JSONValue { ["home", "errands"] }
    package var json: JSONValue { .array(map(JSONValue.string)) }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> [String] {
        guard case .array(let elements) = json else { throw .expected("a list of strings", found: json) }
        guard elements.count <= limits.maximumCount else {
            throw FieldFault("expected at most \(limits.maximumCount) entries, found \(elements.count)")
        }
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do {
                texts.append(try String.decode(element, limits: limits))
            } catch {
                throw FieldFault(error.message, at: ["\(index)"])
            }
        }
        return texts
    }
}

extension Mood: FieldValue {
    package static var kind: FieldKind { .mood }
    package static var placeholder: Mood { Mood(r: 0, theta: 0) }
    package static var example: JSONValue { ["r": 0.8, "theta": 1.57] }
    package var json: JSONValue { ["r": .number(r), "theta": .number(theta)] }

    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> Mood {
        guard case .object(let object) = json else {
            throw .expected("an object such as {\"r\": 0.8, \"theta\": 1.57}", found: json)
        }
        for member in object.members where member.key != "r" && member.key != "theta" {
            throw FieldFault(
                "unknown field, expected r and theta only", at: [String(member.key.unicodeScalars.prefix(100))])
        }
        return Mood(r: try component("r", of: object), theta: try component("theta", of: object))
    }

    private static func component(_ name: String, of object: JSONObject) throws(FieldFault) -> Double {
        guard let json = object[name] else { throw FieldFault("is required", at: [name]) }
        do {
            return try Double.decode(json, limits: FieldLimits())
        } catch {
            throw FieldFault(error.message, at: [name])
        }
    }
}
