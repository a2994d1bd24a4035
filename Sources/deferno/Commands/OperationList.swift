import OperationCatalogue

/// The operations of the catalogue, for people.
enum OperationList {
    static var text: String {
        let width = Catalogue.standard.definitions.map(\.name.count).max() ?? 0
        let entries = Catalogue.standard.definitions.map { definition in
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
        return "\(field.name)\(mark) (\(field.kind.name)): \(field.summaryWithNull)"
    }
}
