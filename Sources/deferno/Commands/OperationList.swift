import OperationCatalogue

/// The operations of a catalogue, for people.
enum OperationList {
    static func text(of catalogue: Catalogue) -> String {
        let width = catalogue.definitions.map(\.name.count).max() ?? 0
        let entries = catalogue.definitions.map { definition in
            let name = definition.name + String(repeating: " ", count: width - definition.name.count)
            var text = "\(name)  \(definition.effect.rawValue.padded(to: 7))  \(definition.summary)\n"
            for field in definition.fields {
                text += String(repeating: " ", count: width + 11) + description(of: field) + "\n"
            }
            return text
        }
        return entries.joined(separator: "\n")
    }

    private static func description(of field: FieldDefinition) -> String {
        let mark = field.presence == .required ? "" : "?"
        return "\(field.name)\(mark) (\(field.kind.inWords)): \(field.summaryWithNull)"
    }
}

extension FieldKind {
    /// The kind as the list of operations names it.
    fileprivate var inWords: String {
        switch self {
        case .text: "text"
        case .identifier: "UUID"
        case .timestamp: "date and time"
        case .status: TaskStatus.allCases.map(\.rawValue).joined(separator: " | ")
        case .number: "number"
        case .integer: "integer"
        case .boolean: "true | false"
        case .textList: "list of texts"
        case .mood: "{r, theta}"
        case .taskList: "list of tasks"
        }
    }
}
