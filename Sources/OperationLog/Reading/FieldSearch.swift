import OperationCatalogue

/// Finds the field that a condition names.
struct FieldSearch {
    private let fields: RecordField
    private let ofRecords: Bool

    init(_ fields: RecordField, ofRecords: Bool) {
        (self.fields, self.ofRecords) = (fields, ofRecords)
    }

    /// - Throws: ``LogConditionFault`` where no record has such a field.
    func field(_ name: String, _ path: [String]) throws(LogConditionFault) -> RecordField {
        var (field, known) = (fields, [String]())
        for part in path {
            // Of a list of objects, a field of one of them.
            field = field.elements
            switch field {
            case .object:
                guard let member = field[part] else { throw unknown(name) }
                if member.isOfRecords, !ofRecords {
                    throw LogConditionFault("only the records themselves have a field \(part): add --raw")
                }
                field = member.field
            case .anything: return .anything
            case .list:
                throw LogConditionFault(
                    "\(known.dotted) is a list; ask for what it holds, such as '\(known.dotted) ~ TEXT'")
            default: throw LogConditionFault("\(known.dotted) has no fields of its own")
            }
            known.append(part)
        }
        return field
    }

    private func unknown(_ name: String) -> LogConditionFault {
        let parts = name.split(separator: ".").map(String.init)
        let (parent, last) = (Array(parts.dropLast()), parts.last?.lowercased() ?? "")
        let found = parent.reduce(Optional(fields)) { field, part in
            field?.elements[part]?.field
        }?.elements
        if !parent.isEmpty, case .object(let members)? = found {
            let names = members.map(\.name)
            let hint = nearest(to: last, among: names).map { "; did you mean \((parent + [$0]).dotted)?" }
            return LogConditionFault(
                "no record has a field \(name)\(hint ?? "; \(parent.dotted) has \(names.joined(separator: ", "))")")
        }
        let paths = paths
        // What stands below another one is often named by itself.
        let below = paths.filter { $0.hasSuffix(".\(last)") && $0.split(separator: ".").count == 2 }
        let near = nearest(to: name.lowercased(), among: paths).map { [$0] } ?? []
        let meant = parent.isEmpty && !below.isEmpty ? below : near
        if !meant.isEmpty {
            return LogConditionFault("no record has a field \(name); did you mean \(meant.joined(separator: " or "))?")
        }
        let names = paths.filter { !$0.contains(".") }.joined(separator: ", ")
        return LogConditionFault(
            "no record has a field \(name); expected one of \(names), or one below args, changes, result, client or error, such "
                + "args.title")
    }

    private var paths: [String] {
        fields.paths.filter { path in
            let first = path.prefix { $0 != "." }
            return ofRecords || fields[String(first)]?.isOfRecords != true
        }
    }
}

extension [String] {
    fileprivate var dotted: String { joined(separator: ".") }
}

extension RecordField {
    /// What a condition compares this field with.
    ///
    /// - Throws: ``LogConditionFault`` where the field never holds such a thing.
    func wanted(
        _ value: ConditionReader.Value, _ name: String, _ comparison: LogCondition.Comparison, _ local: LocalTime
    ) throws(LogConditionFault) -> LogCondition.Wanted {
        let text = value.text
        if comparison == .contains { return .text(text) }
        if !value.isQuoted, text == "null" {
            guard comparison == .equal || comparison == .unequal else { throw unordered(name, comparison, "null") }
            return .null
        }
        switch self {
        case .text: return .text(text)
        case .number:
            guard let number = Double(text), number.isFinite else {
                let unit = name.hasSuffix("ms") ? " (milliseconds)" : ""
                throw LogConditionFault("\(name) is a number\(unit), and '\(text)' is not")
            }
            return .number(number)
        case .time:
            guard let time = TimeExpression(text, local: local) else {
                throw LogConditionFault("\(name) is a time, such as \(TimeExpression.examples); '\(text)' is not")
            }
            return .time(time)
        case .boolean:
            guard text == "true" || text == "false" else {
                throw LogConditionFault("\(name) is true or false, never '\(text)'")
            }
            guard comparison.isOfSameness else { throw unordered(name, comparison, text) }
            return .boolean(text == "true")
        case .identifier:
            guard let identifier = UniqueIdentifier(text) else {
                throw LogConditionFault(
                    "\(name) is a UUID of 36 characters, and '\(text)' is not; for a part of it write '\(name) ~ \(text)'"
                )
            }
            guard comparison.isOfSameness else { throw unordered(name, comparison, text) }
            return .text(identifier.description)
        case .choice(let words, let isOpen):
            guard comparison.isOfSameness else { throw unordered(name, comparison, text) }
            return .text(try Self.word(text, of: name, among: words, isOpen: isOpen))
        case .list(of: .object(let members)):
            throw LogConditionFault(
                "\(name) is a list of objects; ask for one of their fields, such as \(name).\(members.first?.name ?? "id"), "
                    + "or for a text in it: '\(name) ~ \(text)'")
        case .list(let element):
            guard comparison.isOfSameness else { throw unordered(name, comparison, text) }
            return try element.wanted(value, name, comparison, local)
        case .object(let members):
            throw LogConditionFault(
                "\(name) is an object of \(members.map(\.name).joined(separator: ", ")); ask for one of these, such as "
                    + "\(name).\(members.first?.name ?? "id"), or for a text in it: '\(name) ~ \(text)'")
        case .anything:
            if !value.isQuoted, let number = Double(text), number.isFinite { return .number(number) }
            return .text(text)
        }
    }

    private static func word(
        _ text: String, of name: String, among words: [String], isOpen: Bool
    ) throws(LogConditionFault) -> String {
        if words.contains(text) { return text }
        let hint = nearest(to: text, among: words).map { "; did you mean \($0)?" }
        // A log can hold a word that nobody knows: somebody has asked for it in vain.
        if isOpen, hint == nil { return text }
        let expected = isOpen ? "\(name) is never '\(text)'" : "\(name) is one of \(words.joined(separator: ", "))"
        throw LogConditionFault("\(expected)\(isOpen ? "" : ", never '\(text)'")\(hint ?? "")")
    }

    private func unordered(
        _ name: String, _ comparison: LogCondition.Comparison, _ value: String
    ) -> LogConditionFault {
        LogConditionFault("\(name) has no order: compare it with = or != in place of \(comparison.rawValue)")
    }
}

extension LogCondition.Comparison {
    fileprivate var isOfSameness: Bool { self == .equal || self == .unequal }
}
