import OperationCatalogue

/// Reads expressions out of the text of a scalar.
struct ExpressionParser {
    /// Unicode scalars: as a Character, a brace would be one with an accent that follows it.
    private let characters: [Unicode.Scalar]
    private(set) var position: Int
    private var depth = 0
    private var operatorCount = 0

    /// Parentheses and negations deeper than this are refused.
    static let maximumDepth = 64
    /// More operators than this in one expression are refused: a chain of them is a tree as deep as it is long.
    static let maximumOperators = 256

    init(_ characters: [Unicode.Scalar], at position: Int) {
        self.characters = characters
        self.position = position
    }

    /// The expression from the position after `${{` to its `}}`, which is taken too.
    mutating func expressionToEnd() throws(ExpressionFault) -> Expression {
        let expression = try disjunction()
        guard take("}}") else { throw expected("}}") }
        return expression
    }

    private mutating func disjunction() throws(ExpressionFault) -> Expression {
        var left = try conjunction()
        while try takeOperator("||") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(ExpressionFault) -> Expression {
        var left = try equality()
        while try takeOperator("&&") { left = .and(left, try equality()) }
        return left
    }

    private mutating func equality() throws(ExpressionFault) -> Expression {
        let left = try unary()
        if take("==") { return .equal(left, try unary()) }
        if take("!=") { return .notEqual(left, try unary()) }
        return left
    }

    private mutating func unary() throws(ExpressionFault) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw ExpressionFault("the expression is nested more than \(Self.maximumDepth) deep")
        }
        if take("!") { return .not(try unary()) }
        if take("(") {
            let inner = try disjunction()
            guard take(")") else { throw expected(")") }
            return inner
        }
        return try primary()
    }

    private mutating func primary() throws(ExpressionFault) -> Expression {
        skipSpaces()
        guard let next = peek else { throw expected("a value") }
        if next == "'" || next == "\"" { return .literal(.string(try quoted())) }
        if next.isASCIIDigit || next == "-" { return .literal(try number()) }
        guard next.isNameStart else { throw expected("a value") }
        let name = self.name()
        switch name {
        case "null": return .literal(.null)
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "text" where take("("):
            let inner = try disjunction()
            guard take(")") else { throw expected(")") }
            return .text(inner)
        default: return .reference(try reference(from: name))
        }
    }

    private mutating func reference(from name: String) throws(ExpressionFault) -> Reference {
        guard let root = Reference.Root(rawValue: name) else {
            if take("(") { throw ExpressionFault("unknown function \(name)(...); there is text(...)") }
            let roots = Reference.Root.allCases.map(\.rawValue)
            let hint =
                nearest(to: name, among: roots).map { "did you mean \($0)?" }
                ?? "a reference begins with \(roots.joined(separator: ", "))"
            throw ExpressionFault("unknown reference \(name); \(hint)")
        }
        var path: [Reference.Key] = []
        while let next = peek, next == "." || next == "[" {
            position += 1
            if next == "." {
                guard let start = peek, start.isNameStart else { throw expected("a name after '.'") }
                path.append(.name(self.name()))
            } else {
                path.append(try bracketedKey())
            }
        }
        return Reference(root: root, path: path)
    }

    private mutating func bracketedKey() throws(ExpressionFault) -> Reference.Key {
        skipSpaces()
        let key: Reference.Key
        if peek == "'" || peek == "\"" {
            key = .name(try quoted())
        } else {
            guard peek?.isASCIIDigit == true, case .integer(let position) = try number(),
                let position = Int(exactly: position)
            else { throw expected("a position from 0, or a quoted name") }
            key = .position(position)
        }
        guard take("]") else { throw expected("]") }
        return key
    }

    private mutating func name() -> String {
        let start = position
        while let next = peek, next.isNameStart || next.isASCIIDigit || next == "-" { position += 1 }
        return Self.text(characters[start..<position])
    }

    /// A text in single or double quotes; the quote itself is written twice.
    private mutating func quoted() throws(ExpressionFault) -> String {
        let quote = characters[position]
        position += 1
        var text = ""
        while let next = peek {
            position += 1
            if next != quote {
                text.unicodeScalars.append(next)
            } else if peek == quote {
                text.unicodeScalars.append(quote)
                position += 1
            } else {
                return text
            }
        }
        throw ExpressionFault("the text that begins with \(quote) has no closing quote")
    }

    private mutating func number() throws(ExpressionFault) -> JSONValue {
        let start = position
        while let next = peek, next.isASCIIDigit || "+-.eE".unicodeScalars.contains(next) { position += 1 }
        let text = Self.text(characters[start..<position])
        if let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw ExpressionFault("expected a number, found \(text.debugDescription)")
        }
        return .number(number)
    }

    private var peek: Unicode.Scalar? { position < characters.count ? characters[position] : nil }

    private mutating func skipSpaces() {
        while let next = peek, next.properties.isWhitespace { position += 1 }
    }

    /// Takes `token` if it comes next, white space before it aside.
    private mutating func take(_ token: String) -> Bool {
        skipSpaces()
        guard characters[position...].starts(with: token.unicodeScalars) else { return false }
        // `!` is no negation where `!=` is meant.
        if token == "!", characters[position...].starts(with: "!=".unicodeScalars) { return false }
        position += token.unicodeScalars.count
        return true
    }

    private mutating func takeOperator(_ token: String) throws(ExpressionFault) -> Bool {
        guard take(token) else { return false }
        operatorCount += 1
        guard operatorCount <= Self.maximumOperators else {
            throw ExpressionFault("the expression has more than \(Self.maximumOperators) operators")
        }
        return true
    }

    private static func text(_ characters: ArraySlice<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: characters)
        return text
    }

    private func expected(_ what: String) -> ExpressionFault {
        let found = peek.map { "'\($0)'" } ?? "the end of the text"
        return ExpressionFault("expected \(what) in the expression, found \(found)\(operatorHint)")
    }

    /// The operator that was probably meant at this place.
    private var operatorHint: String {
        switch peek {
        case "=": "; == compares"
        case "&": "; && means and"
        case "|": "; || means or"
        case "<", ">", "+", "*", "/", "%": "; the operators are ==, !=, !, && and ||"
        default: word == "and" ? "; && means and" : word == "or" ? "; || means or" : ""
        }
    }

    private var word: String { Self.text(characters[position...].prefix { $0.isNameStart }) }
}

extension Unicode.Scalar {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isNameStart: Bool { self == "_" || ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
