import Testing

@testable import YAMLEvents

@Suite("A mistake is told where it is, and not where it shows")
struct MistakePlaceTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let place: String
        let words: [String]

        init(_ name: String, _ text: String, at place: String, saying words: String...) {
            testDescription = name
            self.text = text
            self.place = place
            self.words = words
        }
    }

    private static let more = String(repeating: "  - op: whoami\n", count: 50)
    private static let step = "steps:\n  - op: create_task\n"

    static let quotes = [
        Mistake(
            "a double quote that is never closed", step + "    args: {title: \"abc}\n" + more, at: "3:19",
            saying: "the quote that opens here is never closed"),
        Mistake(
            "a single quote that is never closed", "a: 'b\n" + more, at: "1:4",
            saying: "the quote that opens here is never closed"),
        Mistake(
            "a quote that is open where the document ends", "a: \"b\n---\nc: d\n", at: "1:4",
            saying: "not closed before the next document, on line 2"),
        Mistake(
            "a quote that the next one closes",
            step + "    args:\n      title: \"abc\n  - op: d\n    args: {title: \"def\"}\n",
            at: "4:14", saying: "not closed before the next one, on line 6"),
        Mistake(
            "a quote in braces that the next one closes",
            step + "    args: {title: \"abc}\n  - op: d\n    args: {title: \"def\", id: \"x\"}\n", at: "3:19",
            saying: "not closed before the next one, on line 5"),
        Mistake(
            "a single quote that the next one closes",
            step + "    args:\n      title: 'abc\n      id: 'x'\n  - op: d\n",
            at: "4:14", saying: "not closed before the next one, on line 5"),
        Mistake(
            "an apostrophe inside single quotes", "a: 'it's'\nb: 1\n", at: "1:8",
            saying: "inside single quotes a single quote is written twice"),
        Mistake(
            "an apostrophe in a text with a colon", "a:\n  - 'it's: x'\n", at: "2:9",
            saying: "inside single quotes a single quote is written twice"),
        Mistake(
            "double quotes inside double quotes", "a: \"say \"hi\" now\"\n", at: "1:10",
            saying: "inside double quotes a double quote is written \\\""),
        Mistake(
            "a text over two lines and a comma that is missing behind it", "a: {x: \"b\n   c\" y: 1}\n", at: "2:7",
            saying: "expected ',' or '}'"),
    ]

    static let brackets = [
        Mistake(
            "a brace that is open at the end", step + "    args: {title: x\n", at: "3:11",
            saying: "the '{' that opens here is not closed before the end of the input", "expected ',' or '}'"),
        Mistake(
            "a brace that is open at the end, behind a comma", step + "    args: {title: x,\n", at: "3:11",
            saying: "not closed before the end of the input"),
        Mistake(
            "a brace that is open at the next step", step + "    args: {title: x\n" + more, at: "3:11",
            saying: "the '{' that opens here is not closed before line 4"),
        Mistake(
            "a brace that is open at the next key", step + "    args: {title: x\n    id: y\n", at: "3:11",
            saying: "the '{' that opens here is not closed before line 4"),
        Mistake(
            "a brace behind a text in quotes", step + "    args: {title: \"x\"\n  - op: d\n", at: "3:11",
            saying: "the '{' that opens here is not closed before line 4"),
        Mistake(
            "a bracket that is open at the next key", step + "    args:\n      labels: [a, b\n      title: x\n",
            at: "4:15",
            saying: "the '[' that opens here is not closed before line 5", "expected ',' or ']'"),
        Mistake(
            "a bracket that is open behind a comma",
            step + "    args:\n      labels: [a, b,\n      title: x\n  - op: y\n", at: "4:15",
            saying: "the '[' that opens here is not closed before line 6"),
        Mistake(
            "a brace that is open at the next document", "a: {b: c\n---\nd: e\n", at: "1:4",
            saying: "not closed before line 2"),
        Mistake(
            "a brace whose end a comment has taken", "args: {title: Fix #12}\nop: x\n", at: "1:7",
            saying: "the ' #' at line 1, column 19 begins a comment"),
        Mistake(
            "a comma that is missing on a line of its own", "a:\n  {b: c\n   d: e}\n", at: "3:5",
            saying: "expected ',' or '}'"),
        Mistake(
            "a comma that is missing in JSON over several lines",
            "{\"op\": \"x\",\n \"args\": {\"a\": 1\n \"b\": 2}}\n", at: "3:5", saying: "expected ',' or '}'"),
        Mistake(
            "a bracket that a brace is to close", "a: {b: [c, d}\n", at: "1:13",
            saying: "expected ',' or ']', while parsing a flow sequence that begins at line 1, column 8"),
    ]

    static let keys = [
        Mistake("a key alone", step + "    args\n  - op: d\n", at: "3:5", saying: "expected ': ' behind a key"),
        Mistake(
            "a colon without its space", "op:create\nargs: 1\n", at: "1:3",
            saying: "a ':' ends a key only where a space follows it"),
        Mistake(
            "a no-break space behind a colon", "op:\u{A0}create\nargs: 1\n", at: "1:3",
            saying: "U+00A0 NO-BREAK SPACE at line 1, column 4"),
        Mistake(
            "a byte order mark inside", "op: c\nb: \"\u{FEFF}\" d: e\n", at: "2:8",
            saying: "U+FEFF BYTE ORDER MARK at line 2, column 5"),
        Mistake(
            "an address is no key", "a:\n  http://x.y\n  b: c\n", at: "3:4", saying: "quote a text that contains ': '"),
    ]

    @Test("Open quotes and brackets, and keys without a colon", arguments: quotes + brackets + keys)
    func places(mistake: Mistake) throws {
        let error = try #require(firstError(of: mistake.text))
        #expect("\(error.mark.line):\(error.mark.column)" == mistake.place, "\(error)")
        for word in mistake.words { #expect(error.message.contains(word), "\(error)") }
    }

    @Test("The place does not depend on what was read before", arguments: [1, 700, 3000])
    func placesFarBehind(count: Int) throws {
        // Two hundred lines are more than one block of input.
        let before =
            "list:\n" + String(repeating: "  - {title: \"é \(String(repeating: "x", count: 60))\"}\n", count: count)
        let quote = try #require(firstError(of: before + "  - {title: \"abc}\n" + Self.more))
        #expect(quote.mark == YAMLMark(line: count + 2, column: 13))
        let brace = try #require(firstError(of: before + "  - {title: abc\n  - {title: def}\n"))
        #expect(brace.mark == YAMLMark(line: count + 2, column: 5), "\(brace)")
    }
}
