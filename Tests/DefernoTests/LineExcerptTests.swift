import Testing

@testable import deferno

@Suite("Excerpts of scripts")
struct LineExcerptTests {
    /// The line, and below it the caret.
    private func lines(_ line: String, column: Int, columns: Int = 120) -> [String]? {
        LineExcerpt(of: line, column: column, columns: columns).map {
            [$0.text, String(repeating: " ", count: $0.caret) + "^"]
        }
    }

    @Test(
        "The caret is below the character as a terminal shows the line",
        arguments: [
            ("title: x", 8, ["title: x", "       ^"]),
            ("title: 買い物 x", 12, ["title: 買い物 x", "              ^"]),
            ("🛒 x", 3, ["🛒 x", "   ^"]),
            ("e\u{301} x", 4, ["e\u{301} x", "  ^"]),
            ("\ta: x", 2, ["        a: x", "        ^"]),
            ("a:\tx", 4, ["a:      x", "        ^"]),
            ("\u{A0}\u{A0}title: x", 1, ["<U+00A0><U+00A0>title: x", "^"]),
            ("a\u{200B}b: x", 3, ["a<U+200B>b: x", "         ^"]),
            ("a\u{FEFF}\u{1B}[2J", 5, ["a<U+FEFF><U+001B>[2J", "                  ^"]),
            ("abc", 9, ["abc", "   ^"]),
        ])
    func carets(line: String, column: Int, expected: [String]) {
        #expect(lines(line, column: column) == expected)
    }

    @Test("Of a long line the part around the character is shown, within the columns there are")
    func longLines() throws {
        for (unit, column) in [("x", 500), ("買", 500), ("🛒", 1), ("買", 1000), ("x", 1)] {
            let line = String(repeating: unit, count: column - 1) + "!" + String(repeating: unit, count: 1000 - column)
            let excerpt = try #require(LineExcerpt(of: line, column: column, columns: 60))
            #expect(excerpt.text.terminalWidth <= 60 && excerpt.text.terminalWidth >= 58)
            let before = try #require(excerpt.text.split(separator: "!", omittingEmptySubsequences: false).first)
            #expect(String(before).terminalWidth == excerpt.caret)
        }
    }

    @Test("There is nothing to show of an empty line")
    func empty() {
        #expect(lines("", column: 1) == nil)
    }

    @Test("A line is found however lines end, and whatever the file is written in")
    func encodings() throws {
        let text = "first\r\nsecond 買\rthird\n\nfifth 🛒"
        let units = Array(text.utf16)
        let files: [[UInt8]] = [
            Array(text.utf8), [0xEF, 0xBB, 0xBF] + text.utf8,
            [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
            [0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
        ]
        for bytes in files {
            for size in [1, 3, 1000] {
                let found = (1...6).map { number in
                    var finder = LineFinder(number)
                    // The beginning is looked at as a whole, as a file gives it.
                    var rest = bytes[...]
                    var isDone = finder.take(rest.prefix(max(size, 4)))
                    rest = rest.dropFirst(max(size, 4))
                    while !isDone, !rest.isEmpty {
                        isDone = finder.take(rest.prefix(size))
                        rest = rest.dropFirst(size)
                    }
                    return finder.line
                }
                #expect(found == ["first", "second 買", "third", "", "fifth 🛒", nil])
            }
        }
    }

    @Test("Characters that nobody can see are named behind the message, once each")
    func namedInvisibles() {
        #expect("unknown word \"title\"".namingInvisibles == "unknown word \"title\"")
        #expect(
            "unknown word \"\u{A0}\u{A0}t\u{200B}\"".namingInvisibles
                == "unknown word \"<U+00A0><U+00A0>t<U+200B>\" (there is U+00A0 NO-BREAK SPACE and U+200B ZERO WIDTH SPACE, "
                + "which cannot be seen)")
    }
}
