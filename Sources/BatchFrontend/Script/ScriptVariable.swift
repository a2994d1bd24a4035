package import OperationCatalogue
import YAMLEvents

/// A variable given on the command line.
package enum ScriptVariable {
    /// Why a text is no value.
    package struct Fault: Error, Hashable, Sendable {
        package let message: String
    }

    /// The value of a text as a script would have it behind `name: `. What begins like a text in quotes, a list, a mapping
    /// or a tag of YAML's own is read as that: `"3"` and `'3'` are the text 3, `[a, b]` is a list. Everything else is one plain
    /// value whatever is in it: `3` is a number, `no`, `a: b` and `#1` are texts. Expressions are not looked for: the command
    /// line is data.
    ///
    /// - Throws: where the text begins so and is not that.
    package static func value(of text: String) throws(Fault) -> JSONValue {
        let first = text.drop { $0 == " " }
        if let sign = first.unicodeScalars.first, "\"'[{".unicodeScalars.contains(sign) || first.hasPrefix("!!") {
            return try flowValue(of: text)
        }
        let scalar = YAMLScalar(value: text, style: .plain)
        return JSONValue(YAMLNode(content: .scalar(scalar), start: YAMLNodeStart(mark: .start))) ?? .string(text)
    }

    private static func flowValue(of text: String) throws(Fault) -> JSONValue {
        let advice = "to give it as a text, put quotes inside: name='\"...\"'"
        do throws(YAMLError) {
            var composer = try YAMLComposer(bytes: Array(text.utf8))
            guard let node = try composer.composeDocument() else { return .null }
            guard try composer.composeDocument() == nil else {
                throw YAMLError(.syntax, "expected one value", at: .start)
            }
            return try value(of: node)
        } catch {
            throw Fault(message: "\(error.message) (at character \(error.mark.column)); \(advice)")
        }
    }

    private static func value(of node: YAMLNode) throws(YAMLError) -> JSONValue {
        switch node.content {
        case .scalar:
            if let value = JSONValue(node) { return value }
            _ = try node.coreValue()
            throw YAMLError(.value, "infinity and NaN cannot be sent as JSON", at: node.mark)
        case .sequence(let items):
            var elements: [JSONValue] = []
            for item in items { elements.append(try value(of: item)) }
            return .array(elements)
        case .mapping(let pairs):
            var object = JSONObject(minimumCapacity: pairs.count)
            for pair in pairs {
                guard case .string(let key) = try pair.key.coreValue() else {
                    throw YAMLError(
                        .value, "expected a name; write it in quotes if it is meant as text", at: pair.key.mark)
                }
                object.append(key, try value(of: pair.value))
            }
            return .object(object)
        }
    }
}
