/// A JSON value (RFC 8259) held as a tree.
///
/// An integer and a fraction are different values: `.integer(1)` does not equal `.number(1.0)`, and each is written the way
/// it is held (`1`, `1.0`). Strings compare as Swift strings do, so canonically equivalent spellings are equal.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, among them `-0` and integers too big for `integer`, rounded to the nearest double. The reader
    /// never makes an infinity or NaN, and the writer writes one as `null`.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The text, or nil for anything but a string.
    package var stringValue: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The truth value, or nil for anything but a boolean.
    package var boolValue: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The integer, or nil for anything else: a `number` is never rounded into one.
    package var integerValue: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// The number as a double, an integer rounded to the nearest one, or nil for anything but a number.
    package var doubleValue: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    /// The elements, or nil for anything but an array.
    package var arrayValue: [JSONValue]? {
        if case .array(let array) = self { array } else { nil }
    }

    /// The members, or nil for anything but an object.
    package var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// Whether this is `null`.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value of an object's member, or nil when there is none or this is no object. See ``JSONObject`` for the cost.
    package subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The name of the value's type in JSON Schema's words: `string`, `integer`, `number`, `boolean`, `null`, `array` or
    /// `object`. A whole number held as `.number` is a `number`.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    /// `null`. Where an optional value is expected, `nil` is the missing one; write `.null` for the other.
    package init(nilLiteral: ()) {
        self = .null
    }

    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }
}

extension JSONValue: ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(floatLiteral value: Double) {
        self = .number(value)
    }

    package init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// An object; of two members with one key the later stays, at the earlier one's place.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(lastOfEach: elements))
    }
}
