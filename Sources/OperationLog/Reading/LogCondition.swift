package import OperationCatalogue

/// A comparison with a field of a record: `args.title ~ milk`, `ms > 100`, `error.code = not_found`.
package struct LogCondition: Sendable {
    private let path: [String]
    private let comparison: Comparison
    private let wanted: JSONValue
    private let text: String

    private enum Comparison: String, CaseIterable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
        /// Holds the text, whatever the case of its letters.
        case contains = "~"
    }

    /// Reads `FIELD OP VALUE`, with or without spaces around the sign. A value that is JSON is taken as that, any other as text.
    ///
    /// - Throws: ``LogConditionFault``.
    package init(_ source: String) throws(LogConditionFault) {
        // The longer signs first, since they begin as the shorter ones do.
        let signs = Comparison.allCases.sorted { $0.rawValue.count > $1.rawValue.count }
        let field = source.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        let rest = source[field.endIndex...].drop(while: \.isWhitespace)
        guard !field.isEmpty, let comparison = signs.first(where: { rest.hasPrefix($0.rawValue) }) else {
            throw LogConditionFault("expected FIELD OP VALUE with one of = != < <= > >= ~, such as 'ms > 100'")
        }
        path = field.split(separator: ".").map(String.init)
        self.comparison = comparison
        text = rest.dropFirst(comparison.rawValue.count).trimmed
        wanted = (try? JSONReader.value(text.utf8)) ?? .string(text)
    }

    /// Whether it holds; never where the record has no such field, but for `!=`.
    package func holds(of record: JSONValue) -> Bool {
        guard let found = path.reduce(Optional(record), { $0?[$1] }) else { return comparison == .unequal }
        switch comparison {
        case .equal: return isEqual(found)
        case .unequal: return !isEqual(found)
        case .contains: return found.shownText.lowercased().contains(text.lowercased())
        case .less: return order(found).map { $0 < 0 } ?? false
        case .atMost: return order(found).map { $0 <= 0 } ?? false
        case .greater: return order(found).map { $0 > 0 } ?? false
        case .atLeast: return order(found).map { $0 >= 0 } ?? false
        }
    }

    private func isEqual(_ found: JSONValue) -> Bool {
        if let found = found.doubleValue, let wanted = wanted.doubleValue { return found == wanted }
        return found == wanted || found.stringValue == text
    }

    /// Negative, 0 or positive, as numbers where both are, else as texts.
    private func order(_ found: JSONValue) -> Int? {
        if let found = found.doubleValue, let wanted = wanted.doubleValue {
            return found < wanted ? -1 : found > wanted ? 1 : 0
        }
        guard let found = found.stringValue else { return nil }
        return found < text ? -1 : found > text ? 1 : 0
    }
}

/// What is wrong with a condition, as a sentence.
package struct LogConditionFault: Error, Hashable {
    package let message: String

    init(_ message: String) { self.message = message }
}

extension JSONValue {
    /// A text as it is, anything else as JSON.
    fileprivate var shownText: String { stringValue ?? JSONText(self).description }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
