/// Takes a condition apart.
struct ConditionReader {
    private var rest: Substring

    private static let form = "expected FIELD OP VALUE with one of = != < <= > >= ~, such as 'ms > 100'"
    private static let signs: Set<Character> = ["=", "!", "<", ">", "~", "&", "|", ":"]
    /// What other languages write for the same.
    private static let others = [
        "==": "=", "===": "=", ":": "=", "=~": "~", "~=": "~", "~~": "~", "<>": "!=", "!==": "!=", "=>": ">=",
        "=<": "<=",
    ]

    init(_ source: String) { rest = source[...].drop(while: \.isWhitespace) }

    mutating func field() throws(LogConditionFault) -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        guard !name.isEmpty else { throw LogConditionFault(Self.form) }
        rest = rest[name.endIndex...].drop(while: \.isWhitespace)
        return String(name)
    }

    mutating func comparison() throws(LogConditionFault) -> LogCondition.Comparison {
        let sign = rest.prefix { Self.signs.contains($0) }
        rest = rest[sign.endIndex...]
        if let comparison = LogCondition.Comparison(rawValue: String(sign)) { return comparison }
        if sign == "!~" { throw LogConditionFault("there is no !~: a text that must not be there cannot be asked for") }
        guard let meant = Self.others[String(sign)] else {
            throw LogConditionFault(sign.isEmpty ? Self.form : "'\(sign)' is no comparison; \(Self.form)")
        }
        throw LogConditionFault("'\(sign)' is no comparison; write \(meant)")
    }

    struct Value {
        let text: String
        let isQuoted: Bool
    }

    /// What stands behind the sign, without its quotes.
    mutating func value() throws(LogConditionFault) -> Value {
        let text = rest.trimmed
        guard let quote = text.first else {
            throw LogConditionFault("the value is missing; for an empty text write \"\"")
        }
        guard quote == "\"" || quote == "'" else {
            try Self.refuseJoined(text)
            return Value(text: text, isQuoted: false)
        }
        let contents = text.dropFirst().prefix { $0 != quote }
        guard contents.endIndex != text.endIndex else {
            throw LogConditionFault("the value begins with \(quote), and no other one ends it")
        }
        let behind = text[contents.endIndex...].dropFirst()
        try Self.refuseJoined(String(behind))
        guard behind.isEmpty else {
            throw LogConditionFault("the value ends with its second \(quote); behind it stands '\(behind.trimmed)'")
        }
        return Value(text: String(contents), isQuoted: true)
    }

    private static func refuseJoined(_ text: String) throws(LogConditionFault) {
        if text.contains("&&") {
            throw LogConditionFault("one --where is one comparison; in place of && give another --where: all must hold")
        }
        if text.contains("||") {
            throw LogConditionFault(
                "one --where is one comparison, and all must hold; in place of || ask for each by itself")
        }
    }
}
