import Foundation
import FoundationXML
import Testing

/// A page read by a strict XML parser: its elements in their order, each with its attributes and its own text.
struct Markup {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// The names of the elements around it, from the outermost on.
        let path: [String]
        /// The position of the form that it is in, among all elements.
        let form: Int?
        var text = ""
    }

    private(set) var elements: [Element] = []

    /// - Throws: where the text is not well-formed.
    init(_ text: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        let isWellFormed = parser.parse()
        try #require(isWellFormed, "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "?")")
        elements = reader.elements
    }

    func all(_ names: String...) -> [Element] {
        elements.filter { names.contains($0.name) }
    }

    /// What no text that somebody wrote may change.
    var structure: [String] {
        elements.map { "\($0.path.joined(separator: "/"))/\($0.name) \($0.attributes.keys.sorted())" }
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let path = open.map { elements[$0].name }
            let form = open.last { elements[$0].name == "form" }
            open.append(elements.count)
            elements.append(Element(name: name, attributes: attributes, path: path, form: form))
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if let last = open.last { elements[last].text += text }
        }
    }
}
