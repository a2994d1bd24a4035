/// What the values of a field are: their JSON, and the words for them. Two kinds are the same where their names are.
package struct FieldKind: Sendable {
    /// In words that follow a field's name: `list of texts`.
    package let name: String
    /// A sentence: `An array of texts.`
    package let sentence: String
    package let shape: Shape

    package enum Shape: Sendable {
        case text(TextForm)
        case number
        case integer
        case boolean
        case list(of: PayloadForm)
        case object(PayloadObject)
    }

    package enum TextForm: Sendable {
        /// Any text, of a length within the field's limits.
        case plain
        case identifier
        case timestamp
        case choice([String])
    }

    package init(_ name: String, _ sentence: String, _ shape: Shape) {
        self.name = name
        self.sentence = sentence
        self.shape = shape
    }

    /// Whether a value is a text in JSON.
    package var isText: Bool {
        if case .text = shape { return true }
        return false
    }
}

extension FieldKind: Hashable {
    package static func == (one: FieldKind, other: FieldKind) -> Bool { one.name == other.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension FieldKind {
    package static let text = FieldKind("text", "A text.", .text(.plain))
    package static let identifier = FieldKind("UUID", "A UUID.", .text(.identifier))
    package static let timestamp = FieldKind("date and time", "A date and time (RFC 3339).", .text(.timestamp))
    package static let status = FieldKind(
        TaskStatus.allCases.map(\.rawValue).joined(separator: " | "),
        "A status, such as \(TaskStatus.open.rawValue) or \(TaskStatus.done.rawValue).",
        .text(.choice(TaskStatus.allCases.map(\.rawValue))))
    package static let number = FieldKind("number", "A number.", .number)
    package static let integer = FieldKind("integer", "An integer.", .integer)
    package static let boolean = FieldKind("true | false", "true or false.", .boolean)
    package static let textList = FieldKind("list of texts", "An array of texts.", .list(of: .value(.text)))
    package static let mood = FieldKind(
        "{r, theta}", "An object with the numbers r, the strength, and theta, the angle in radians.", .object(.mood))
    /// Whole tasks: ``TaskSnapshot``.
    package static let taskList = FieldKind("list of tasks", "An array of tasks.", .list(of: .object(.taskSnapshot)))
}
