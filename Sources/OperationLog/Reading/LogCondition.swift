package import OperationCatalogue

/// A comparison with a field of a record: `args.title ~ milk`, `ms > 100`, `error.code = not_found`.
package struct LogCondition: Sendable {
    private let path: [String]
    private let comparison: Comparison
    private let field: RecordField
    private let wanted: Wanted

    enum Comparison: String, CaseIterable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
        /// Holds the text, whatever the case of its letters.
        case contains = "~"
    }

    /// What a field is compared with.
    enum Wanted: Sendable {
        case null
        case text(String)
        case number(Double)
        case boolean(Bool)
        case time(TimeExpression)
    }

    /// Reads `FIELD OP VALUE`, with or without spaces around the sign. A value in quotes, `"` or `'`, is a text, whatever stands
    /// in it; `null` without quotes is the JSON value.
    ///
    /// - Parameters:
    ///   - fields: of the records that it is about.
    ///   - ofRecords: whether these are the records themselves, and not the operations that are made of them.
    /// - Throws: ``LogConditionFault`` where it is none, or where it cannot hold of any record.
    package init(
        _ source: String, fields: RecordField = .record(), ofRecords: Bool = false, local: LocalTime = .system
    ) throws(LogConditionFault) {
        var reader = ConditionReader(source)
        let name = try reader.field()
        path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        comparison = try reader.comparison()
        let value = try reader.value()
        field = try FieldSearch(fields, ofRecords: ofRecords).field(name, path)
        wanted = try field.wanted(value, name, comparison, local)
    }

    /// Whether it holds; never where the record has no such field, but for `!=`. Of a field of the objects in a list, whether it
    /// holds of one of them; for `!=`, of all.
    package func holds(of record: JSONValue) -> Bool {
        let found = Self.values(in: record, at: path[...])
        return comparison == .unequal ? found.allSatisfy(holds(ofValue:)) : found.contains(where: holds(ofValue:))
    }

    private static func values(in value: JSONValue, at path: ArraySlice<String>) -> [JSONValue] {
        guard let name = path.first else { return [value] }
        if case .array(let elements) = value { return elements.flatMap { values(in: $0, at: path) } }
        return value[name].map { values(in: $0, at: path.dropFirst()) } ?? []
    }

    private func holds(ofValue found: JSONValue) -> Bool {
        switch comparison {
        case .equal: return isEqual(found)
        case .unequal: return !isEqual(found)
        case .contains: return contains(found)
        case .less: return order(found).map { $0 < 0 } ?? false
        case .atMost: return order(found).map { $0 <= 0 } ?? false
        case .greater: return order(found).map { $0 > 0 } ?? false
        case .atLeast: return order(found).map { $0 >= 0 } ?? false
        }
    }

    private func contains(_ found: JSONValue) -> Bool {
        guard case .text(let text) = wanted else { return false }
        return found.shownText.lowercased().contains(text.lowercased())
    }

    /// Of a list, whether one of its entries is.
    private func isEqual(_ found: JSONValue) -> Bool {
        if case .array(let elements) = found { return elements.contains { isEqual($0) } }
        switch wanted {
        case .null: return found.isNull
        case .text(let text): return found.stringValue == text || field == .anything && found.shownText == text
        case .number(let number): return found.doubleValue == number
        case .boolean(let boolean): return found.boolValue == boolean
        case .time(let time):
            guard let moment = found.stringValue.flatMap({ Timestamp($0) }) else { return false }
            return time.start == time.end ? moment == time.start : moment >= time.start && moment < time.end
        }
    }

    /// Negative, 0 or positive; `nil` where the two have no order.
    private func order(_ found: JSONValue) -> Int? {
        switch wanted {
        case .number(let number): return found.doubleValue.map { $0 < number ? -1 : $0 > number ? 1 : 0 }
        case .text(let text): return found.stringValue.map { $0 < text ? -1 : $0 > text ? 1 : 0 }
        case .time(let time):
            return found.stringValue.flatMap { Timestamp($0) }.map { moment in
                if moment < time.start { return -1 }
                // Behind a day, a month or a year is what is behind all of it.
                return time.isPeriod ? (moment >= time.end ? 1 : 0) : (moment > time.start ? 1 : 0)
            }
        case .null, .boolean: return nil
        }
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
