import OperationCatalogue

/// What a write has done to one task, in lines for people: each field with its old and its new value.
struct ChangeLines {
    /// Of a terminal.
    let width: Int

    private static let indent = "    "
    /// A value that is not the same is shown from so many characters before the first that differs.
    private static let context = 8
    /// What a create says that its line says already, or that says nothing to people.
    private static let passedOver: Set<String> = Set(
        [PayloadMember.title, .created, .type, .organization, .number, .reference, .nextTaskID, .previousID].map(\.name)
    )

    /// - Parameter changes: an outcome's.
    func text(of changes: [RecordedChange], to task: UniqueIdentifier) -> [String] {
        changes.filter { $0.concerns(task) }.flatMap { change in
            change.fields.compactMap { field in
                if change.kind == .create { return Self.passedOver.contains(field.name) ? nil : created(field) }
                return changed(field)
            }
        }
    }

    private func created(_ field: RecordedChange.Field) -> String {
        line("\(field.name): ", [Self.shown(field.after)])
    }

    private func changed(_ field: RecordedChange.Field) -> String {
        let name = "\(field.name): "
        guard let before = field.before else { return line("\(name)now ", [Self.shown(field.after)]) }
        if case (.array(let old), .array(let new)?) = (before, field.after), let parts = Self.difference(old, new) {
            return line(name, [parts])
        }
        let (old, new) = (Self.shown(before), Self.shown(field.after))
        let room = (width - Self.indent.count - name.terminalWidth - Self.arrow.count) / 2
        let fits = old.terminalWidth <= room && new.terminalWidth <= room
        return line(name, fits ? [old, new] : Self.fromDifference(old, new))
    }

    private static let arrow = " -> "

    /// A line that is no wider than the terminal, in which each part has the same room.
    private func line(_ name: String, _ parts: [String]) -> String {
        let name = (Self.indent + name.escapedForTerminal).cut(toColumns: width)
        let room = max(0, width - name.terminalWidth - Self.arrow.count * (parts.count - 1)) / max(1, parts.count)
        let values = parts.map { $0.cut(toColumns: room) }.joined(separator: Self.arrow)
        return (name + values).cut(toColumns: width)
    }

    /// The ends of two texts that begin alike, so that what differs can be seen.
    private static func fromDifference(_ old: String, _ new: String) -> [String] {
        let same = zip(old, new).prefix { $0 == $1 }.count
        guard same > 2 * context else { return [old, new] }
        return [old, new].map { "…" + $0.dropFirst(same - context) }
    }

    /// What was added to a list and what was taken off; `nil` where only the order is another.
    private static func difference(_ old: [JSONValue], _ new: [JSONValue]) -> String? {
        let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
        let parts = [("added", added), ("removed", removed)].filter { !$0.1.isEmpty }.map { word, values in
            "\(word) \(shown(.array(values)))"
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// A value as people write it: nothing as `none`, a list with commas.
    private static func shown(_ value: JSONValue?) -> String {
        let text: String
        switch value {
        case nil, .null?: text = "none"
        case .string(let string)?: text = string.isEmpty ? "empty" : string
        case .array(let elements)?:
            text = elements.isEmpty ? "none" : elements.map { shown($0) }.joined(separator: ", ")
        case .some(let other): text = JSONText(other).description
        }
        return text.onOneLine
    }
}
