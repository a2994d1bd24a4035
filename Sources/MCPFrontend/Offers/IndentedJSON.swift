package import OperationCatalogue

extension JSONValue {
    /// The value as a JSON text for people: two spaces for each level, one line for each member, a line break at the end.
    /// Arrays of plain values and empty objects stay on one line.
    package var indented: String {
        var text = ""
        write(to: &text, indentation: "")
        return text + "\n"
    }

    private func write(to text: inout String, indentation: String) {
        let inner = indentation + "  "
        switch self {
        case .object(let object) where !object.isEmpty:
            text += "{"
            for (index, member) in object.members.enumerated() {
                text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                text += "\(JSONText(.string(member.key))): "
                member.value.write(to: &text, indentation: inner)
            }
            text += "\n\(indentation)}"
        case .array(let elements) where elements.contains(where: \.isContainer):
            text += "["
            for (index, element) in elements.enumerated() {
                text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                element.write(to: &text, indentation: inner)
            }
            text += "\n\(indentation)]"
        case .array(let elements):
            text += "[\(elements.map { JSONText($0).description }.joined(separator: ", "))]"
        default:
            text += JSONText(self).description
        }
    }

    private var isContainer: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }
}
