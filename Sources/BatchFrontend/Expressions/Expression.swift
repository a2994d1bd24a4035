package import OperationCatalogue

/// What stands between `${{` and `}}`: a value that is known when the step's turn comes.
///
///     expression := and ( "||" and )*
///     and        := equality ( "&&" equality )*
///     equality   := unary ( ( "==" | "!=" ) unary )?
///     unary      := "!" unary | primary
///     primary    := "(" expression ")" | "text" "(" expression ")" | literal | reference
///     literal    := "null" | "true" | "false" | number | 'text' | "text"
///     reference  := name ( "." name | "[" integer "]" | "[" 'text' "]" )*
///
/// Names begin with a letter or `_` and go on with letters, digits, `_` and `-`.
package indirect enum Expression: Hashable, Sendable {
    case literal(JSONValue)
    case reference(Reference)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case equal(Expression, Expression)
    case notEqual(Expression, Expression)
    /// The value as it is put into a text: `3` as `"3"`.
    case text(Expression)

    /// Every reference in it, from left to right.
    var references: [Reference] {
        switch self {
        case .literal: []
        case .reference(let reference): [reference]
        case .not(let operand), .text(let operand): operand.references
        case .and(let left, let right), .or(let left, let right), .equal(let left, let right),
            .notEqual(let left, let right):
            left.references + right.references
        }
    }
}

extension Expression {
    /// A comparison in it that can only come out one way, in words.
    var pointlessComparison: String? {
        switch self {
        case .literal, .reference: return nil
        case .not(let operand), .text(let operand): return operand.pointlessComparison
        case .and(let left, let right), .or(let left, let right):
            return left.pointlessComparison ?? right.pointlessComparison
        case .equal(let left, let right), .notEqual(let left, let right):
            return Self.unknownStatus(left, right) ?? Self.unknownStatus(right, left) ?? left.pointlessComparison
                ?? right.pointlessComparison
        }
    }

    private static func unknownStatus(_ status: Expression, _ other: Expression) -> String? {
        guard case .reference(let reference) = status, reference.root == .steps, reference.path.count == 2,
            reference.path[1] == .name("status"), case .literal(let value) = other
        else { return nil }
        if case .string(let text) = value, StepStatus(rawValue: text) != nil { return nil }
        let words = StepStatus.allCases.map(\.rawValue).joined(separator: ", ")
        return "\(reference) is one of \(words), and never \(value.shortDescription)"
    }
}

/// A path into what is known: `vars.list`, `env.HOME`, `item.title`, `index`, `steps.buy.result.id`.
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    let root: Root
    let path: [Key]

    enum Root: String, Hashable, Sendable, CaseIterable {
        case vars, env, item, index, steps
    }

    enum Key: Hashable, Sendable, CustomStringConvertible {
        case name(String)
        case position(Int)

        var description: String {
            switch self {
            case .name(let name): ".\(name)"
            case .position(let position): "[\(position)]"
            }
        }
    }

    package var description: String {
        root.rawValue + path.map(\.description).joined()
    }

    /// Whether it means what `for_each` is at.
    var isOfElement: Bool { root == .item || root == .index }

    /// The name right after the root: a variable, or the id of a step.
    var firstName: String? {
        guard case .name(let name) = path.first else { return nil }
        return name
    }
}

/// Why an expression cannot be read or evaluated.
struct ExpressionFault: Error, Hashable, Sendable {
    let message: String
    /// Whether the value only is not known yet: no fault once the step's turn has come.
    let isUnknownYet: Bool

    init(_ message: String, isUnknownYet: Bool = false) {
        self.message = message
        self.isUnknownYet = isUnknownYet
    }
}
