import Testing

@testable import deferno

@Suite("Texts on a terminal")
struct TerminalTextTests {
    @Test(
        "A text is as wide as a terminal shows it",
        arguments: [
            ("", 0), ("Buy milk", 8), ("Straße", 6), ("買い物", 6), ("e\u{301}", 1), ("🛒", 2), ("🛒 milk", 7), ("장보기", 6),
        ])
    func width(text: String, columns: Int) {
        #expect(text.terminalWidth == columns)
    }

    @Test(
        "What does not fit is cut between characters, and says so",
        arguments: [
            ("Buy milk", 8, "Buy milk"), ("Buy milk", 7, "Buy mi…"), ("買い物をする", 12, "買い物をする"),
            ("買い物をする", 11, "買い物をす…"), ("買い物をする", 10, "買い物を…"), ("ae\u{301}e\u{301}", 2, "a…"), ("abc", 1, "…"),
            ("abc", 0, ""),
        ])
    func cut(text: String, columns: Int, cut: String) {
        #expect(text.cut(toColumns: columns) == cut)
        #expect(cut.terminalWidth <= columns)
    }

    @Test("A path is cut at its front")
    func cutAtFront() {
        #expect("scripts/weeks/first.yaml:12".cutAtFront(toColumns: 14) == "…first.yaml:12")
        #expect("週/買い物.yaml".cutAtFront(toColumns: 11) == "…い物.yaml")
        #expect("a.yaml".cutAtFront(toColumns: 6) == "a.yaml")
    }

    @Test("Columns line up whatever is in them")
    func padding() {
        for text in ["milk", "牛乳", "🥛", ""] { #expect(text.padded(to: 6).terminalWidth == 6) }
        #expect("longer".padded(to: 3) == "longer")
    }

    @Test("Nothing in a text leaves its line or steers the terminal")
    func oneLine() {
        #expect("a\nb\u{1B}[2Jc\u{200B}".onOneLine == "a b [2Jc ")
        #expect("a\u{1B}b".escapedForTerminal == "a\\u{1b}b")
    }
}
