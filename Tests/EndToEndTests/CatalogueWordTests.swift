import Foundation
import OperationCatalogue
import Testing

/// What the catalogue names is named there and nowhere else: the rooms ask it for the name.
@Suite("The words of the catalogue")
struct CatalogueWordTests {
    /// Words that the forms of other rooms have as well: JSON-RPC, MCP, JSON Schema, the log's record, the batch language, the API's
    /// errors and accounts. As words of the catalogue they cannot be told apart by looking.
    private static let shared: Set<String> = [
        "id", "status", "type", "title", "description", "message", "code", "kind", "ref", "role", "task", "tasks",
        "from", "to", "position", "username", "instructions", "parent", "existing", "query",
    ]

    /// Where a word of the catalogue stands by itself for another reason.
    private static let exceptions: [(file: String, words: Set<String>, why: String)] = [
        ("AuthCommand.swift", ["logout"], "the subcommand is called so as well"),
        ("Schema.swift", ["labels"], "a column, as a migration found it"),
        ("DailyRule.swift", ["pinned", "productive"], "prose: reasons in words"),
        ("MoodPlot.swift", ["productive", "desire"], "prose: what a drawing shows"),
        ("APIHandler+Accounts.swift", ["auth_url"], "the API's own: the server signs people in itself"),
    ]

    @Test(
        "No operation, field or member of a payload is named by a literal outside the catalogue",
        .enabled(if: LayoutTests.isPackage))
    func namedOnce() throws {
        var files = 0
        for file in try LayoutTests.swiftFiles(below: LayoutTests.sources)
        where !file.path.contains("/OperationCatalogue/") {
            files += 1
            let excepted = Self.exceptions.filter { $0.file == file.lastPathComponent }.flatMap(\.words)
            for (line, word) in Self.literals(in: try String(contentsOf: file, encoding: .utf8))
            where Self.words.contains(word) && !excepted.contains(word) {
                Issue.record("\(file.lastPathComponent):\(line): \(word) is the catalogue's word: ask it for the name")
            }
        }
        #expect(files > 200)
    }

    @Test("The look for literals sees them in code, and not in comments and long texts")
    func literals() {
        let text = [
            "let a = [\"task_id\": 1] // \"comment\"", "    /// \"doc\"", "let b = \"\"\"", "    \"long\"",
            "    \"\"\"",
            "f(\"x y\", \"mood_start\")",
        ].joined(separator: "\n")
        #expect(Self.literals(in: text).map(\.word) == ["task_id", "mood_start"])
        #expect(Self.words.isSuperset(of: ["create_task", "complete_by", "first_child", "date_created", "theta"]))
    }

    private static let words: Set<String> = {
        var words: Set<String> = []
        func add(_ form: PayloadForm) {
            switch form {
            case .value, .anything: return
            case .list(let element): add(element)
            case .object(let object):
                for member in object.members where words.insert(member.name).inserted { add(member.form) }
            }
        }
        for definition in Catalogue.standard.definitions {
            words.insert(definition.name)
            words.formUnion(definition.fields.map(\.name))
            add(definition.payload)
        }
        add(.object(.mood))
        return words.subtracting(shared)
    }()

    private static func literals(in text: String) -> [(line: Int, word: String)] {
        var literals: [(Int, String)] = []
        var isLongText = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let quotes = line.ranges(of: "\"\"\"").count
            if quotes > 0 {
                if quotes % 2 == 1 { isLongText.toggle() }
                continue
            }
            guard !isLongText else { continue }
            let code = line.firstRange(of: "// ").map { line[..<$0.lowerBound] } ?? line[...]
            guard !code.drop(while: \.isWhitespace).hasPrefix("///") else { continue }
            literals += code.matches(of: /"(\w\w+)"/).map { (index + 1, String($0.1)) }
        }
        return literals
    }
}
