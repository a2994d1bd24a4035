package import OperationCatalogue
package import YAMLEvents

/// A value of a script with expressions in it.
package enum Template: Sendable {
    case literal(JSONValue)
    /// One expression and nothing else: the value keeps its type. With the place of its `${{`.
    case expression(Expression, YAMLMark)
    /// Text with expressions inside, which are put in as text.
    case text([Segment], YAMLMark)
    case array([Template])
    case object([(key: String, value: Template)])

    package enum Segment: Hashable, Sendable {
        case literal(String)
        /// With the place of its `${{`.
        case expression(Expression, YAMLMark)
    }

    var literal: JSONValue? {
        if case .literal(let value) = self { return value }
        return nil
    }

    /// The place of an expression, or of the text that holds several.
    var mark: YAMLMark? {
        switch self {
        case .expression(_, let mark), .text(_, let mark): mark
        case .literal, .array, .object: nil
        }
    }

    /// Calls `body` with every expression and its place.
    func forEachExpression(_ body: (Expression, YAMLMark) -> Void) {
        switch self {
        case .literal: break
        case .expression(let expression, let mark): body(expression, mark)
        case .text(let segments, _):
            for case .expression(let expression, let mark) in segments { body(expression, mark) }
        case .array(let elements): for element in elements { element.forEachExpression(body) }
        case .object(let members): for member in members { member.value.forEachExpression(body) }
        }
    }

    /// Calls `body` with every reference and the place of the expression it stands in.
    func forEachReference(_ body: (Reference, YAMLMark) -> Void) {
        forEachExpression { expression, mark in
            for reference in expression.references { body(reference, mark) }
        }
    }

    /// The value with every expression evaluated.
    func value(in scope: ExpressionScope) throws(PlacedExpressionFault) -> JSONValue {
        switch self {
        case .literal(let value):
            return value
        case .expression(let expression, let mark):
            return try scope.value(of: expression, at: mark)
        case .text(let segments, let mark):
            var text = ""
            for segment in segments {
                switch segment {
                case .literal(let literal): text += literal
                case .expression(let expression, let mark): text += try scope.value(of: expression, at: mark).asText
                }
                try JSONValue.checkLength(of: text, at: mark)
            }
            return .string(text)
        case .array(let elements):
            var values: [JSONValue] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try element.value(in: scope)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject(minimumCapacity: members.count)
            for member in members { object.append(member.key, try member.value.value(in: scope)) }
            return .object(object)
        }
    }
}

/// A fault of an expression, with its place.
struct PlacedExpressionFault: Error, Sendable {
    let fault: ExpressionFault
    let mark: YAMLMark
}

extension ExpressionScope {
    func value(of expression: Expression, at mark: YAMLMark) throws(PlacedExpressionFault) -> JSONValue {
        do {
            return try value(of: expression)
        } catch {
            throw PlacedExpressionFault(fault: error, mark: mark)
        }
    }
}

extension JSONValue {
    func checkSize(at mark: YAMLMark) throws(PlacedExpressionFault) {
        do { try ValueSize.check(self) } catch { throw PlacedExpressionFault(fault: error, mark: mark) }
    }

    fileprivate static func checkLength(of text: String, at mark: YAMLMark) throws(PlacedExpressionFault) {
        do { try ValueSize.check(text) } catch { throw PlacedExpressionFault(fault: error, mark: mark) }
    }

    /// The value as it is put into text: strings as they are, `null` as nothing, all else as JSON.
    var asText: String {
        switch self {
        case .string(let text): text
        case .null: ""
        default: String(decoding: JSONText(self).bytes, as: UTF8.self)
        }
    }
}
