import Testing

@testable import YAMLEvents

@Suite("Refusals say what, where and what to do")
struct ErrorTests {
    @Test("an open flow sequence names the place it begins at")
    func flowSequence() throws {
        let error = try #require(firstError(of: "a: 1\n\nb: [1, 2\nc: 3\n"))
        #expect(error.kind == .syntax)
        #expect(error.mark == YAMLMark(line: 3, column: 4))
        #expect(error.related == YAMLMark(line: 4, column: 2))
        #expect(error.message == "the '[' that opens here is not closed before line 4: expected ',' or ']'")
        #expect("file.yaml:\(error)" == "file.yaml:3:4: error: \(error.message)")
    }

    @Test(
        "common slips come with a hint",
        arguments: [
            ("a: b: c\n", "1:5", "quote a text that contains ': '"),
            ("a:\n\t- b\n", "2:1", "indent with spaces"),
            ("a: @b\n", "1:4", "quote a text that begins with '@'"),
            ("a: \"\\d\"\n", "1:5", "a backslash is written twice"),
            ("a: 1\nb\nc: 2\n", "2:1", "expected ': ' behind a key"),
            ("- a\nb: 1\n", "2:1", "check the indentation"),
            ("a: - b\n", "1:4", "a list begins on a line of its own"),
            ("a: !x!y b\n", "1:4", "declare it with %TAG"),
            ("a: 1\n b: 2\n", "2:3", "quote a text that contains ': '"),
            ("a: 'b\n", "1:4", "the quote that opens here is never closed"),
            ("a: *\n", "1:5", "quote a text that begins with '*' or '&'"),
        ])
    func hints(text: String, place: String, part: String) throws {
        let error = try #require(firstError(of: text))
        #expect(error.kind == .syntax)
        #expect("\(error)".hasPrefix(place + ": error: "), "\(error)")
        #expect(error.message.contains(part), "\(error)")
    }

    @Test(
        "bytes that are not UTF-8 have a place",
        arguments: [
            ([0xFF], "0xFF", 3), ([0xC3, 0x28], "0x28", 3), ([0xC0, 0x80], "invalid length", 3),
            ([0xED, 0xA0, 0x80], "0xD800", 3), ([0xF5, 0x80, 0x80, 0x80], "0x", 3), ([0xE2, 0x82], "", 3),
        ] as [([UInt8], String, Int)])
    func invalidUTF8(bad: [UInt8], part: String, column: Int) throws {
        let error = try #require(firstError(of: Array("a: 1\né: 2\r\nb:".utf8) + [0x0A, 0x20, 0x78] + bad))
        #expect(error.kind == .encoding)
        #expect(error.mark == YAMLMark(line: 4, column: column), "\(error)")
        #expect(error.message.hasPrefix("the input is not valid UTF-8: "), "\(error)")
        #expect(error.message.contains(part), "\(error)")
    }

    @Test("the place of a bad byte is right far into the input, whatever was read before it")
    func invalidUTF8Later() throws {
        for count in [1, 1000, 20_000] {
            let error = try #require(
                firstError(of: Array(String(repeating: "- é\n", count: count).utf8) + [0x2D, 0xFE]))
            #expect(error.mark == YAMLMark(line: count + 1, column: 2))
            #expect(error.message.hasSuffix("(byte offset \(count * 5 + 1))"))
        }
    }

    @Test("a NUL byte and other control characters are refused by name and place", arguments: [0x00, 0x07, 0x7F])
    func controlCharacters(byte: UInt8) throws {
        let error = try #require(firstError(of: Array("a: 1\nb: x".utf8) + [byte]))
        #expect(error.kind == .encoding)
        #expect(error.mark == YAMLMark(line: 2, column: 5))
        let name = "00" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        #expect(error.message.contains("U+\(name)"))
    }

    @Test("half a UTF-16 character is refused")
    func brokenUTF16() throws {
        let error = try #require(firstError(of: [0xFF, 0xFE, 0x61, 0x00, 0x00, 0xDC]))
        #expect(error.kind == .encoding)
        #expect(error.mark == YAMLMark(line: 1, column: 2))
        #expect(error.message.hasPrefix("the input is not valid UTF-16: "))
    }

    @Test("the same error comes again for every further pull")
    func errorRepeats() throws {
        var reader = try YAMLEventReader(bytes: Array("[a".utf8))
        var errors: [YAMLError] = []
        for _ in 0..<8 {
            do throws(YAMLError) { _ = try reader.next() } catch { errors.append(error) }
        }
        #expect(errors.count >= 3)
        #expect(Set(errors).count == 1)
    }
}
