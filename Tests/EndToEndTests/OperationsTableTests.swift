import Foundation
import OperationCatalogue
import Testing

/// The README's table of operations is made from the catalogue.
@Suite("The README's table of operations")
struct OperationsTableTests {
    private static let start = "<!-- operations -->\n"
    private static let end = "<!-- /operations -->"

    @Test("The table says of every operation what the catalogue says")
    func tableIsCurrent() throws {
        let file = ReadmeTests.file
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: Self.start))
        let end = try #require(text.range(of: Self.end))
        if ProcessInfo.processInfo.environment["DEFERNO_RECORD"] == "1" {
            let recorded = text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: Self.table)
            try recorded.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded README.md")
        } else {
            #expect(text[start.upperBound..<end.lowerBound] == Self.table)
        }
    }

    private static var table: String {
        let rows = Catalogue.standard.definitions.map { definition in
            let fields = definition.fields.map { "`\($0.name)\($0.presence == .required ? "" : "?")`" }
            return "| `\(definition.name)` | \(definition.effect.rawValue) | \(fields.joined(separator: " ")) "
                + "| \(definition.summary) |"
        }
        return (["| operation | effect | fields | what it does |", "|---|---|---|---|"] + rows).joined(separator: "\n")
            + "\n"
    }
}
