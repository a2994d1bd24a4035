import Foundation
import GRDB
import Testing

@testable import TaskStore

@Suite("The words of a text")
struct TokenizerTests {
    @Test("are those that SQLite's tokenizer makes of it, with every character between two letters")
    func everyCharacter() throws {
        var differing: [UInt32: String] = [:]
        for scalars in Self.scalars.chunked(by: 4096) {
            let texts = scalars.map { "a\(Character($0))b" }
            for (scalar, (text, expected)) in zip(scalars, zip(texts, try Self.words(of: texts))) {
                let found = Tokenizer.words(of: text)
                if !found.elementsEqual(expected, by: { $0.unicodeScalars.elementsEqual($1.unicodeScalars) }) {
                    differing[scalar.value] = "\(found) and \(expected)"
                }
            }
        }
        // What was a letter in Unicode 6.1 and is a mark since, or the other way round: Mongolian, New Tai Lue and Vedic signs. And
        // two that are no characters, which SQLite reads as U+FFFD.
        let changed: [ClosedRange<UInt32>] = [
            0x1885...0x1886, 0x19B0...0x19C9, 0x1CF2...0x1CF3, 0xFFFE...0xFFFF,
        ]
        let others = differing.filter { different in !changed.contains { $0.contains(different.key) } }
        #expect(others.isEmpty)
    }

    @Test(
        "are in one case, and without the diacritics of Latin letters alone",
        arguments: [
            ("Käse ÜBER e\u{301}te\u{301}", ["kase", "uber", "ete"]), ("Straße ΣΊΣΥΦΟΣ", ["straße", "σίσυφοσ"]),
            ("a-b_c d’e", ["a", "b", "c", "d", "e"]), ("12½ ⅻ", ["12½", "ⅻ"]), (" -- ", []),
        ])
    func examples(_ text: String, _ words: [String]) throws {
        #expect(Tokenizer.words(of: text) == words)
        #expect(try Self.words(of: [text]) == [words])
    }

    /// All that text is written in, up to the emoji; with `DEFERNO_LONG_TESTS` every one there is.
    private static let scalars: [Unicode.Scalar] = {
        let isLong = ProcessInfo.processInfo.environment["DEFERNO_LONG_TESTS"] == "1"
        let ranges: [ClosedRange<UInt32>] =
            isLong
            ? [1...0xD7FF, 0xE000...0x10FFFF] : [1...0x33FF, 0xA000...0xABFF, 0xF8F0...0xFFFF, 0x1F000...0x1FAFF]
        return ranges.joined().compactMap(Unicode.Scalar.init)
    }()

    /// What SQLite's full-text index holds for each text.
    private static func words(of texts: [String]) throws -> [[String]] {
        try DatabaseQueue().write { database in
            try database.execute(
                sql: """
                    CREATE VIRTUAL TABLE text USING fts5 (content, tokenize = 'unicode61 remove_diacritics 2');
                    CREATE VIRTUAL TABLE word USING fts5vocab (text, 'instance');
                    """)
            let insert = try database.makeStatement(sql: "INSERT INTO text (rowid, content) VALUES (?, ?)")
            for (index, text) in texts.enumerated() { try insert.execute(arguments: [index, text]) }
            var words = [[String]](repeating: [], count: texts.count)
            let rows = try Row.fetchCursor(
                database, sql: "SELECT doc, term FROM word ORDER BY doc, \"offset\"")
            while let row = try rows.next() { words[row["doc"]].append(row["term"]) }
            return words
        }
    }
}

extension Array {
    fileprivate func chunked(by count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
    }
}
