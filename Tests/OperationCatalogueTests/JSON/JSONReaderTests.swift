import OperationCatalogue
import Testing

@Suite("JSON is read")
struct JSONReaderTests {
    @Test("A text of all kinds of values becomes their tree")
    func tree() throws {
        let text = #" { "a" : [ 1 , -2.5 , "x" , true , false , null , { } , [ ] ] , "b" : { "c" : "" } } "#
        let expected: JSONValue = ["a": [1, -2.5, "x", true, false, nil, [:], []], "b": ["c": ""]]
        #expect(try JSONReader.value(text.utf8) == expected)
    }

    @Test("Every form of input gives the same value")
    func forms() throws {
        let bytes = Array("[1]".utf8)
        let expected: JSONValue = [1]
        #expect(try JSONReader.value(bytes) == expected)
        #expect(try JSONReader.value(([0] + bytes)[1...]) == expected)
        #expect(try JSONReader.value(bytes.span) == expected)
        #expect(try bytes.withUnsafeBytes { try JSONReader.value($0) } == expected)
        #expect(try JSONReader.value("[1]".utf8) == expected)
    }

    @Test("Members keep their order")
    func order() throws {
        let object = try #require(try JSONReader.value(#"{"z":1,"a":2,"m":3}"#.utf8).objectValue)
        #expect(object.members.map(\.key) == ["z", "a", "m"])
    }

    @Test(
        "Escapes are resolved",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
            (#""\uD83D\uDE00""#, "\u{1F600}"),
            (#""\u0000""#, "\0"),
            (#""\udbff\udfff""#, "\u{10FFFF}"),
            (#""plain before \n and a good deal after it, too""#, "plain before \n and a good deal after it, too"),
            (#""é\n""#, "é\n"),
        ])
    func escapes(text: String, expected: String) throws {
        #expect(try JSONReader.value(text.utf8) == .string(expected))
    }

    @Test("A character of each length is read at each place of a word", arguments: 0..<17)
    func alignment(padding: Int) throws {
        for character in ["x", "é", "€", "😀", "\u{7F}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{10FFFF}"] {
            let string =
                String(repeating: "a", count: padding) + character + String(repeating: "b", count: 16 - padding)
            #expect(try JSONReader.value("\"\(string)\"".utf8) == .string(string))
        }
    }

    @Test("A control character, quote or backslash is found at each place of a word", arguments: 0..<17)
    func stops(padding: Int) {
        let before = String(repeating: "a", count: padding)
        for control in (0..<0x20 as Range<UInt8>).map({ Unicode.Scalar($0) }) {
            let error = #expect(throws: JSONSyntaxError.self) {
                try JSONReader.value("\"\(before)\(control)bbbbbbbbbbbbbbbb\"".utf8)
            }
            #expect(error?.offset == padding + 1)
        }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.value("\"\(before)\"bbbbbbbbbbbbbbbb\"".utf8) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader.value("\"\(before)\\xbbbbbbbbbbbbbbb\"".utf8) }
    }

    @Test(
        "Ill-formed UTF-8 is refused at its first byte",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func illFormed(sequence: [UInt8]) {
        for rest in ["", "\"", "x\"", "xxxxxxxxxxxxxxxx\""] {
            let bytes = Array("\"é".utf8) + sequence + Array(rest.utf8)
            let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.value(bytes) }
            #expect(error?.offset == 3)
            #expect(error?.message.hasPrefix("expected well-formed UTF-8, found the byte 0x") == true)
        }
    }

    @Test("128 levels are read and 129 are refused; the limit can be moved, up to 512")
    func depth() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func text(_ levels: Int) -> String {
                String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
            }
            _ = try JSONReader.value(text(128).utf8)
            _ = try JSONText(validating: text(128).utf8)
            let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.value(text(129).utf8) }
            #expect(error?.offset == 128 * open.utf8.count)
            #expect(error?.message == "expected at most 128 levels of arrays and objects, found one more")
            let byCompaction = #expect(throws: JSONSyntaxError.self) { try JSONText(validating: text(129).utf8) }
            #expect(byCompaction == error)
            let most = JSONLimits(maximumDepth: .max)
            #expect(most.maximumDepth == 512)
            let deep = try JSONText(validating: text(512).utf8, limits: most)
            #expect(try JSONText(deep.value(limits: most)) == deep)
            #expect(throws: JSONSyntaxError.self) { try JSONReader.value(text(513).utf8, limits: most) }
            #expect(throws: JSONSyntaxError.self) {
                try JSONReader.value(text(1).utf8, limits: JSONLimits(maximumDepth: 0))
            }
        }
        #expect(try JSONReader.value("1".utf8, limits: JSONLimits(maximumDepth: -1)) == 1)
    }
}
