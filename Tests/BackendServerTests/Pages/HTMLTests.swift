import BackendServer
import Testing

@Suite("Markup")
struct HTMLTests {
    @Test("What is interpolated is text, in an element as in an attribute")
    func escapes() {
        let hostile = "\"'><script>&"
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        let escaped = "&quot;&#39;&gt;&lt;script&gt;&amp;"
        #expect(html.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("Markup inside markup stays what it is, and no markup is nothing")
    func nests() {
        let inner: HTML = "<b>\("1 < 2")</b>"
        let none: HTML? = nil
        let html: HTML = "<p>\(inner)\(none)</p>"
        #expect(html.text == "<p><b>1 &lt; 2</b></p>")
    }

    @Test("A text with line breaks makes no line of its own")
    func staysOnOneLine() {
        #expect(HTML.escaping("a\r\nb\tc").text == "a&#13;&#10;b&#9;c")
    }

    @Test("Characters that XML does not know become U+FFFD, all others stay")
    func replacesControls() {
        let unknown = "\u{0}\u{8}\u{1F}\u{7F}\u{85}\u{FFFE}\u{FFFF}"
        #expect(HTML.escaping(unknown).text == String(repeating: "\u{FFFD}", count: 7))
        let others = "ä 猫 👩‍👩‍👧 \u{202E} \u{A0} \u{10FFFD}"
        #expect(HTML.escaping(others).text == others)
    }
}
