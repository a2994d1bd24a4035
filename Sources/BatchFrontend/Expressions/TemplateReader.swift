import OperationCatalogue
import YAMLEvents

/// Turns nodes of a script into templates, and collects every fault on the way.
struct TemplateReader {
    private(set) var faults: [ScriptFault] = []

    /// The template of a node; a faulty part is taken for `null`.
    mutating func template(_ node: YAMLNode) -> Template {
        switch node.content {
        case .scalar(let scalar):
            return scalar.value.mayHoldExpression ? text(scalar, node) : .literal(coreValue(node))
        case .sequence(let items):
            let elements = items.map { template($0) }
            let literals = elements.compactMap(\.literal)
            return literals.count == elements.count ? .literal(.array(literals)) : .array(elements)
        case .mapping(let pairs):
            return object(pairs)
        }
    }

    private mutating func object(_ pairs: [YAMLPair]) -> Template {
        var literals = JSONObject(minimumCapacity: pairs.count)
        var members: [(key: String, value: Template)] = []
        for pair in pairs {
            guard let key = key(pair.key) else { continue }
            let value = template(pair.value)
            if members.isEmpty, let literal = value.literal {
                literals.append(key, literal)
            } else {
                if members.isEmpty { members = literals.members.map { ($0.key, .literal($0.value)) } }
                members.append((key, value))
            }
        }
        return members.isEmpty ? .literal(.object(literals)) : .object(members)
    }

    /// The text of a key, which must be one.
    mutating func key(_ node: YAMLNode) -> String? {
        do {
            if case .string(let key) = try node.coreValue() { return key }
            faults.append(ScriptFault(node.mark, "expected a name here; write it in quotes if it is meant as text"))
        } catch {
            faults.append(ScriptFault(error))
        }
        return nil
    }

    private mutating func coreValue(_ node: YAMLNode) -> JSONValue {
        do {
            switch try node.coreValue() {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .integer(let value): return .integer(value)
            case .number(let value) where value.isFinite: return .number(value)
            case .number:
                faults.append(ScriptFault(node.mark, "infinity and NaN cannot be sent as JSON"))
            case .string(let text): return .string(text)
            }
        } catch {
            faults.append(ScriptFault(error))
        }
        return .null
    }

    private mutating func text(_ scalar: YAMLScalar, _ node: YAMLNode) -> Template {
        do {
            let segments = try Self.segments(of: scalar.value)
            if segments.count == 1, case .expression(let expression) = segments[0] {
                return .expression(expression, node.mark)
            }
            if case .literal(let text)? = segments.first, segments.count == 1 { return .literal(.string(text)) }
            return .text(segments, node.mark)
        } catch {
            faults.append(ScriptFault(node.mark, error.message))
            return .literal(.null)
        }
    }

    /// Cuts a text into what stands for itself and the expressions. `$${{` stands for a `${{` that begins none.
    private static func segments(of text: String) throws(ExpressionFault) -> [Template.Segment] {
        let characters = Array(text)
        var segments: [Template.Segment] = []
        var literal = ""
        var position = 0
        while position < characters.count {
            let rest = characters[position...]
            if rest.starts(with: "$${{") {
                literal += "${{"
                position += 4
            } else if rest.starts(with: "${{") {
                if !literal.isEmpty { segments.append(.literal(literal)) }
                literal = ""
                var parser = ExpressionParser(characters, at: position + 3)
                segments.append(.expression(try parser.expressionToEnd()))
                position = parser.position
            } else {
                literal.append(characters[position])
                position += 1
            }
        }
        if !literal.isEmpty { segments.append(.literal(literal)) }
        return segments
    }
}

extension String {
    /// Whether `${{` occurs: nearly always not, so the test is for the rare byte first.
    fileprivate var mayHoldExpression: Bool {
        contains(byte: UInt8(ascii: "$")) && contains("${{")
    }
}
