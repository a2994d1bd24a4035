import OperationCatalogue
import YAMLEvents

/// Turns nodes of a script into templates, and collects every fault on the way.
struct TemplateReader {
    private(set) var faults: [ScriptFault] = []
    /// Whether text is data: `${{` means nothing in it.
    var isLiteral = false

    /// The template of a node; a faulty part is taken for `null`.
    mutating func template(_ node: YAMLNode) -> Template {
        if let literal = Self.literal(node, isData: isLiteral) { return .literal(literal) }
        switch node.content {
        case .scalar(let scalar):
            return !isLiteral && scalar.value.mayHoldExpression ? text(scalar, node) : .literal(coreValue(node))
        case .sequence(let items):
            return .array(items.map { template($0) })
        case .mapping(let pairs):
            var members: [(key: String, value: Template)] = []
            for pair in pairs {
                if let key = key(pair.key) { members.append((key, template(pair.value))) }
            }
            return .object(members)
        }
    }

    /// The value of a node that has no expression and no fault in it, as nearly all have: without a template for each
    /// part of it.
    ///
    /// - Parameter isData: whether `${{` begins no expression.
    static func literal(_ node: YAMLNode, isData: Bool) -> JSONValue? {
        switch node.content {
        case .scalar(let scalar):
            return !isData && scalar.value.mayHoldExpression ? nil : JSONValue(node)
        case .sequence(let items):
            var elements: [JSONValue] = []
            elements.reserveCapacity(items.count)
            for item in items {
                guard let element = literal(item, isData: isData) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        case .mapping(let pairs):
            var object = JSONObject(minimumCapacity: pairs.count)
            for pair in pairs {
                guard case .string(let key)? = try? pair.key.coreValue(),
                    let value = literal(pair.value, isData: isData)
                else { return nil }
                object.append(key, value)
            }
            return .object(object)
        }
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
        if let value = JSONValue(node) { return value }
        do {
            _ = try node.coreValue()
            faults.append(ScriptFault(node.mark, "infinity and NaN cannot be sent as JSON"))
        } catch {
            faults.append(ScriptFault(error))
        }
        return .null
    }

    private mutating func text(_ scalar: YAMLScalar, _ node: YAMLNode) -> Template {
        do {
            let segments = try Self.segments(of: scalar.value, ExpressionPlaces(in: node))
            if segments.count == 1, case .expression(let expression, let mark) = segments[0] {
                return .expression(expression, mark)
            }
            if case .literal(let text)? = segments.first, segments.count == 1 { return .literal(.string(text)) }
            return .text(segments, node.mark)
        } catch {
            faults.append(ScriptFault(error.mark, error.fault.message))
            return .literal(.null)
        }
    }

    /// The template of a node; `nil` where it is faulty, which is said in ``faults``.
    mutating func soundTemplate(_ node: YAMLNode) -> Template? {
        let before = faults.count
        let template = template(node)
        return faults.count == before ? template : nil
    }

    /// Cuts a text into what stands for itself and the expressions. `$${{` stands for a `${{` that begins none.
    private static func segments(
        of text: String, _ places: consuming ExpressionPlaces
    ) throws(PlacedExpressionFault) -> [Template.Segment] {
        let characters = Array(text.unicodeScalars)
        var segments: [Template.Segment] = []
        var literal = ""
        var position = 0
        while position < characters.count {
            let rest = characters[position...]
            if rest.starts(with: "$${{".unicodeScalars) {
                literal += "${{"
                position += 4
            } else if rest.starts(with: "${{".unicodeScalars) {
                if !literal.isEmpty { segments.append(.literal(literal)) }
                literal = ""
                let mark = places.mark(of: position, in: characters)
                var parser = ExpressionParser(characters, at: position + 3)
                do throws(ExpressionFault) {
                    segments.append(.expression(try parser.expressionToEnd(), mark))
                } catch {
                    throw PlacedExpressionFault(fault: error, mark: mark)
                }
                position = parser.position
            } else {
                literal.unicodeScalars.append(characters[position])
                position += 1
            }
        }
        if !literal.isEmpty { segments.append(.literal(literal)) }
        return segments
    }
}

/// Where the expressions of a scalar begin. Asked for from the front to the back.
struct ExpressionPlaces {
    /// What begins an expression.
    static let marker = "${{"

    private let marks: [YAMLMark]
    private let start: YAMLMark
    /// How far the text has been gone through, and how often the marker was in that.
    private var (index, ordinal) = (0, 0)

    init(in node: YAMLNode) {
        marks = node.start.markers
        start = node.mark
    }

    /// The place of the `${{` at a position of the scalar's text; that of the scalar where the reader knows no better.
    mutating func mark(of position: Int, in characters: [Unicode.Scalar]) -> YAMLMark {
        if marks.isEmpty { return start }
        while index < position {
            if characters[index] == "$", characters[index...].starts(with: Self.marker.unicodeScalars) {
                ordinal += 1
                index += 2
            }
            index += 1
        }
        return ordinal < marks.count ? marks[ordinal] : start
    }
}

extension String {
    /// Whether `${{` occurs: nearly always not, so the test is for the rare byte first.
    fileprivate var mayHoldExpression: Bool {
        utf8.count > 2 && contains(byte: UInt8(ascii: "$")) && contains(ExpressionPlaces.marker)
    }
}

extension JSONValue {
    /// The value of a scalar under YAML's core schema; `nil` where it has none, or none that JSON can hold.
    init?(_ node: YAMLNode) {
        if case .scalar(let scalar) = node.content, scalar.style != .plain, node.tag == nil {
            self = .string(scalar.value)
            return
        }
        switch try? node.coreValue() {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number(let value) where value.isFinite: self = .number(value)
        case .string(let text): self = .string(text)
        case .number, nil: return nil
        }
    }
}
