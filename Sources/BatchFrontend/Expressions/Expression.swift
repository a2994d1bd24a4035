package import OperationCatalogue

/// What stands between `${{` and `}}`: a value that is known when the step's turn comes.
///
///     expression := and ( "||" and )*
///     and        := equality ( "&&" equality )*
///     equality   := unary ( ( "==" | "!=" ) unary )?
///     unary      := "!" unary | primary
///     primary    := "(" expression ")" | literal | reference
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

    /// Every reference in it, from left to right.
    var references: [Reference] {
        switch self {
        case .literal: []
        case .reference(let reference): [reference]
        case .not(let operand): operand.references
        case .and(let left, let right), .or(let left, let right), .equal(let left, let right),
            .notEqual(let left, let right):
            left.references + right.references
        }
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
