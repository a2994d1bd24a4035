import OperationCatalogue
import Testing

@Suite("JSON is written")
struct JSONWriterTests {
    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(reservingCapacity: 64)
        write(&writer)
        return writer.takeText().description
    }

    @Test("Commas stand where they belong")
    func commas() {
        let text = written { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginArray()
            writer.integer(1)
            writer.beginArray()
            writer.endArray()
            writer.null()
            writer.bool(true)
            writer.string("x")
            writer.number(1.5)
            writer.beginObject()
            writer.endObject()
            writer.rawASCII("2025-01-31".utf8)
            writer.endArray()
            writer.key(String("b\n"))
            writer.raw(JSONText(["c": false]))
            writer.key("long enough for no small string")
            writer.value([nil])
            writer.endObject()
        }
        #expect(
            text
                == #"{"a":[1,[],null,true,"x",1.5,{},"2025-01-31"],"b\n":{"c":false},"long enough for no small string":[null]}"#
        )
    }

    @Test("Quotes, backslashes and control characters are escaped, and nothing else")
    func escapes() {
        let short: [UInt8: String] = [
            0x08: #"\b"#, 0x09: #"\t"#, 0x0A: #"\n"#, 0x0C: #"\f"#, 0x0D: #"\r"#, 0x22: #"\""#, 0x5C: #"\\"#,
        ]
        for byte in 0..<0x80 as Range<UInt8> {
            let character = String(Unicode.Scalar(byte))
            let hexadecimal = String(byte, radix: 16)
            let number = #"\u"# + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
            let expected = short[byte] ?? (byte < 0x20 ? number : character)
            for padding in 0..<18 {
                let before = String(repeating: "é", count: padding)
                let after = String(repeating: "x", count: 17 - padding)
                #expect(written { $0.string(before + character + after) } == "\"\(before)\(expected)\(after)\"")
            }
        }
        let raw = "\u{7F}\u{2028}\u{2029}\u{FEFF}/é😀"
        #expect(written { $0.string(raw) } == "\"\(raw)\"")
    }

    @Test("A long text full of escapes is written whole")
    func longEscapes() throws {
        for count in [0, 1, 1023, 1024, 1025, 5000] {
            let string = String(repeating: "\u{1}", count: count) + "é\""
            let text = JSONText(.string(string))
            #expect(text.bytes.count == 6 * count + 6)
            #expect(try text.value() == .string(string))
        }
    }

    @Test("Integers of every width and sign are written in full")
    func integers() {
        #expect(written { $0.integer(0) } == "0")
        #expect(written { $0.integer(Int8.min) } == "-128")
        #expect(written { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.integer(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.integer(Int128.min) } == Int128.min.description)
        #expect(written { $0.value([1, -10, .integer(.max)]) } == "[1,-10,9223372036854775807]")
    }

    @Test("A number that is none is written as null")
    func notFinite() {
        #expect(written { $0.value([.number(.infinity), .number(-.infinity), .number(.nan)]) } == "[null,null,null]")
    }

    @Test("Doubles have Swift's shortest form", arguments: [1, -1, 0.1, 1e15, 1e16, 1e-5, -0.0, 123456.75, 1e300])
    func doubles(double: Double) {
        #expect(written { $0.number(double) } == double.description)
    }

    @Test("Lines of NDJSON stand one below the other")
    func lines() {
        var writer = JSONWriter(appendingTo: Array("1\n".utf8))
        writer.value([2])
        writer.newline()
        writer.value("three\n")
        writer.newline()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "1\n[2]\n\"three\\n\"\n")
        writer.removeAll(keepingCapacity: true)
        writer.integer(4)
        #expect(writer.takeBytes() == [UInt8(ascii: "4")])
        #expect(writer.bytes.isEmpty)
    }

    @Test("A text is written into a string, and comes back from it")
    func jsonInJSON() throws {
        let inner = JSONText(["a\"\\\n": ["é", 1.5, nil]])
        let outer = written { $0.string(inner) }
        let string = try #require(try JSONReader.value(outer.utf8).stringValue)
        #expect(Array(string.utf8) == inner.bytes)
    }

    @Test("Plain bytes are written from whatever holds them")
    func rawASCII() {
        #expect(written { $0.rawASCII([0x61, 0x62]) } == #""ab""#)
        #expect(written { $0.rawASCII([0x61, 0x62].span) } == #""ab""#)
        #expect(written { $0.rawASCII([0x62, 0x61].reversed()) } == #""ab""#)
        #expect(written { $0.rawASCII("".utf8) } == #""""#)
    }
}
