import Testing

@testable import YAMLEvents

@Suite("Events")
struct EventTests {
    @Test("marks count lines and columns from 1, in characters")
    func marks() throws {
        let expected: [YAMLEvent] = [
            .streamStart,
            .documentStart(YAMLMark(line: 1, column: 1)),
            .mappingStart(YAMLNodeStart(mark: YAMLMark(line: 1, column: 1))),
            .scalar(YAMLScalar(value: "née", style: .plain), YAMLNodeStart(mark: YAMLMark(line: 1, column: 1))),
            .scalar(YAMLScalar(value: "x", style: .doubleQuoted), YAMLNodeStart(mark: YAMLMark(line: 1, column: 6))),
            .scalar(YAMLScalar(value: "list", style: .plain), YAMLNodeStart(mark: YAMLMark(line: 2, column: 1))),
            .sequenceStart(YAMLNodeStart(mark: YAMLMark(line: 3, column: 3), anchor: "a")),
            .alias(anchor: "b", YAMLMark(line: 3, column: 7)),
            .scalar(
                YAMLScalar(value: "1", style: .plain),
                YAMLNodeStart(mark: YAMLMark(line: 3, column: 11), tag: "tag:yaml.org,2002:str")),
            .sequenceEnd,
            .mappingEnd,
            .documentEnd,
            .streamEnd,
        ]
        #expect(try events(Array("née: \"x\"\nlist:\n  &a [*b, !!str 1]\n".utf8)) == expected)
    }

    @Test("styles are told apart")
    func styles() throws {
        let found = try events(Array("- a\n- 'a'\n- \"a\"\n- |\n  a\n- >\n  a\n".utf8)).compactMap { event in
            if case .scalar(let scalar, _) = event { scalar.style } else { nil }
        }
        #expect(found == [.plain, .singleQuoted, .doubleQuoted, .literal, .folded])
    }

    @Test("nothing, blank lines or comments are a stream without documents", arguments: ["", "\n\n", "# x\n", " # x"])
    func emptyInput(text: String) throws {
        #expect(try events(Array(text.utf8)) == [.streamStart, .streamEnd])
    }

    @Test("after its end the stream stays ended")
    func endRepeats() throws {
        var reader = try YAMLEventReader(bytes: [])
        #expect(try reader.next() == .streamStart)
        for _ in 0..<3 { #expect(try reader.next() == .streamEnd) }
    }

    @Test("line ends may be LF, CR LF or CR, and the last one may be missing", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text = "a: 1\(end)b: |\(end)  x\(end)  y\(end)c: 2"
        let found = try events(Array(text.utf8))
        #expect(scalars(found) == ["a", "1", "b", "x\ny\n", "c", "2"])
        guard case .scalar(_, let start) = found[found.count - 4] else {
            Issue.record("expected the last scalar, not \(found)")
            return
        }
        #expect(start.mark == YAMLMark(line: 5, column: 4))
    }

    @Test("a byte order mark is taken as such and moves no column")
    func byteOrderMark() throws {
        let plain = try events(Array("a: é\n".utf8))
        #expect(try events([0xEF, 0xBB, 0xBF] + Array("a: é\n".utf8)) == plain)
        let units = Array("a: é\n".utf16)
        #expect(try events([0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == plain)
        #expect(try events([0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == plain)
    }

    @Test("a NUL character inside a quoted text is kept")
    func escapedNUL() throws {
        #expect(scalars(try events(Array("\"a\\0b\"".utf8))) == ["a\0b"])
    }

    @Test("many documents come one after the other, their lines counted on")
    func documents() throws {
        let text = String(repeating: "---\na: 1\n", count: 1000)
        let marks = try events(Array(text.utf8)).compactMap { event in
            if case .documentStart(let mark) = event { mark.line } else { nil }
        }
        #expect(marks == Array(stride(from: 1, to: 2001, by: 2)))
    }

    @Test("a mark saturates instead of overflowing")
    func saturation() {
        #expect(YAMLMark(line: Int.max, column: -1) == YAMLMark(line: Int(UInt32.max), column: 0))
        #expect("\(YAMLMark(line: 3, column: 5))" == "line 3, column 5")
        #expect(YAMLMark(line: 3, column: 9) < YAMLMark(line: 4, column: 1))
    }
}
