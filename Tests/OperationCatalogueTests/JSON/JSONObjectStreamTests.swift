import OperationCatalogue
import Testing

@Suite("An object of JSON that comes block by block")
struct JSONObjectStreamTests {
    /// All parts of a text in blocks of these lengths, the last of them again and again.
    static func parts(
        _ text: some Sequence<UInt8>, in lengths: [Int], elementsAs form: JSONObjectStream.ElementForm = .value,
        passesMark: Bool = true
    ) throws(JSONObjectStream.Fault) -> [JSONObjectStream.Part] {
        var stream = JSONObjectStream(passesByteOrderMark: passesMark)
        var parts: [JSONObjectStream.Part] = []
        var rest = Array(text)[...]
        var lengths = lengths[...]
        while parts.last != .end {
            let length = lengths.count > 1 ? lengths.removeFirst() : lengths.first ?? rest.count
            if rest.isEmpty { stream.finish() }
            rest.prefix(length).withUnsafeBytes { stream.append($0) }
            rest = rest.dropFirst(length)
            while let part = try stream.next(elementsAs: form) { parts.append(part) }
        }
        return parts
    }

    @Test("gives its members, and of arrays the elements, whatever the blocks", arguments: [1, 2, 3, 7, 1000])
    func parts(length: Int) throws {
        let text =
            #" {"a": 1, "é\n": "x\u00e9😀", "list" : [ {"b":[ ]} , "]", -1.5e3, [[2]]] , "none":[],"o":{"l":[1]}} "#
        #expect(
            try Self.parts(text.utf8, in: [length]) == [
                .member("a", 1), .member("é\n", "xé😀"), .list("list"), .element(["b": []]), .element("]"),
                .element(-1500.0), .element([[2]]), .listEnd, .list("none"), .listEnd, .member("o", ["l": [1]]), .end,
            ])
    }

    @Test("gives elements as their texts, compact and otherwise as they are written")
    func texts() throws {
        let text = #"{"list":[ {"b": "\u00e9" } , 1E5,"a b"]}"#
        let parts = try Self.parts(text.utf8, in: [1], elementsAs: .text)
        let texts = parts.compactMap { if case .text(let text) = $0 { "\(text)" } else { nil } }
        #expect(texts == [#"{"b":"\u00e9"}"#, "1E5", #""a b""#])
    }

    /// What comes of a text as soon as this much of it is there.
    private struct Feed: ~Copyable {
        private var stream = JSONObjectStream()

        mutating func add(_ text: String) throws(JSONObjectStream.Fault) -> [JSONObjectStream.Part] {
            text.utf8.span.withUnsafeBytes { stream.append($0) }
            var parts: [JSONObjectStream.Part] = []
            while let part = try stream.next() { parts.append(part) }
            return parts
        }
    }

    @Test("gives what has come before the rest is there")
    func early() throws {
        var feed = Feed()
        var given: [[JSONObjectStream.Part]] = []
        for text in [#"{"a":tr"#, "ue", ",", #""b":[1,{"c":2}"#, ","] { given.append(try feed.add(text)) }
        #expect(given == [[], [], [.member("a", true)], [.list("b"), .element(1), .element(["c": 2])], []])
        do {
            let parts = try feed.add(" ]")
            Issue.record("\(parts) came of a list that ends with a comma")
        } catch {
            #expect(error.error.message == "expected a value, found ']'")
        }
    }

    @Test("passes over a byte order mark only where it is told to, and over one only")
    func mark() throws {
        let text = Array("\u{FEFF}{}".utf8)
        #expect(try Self.parts(text, in: [1]) == [.end])
        for (text, passesMark) in [(text, false), ([0xEF, 0xBB, 0xBF] + text, true)] {
            let fault = #expect(throws: JSONObjectStream.Fault.self) {
                try Self.parts(text, in: [1], passesMark: passesMark)
            }
            #expect(fault?.error == JSONSyntaxError(message: Self.markFault, offset: 0))
        }
    }

    private static let markFault =
        "expected a value, found a byte order mark (EF BB BF): JSON begins without one"

    @Test("is told from what is no object, with what it is")
    func other() throws {
        #expect(try Self.parts(" [1, 2]".utf8, in: [2]) == [.other([1, 2]), .end])
        let fault = #expect(throws: JSONObjectStream.Fault.self) { try Self.parts("[1]\n x".utf8, in: [1]) }
        #expect(fault?.place.line == 2 && fault?.place.column == 2)
    }
}
