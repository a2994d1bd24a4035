package import OperationCatalogue
import YAMLEvents

/// A variable given on the command line.
package enum ScriptVariable {
    /// The value of a text as a plain scalar of a script would have it: `3` is a number, `no` is a string. What YAML's
    /// core schema gives no JSON value for stays a string.
    package static func value(of text: String) -> JSONValue {
        let scalar = YAMLScalar(value: text, style: .plain)
        switch try? scalar.coreValue(YAMLNodeStart(mark: .start)) {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .number(let value) where value.isFinite: return .number(value)
        default: return .string(text)
        }
    }
}
