import Testing

@testable import YAMLEvents

/// YAML 1.2 where libyaml is of YAML 1.1; see ``YAMLSubstitutes``.
@Suite("Every character that YAML 1.2 has")
struct CharacterTests {
    /// All that libyaml refuses or takes for line breaks, what stands beside it in Unicode, the substitutes' own block, and
    /// characters of every length.
    static let characters: [Unicode.Scalar] =
        (0x7E...0xA1).compactMap { Unicode.Scalar($0) }
        + [
            "\u{2027}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{FEFE}", "\u{FEFF}", "\u{FF00}", "\u{FFFD}", "\u{FFFE}",
            "\u{FFFF}", "\u{10000}", "é", "中", "💯", "\u{10FF7F}", "\u{10FF80}", "\u{10FFA1}", "\u{10FFBE}",
            "\u{10FFBF}", "\u{10FFC0}", "\u{10FFFF}",
        ]

    /// Whether YAML 1.2 has it inside quotes only.
    static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x85: false
        case 0x7F...0x9F, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    @Test("inside quotes every character is kept as it is", arguments: characters)
    func quoted(scalar: Unicode.Scalar) throws {
        let text = "a\(scalar)\(scalar) b \(scalar)"
        for quote in ["'", "\""] {
            let node = try #require(try compose("{\(quote)\(text)\(quote): \(quote)\(text)\(quote), x: [y]}\n"))
            #expect(node.pairs?.first?.key.scalar?.value == text)
            #expect(node.pairs?.first?.value.scalar?.value == text)
        }
    }

    @Test("a JSON escape gives the character that it names, in either case of its digits", arguments: characters)
    func escaped(scalar: Unicode.Scalar) throws {
        var escapes =
            UTF16.encode(scalar).map { units in
                units.map { "\\u" + String(UInt32($0) + 0x1_0000, radix: 16).dropFirst() }.joined()
            }
            .map { [$0, $0.uppercased().replacing("\\U", with: "\\u")] } ?? []
        let digits = String(scalar.value, radix: 16)
        escapes.append("\\U" + String(repeating: "0", count: 8 - digits.count) + digits)
        escapes.append("\\U" + String(repeating: "0", count: 8 - digits.count) + digits.uppercased())
        for escape in escapes {
            #expect(try compose("\"\\\\\(escape)\\\\\\\\\(escape)\"")?.scalar?.value == "\\\(scalar)\\\\\(scalar)")
        }
    }

    @Test("outside quotes a character is kept as it is, or refused by its name and place", arguments: characters)
    func unquoted(scalar: Unicode.Scalar) throws {
        let text = "one\(scalar)two \(scalar)"
        for (document, line, column) in [
            ("x: é\na: \(text)\n", 2, 7), ("a: |\n  \(text)x\n", 2, 6), ("a: >-\n  x\n\n  \(text)x\n", 4, 6),
        ] {
            guard Self.needsQuotes(scalar) else {
                let value = try compose(document)?["a"]?.scalar?.value
                #expect(value?.unicodeScalars.contains(scalar) == true)
                #expect(value?.hasPrefix("x\n\(text)") == true || value?.hasPrefix(text) == true)
                continue
            }
            let error = try #require(composingError(document))
            #expect(error.kind == .encoding)
            let digits = String(scalar.value + 0x10000, radix: 16, uppercase: true).dropFirst()
            #expect(error.message.contains("U+\(digits) is not allowed in YAML outside quotes"))
            #expect(error.mark == YAMLMark(line: line, column: column))
        }
    }

    @Test(
        "U+0085, U+2028 and U+2029 end no line, no comment and no key", arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func noLineBreaks(separator: String) throws {
        let text =
            "# a \(separator)b: 1\nk\(separator)ey: \(separator)v\n? x\(separator)\n: 'a\(separator)  b'\nc: [1\n"
        let error = try #require(composingError(text))
        #expect(error.mark == YAMLMark(line: 5, column: 4))
        let node = try #require(try compose(text.replacing("[1", with: "1")))
        #expect(node.pairs?.compactMap(\.key.scalar?.value) == ["k\(separator)ey", "x\(separator)", "c"])
        #expect(node["k\(separator)ey"]?.scalar?.value == "\(separator)v")
        #expect(node["k\(separator)ey"]?.mark == YAMLMark(line: 2, column: 7))
        #expect(node["x\(separator)"]?.scalar?.value == "a\(separator)  b")
    }

    @Test("what looks like an escape stays as it is outside double quotes")
    func noEscapes() throws {
        let text = "C:\\ud83d\\udcaf \\\\ud83d\\udcaf \\U0010FF80 \\U0010ffbf\\"
        for document in ["- \(text)", "- '\(text)'", "- |-\n  \(text)", "- >-\n  \(text)"] {
            #expect(try compose(document)?.items?.first?.scalar?.value == text)
        }
        #expect(try compose("\"\\\\ud83d\\\\udcaf\"")?.scalar?.value == "\\ud83d\\udcaf")
        #expect(try compose("{\"a\": 1} # \\ud83d\\udcaf")?["a"]?.scalar?.value == "1")
    }

    @Test(
        "half of a surrogate pair is refused where it stands",
        arguments: ["\\ud83d", "\\udcaf", "\\ud83d\\ud83d", "\\udcaf\\ud83d", "\\ud83d \\udcaf", "\\ud83d\\\\udcaf"])
    func loneSurrogates(escape: String) throws {
        let error = try #require(composingError("a: 1\nb: \"xy\(escape)\"\n"))
        #expect(error.kind == .syntax)
        // Behind the `\u`, where libyaml sees it.
        #expect(error.mark == YAMLMark(line: 2, column: 9))
    }

    @Test("it does not matter how the bytes arrive, and in which encoding", arguments: [1, 2, 3, 5, 7])
    func pieces(chunk: Int) throws {
        let all = String(String.UnicodeScalarView(Self.characters))
        let document = "- \"\(all)\\ud83d\\udcaf\\\\\\U0010FF81\"\n- '\(all)'\n- a\u{2028}b\\\n- c\\u"
        let expected = scalars(try events(Array(document.utf8)))
        #expect(expected == ["\(all)💯\\\u{10FF81}", all, "a\u{2028}b\\", "c\\u"])
        let units = Array(("\u{FEFF}" + document).utf16)
        for bytes in [
            Array(document.utf8), units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
            units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
        ] {
            #expect(scalars(try events(bytes)) == expected)
            let pipe = try PipeEnds()
            let writer = try WritingThread { pipe.write(bytes, chunk: chunk) }
            let piped = try YAMLEventReader(fileDescriptor: pipe.reading)
            let reading = StreamReading(piped)
            writer.join()
            pipe.closeReading()
            #expect(reading == StreamReading(try YAMLEventReader(bytes: bytes)))
        }
    }

    @Test("a place behind such characters is the one that an editor shows")
    func places() throws {
        let text = "a: \"\u{92}\\ud83d\\udcaf\u{2028}\u{85}\"\r\nb: ['\u{7F}', x\u{2029}, \"\\\\ud83d\", c: : d]\n"
        let node = try #require(try compose(text.replacing(", c: : d", with: ", c")))
        #expect(node["b"]?.items?.map(\.mark.column) == [5, 10, 14, 25])
        #expect(node["b"]?.items?.allSatisfy { $0.mark.line == 2 } == true)
    }
}
