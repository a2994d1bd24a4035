import OperationCatalogue
import Testing

@Suite("JSON under random input")
struct JSONFuzzTests {
    private static let seeds = [
        #"{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"create_task","arguments":{"title":"Milk"}}}"#,
        #" [ 1 , -0.5e+3 , 1e400 , true , false , null , "" , { } , [ ] , 12345678901234567890 ] "#,
        #"{"a\u0041":"\ud83d\ude00 é 😀 \\ \" \/ \b\f\n\r\t","é":{"é":1},"aA ":[[[[{"a":1,"b":2}]]]]}"#,
        "{\n  \"long key of more than eight bytes\": \"a long text of more than sixteen bytes\",\r\n\t\"k\": 1.25\n}",
        #"[9223372036854775807,-9223372036854775808,9223372036854775808,-0,0.1,5e-324,1.7976931348623157e308]"#,
    ]

    /// Bytes that mean something to a reader, more often than chance would bring them.
    private static let telling =
        Array("\"\\{}[]:,.-+eE019 \n\tutrfnabd/\u{1F}\u{7F}".utf8) + [0, 0x80, 0xBF, 0xC2, 0xED, 0xF4, 0xFF]

    @Test("Reader and compaction agree on every damaged text", arguments: UInt64(1)...8)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for round in 0..<4000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<1 + random.below(3) {
                mutate(&bytes, &random)
            }
            accepted += try agree(bytes) ? 1 : 0
        }
        #expect(accepted > 100, "hardly any damaged text is still valid: the mutations are too coarse")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = random.below(bytes.count + 1)
        let byte = Self.telling[random.below(Self.telling.count)]
        switch random.below(5) {
        case 0: bytes.insert(byte, at: place)
        case 1 where place < bytes.count: bytes[place] = byte
        case 2 where place < bytes.count: bytes.remove(at: place)
        case 3: bytes.removeLast(min(random.below(8), bytes.count))
        default:
            let start = random.below(place + 1)
            bytes.insert(contentsOf: bytes[start..<min(place, start + 8)], at: place)
        }
    }

    /// Returns whether the text was accepted.
    private func agree(_ bytes: [UInt8]) throws -> Bool {
        let tree = Result { () throws(JSONSyntaxError) in try JSONReader.value(bytes) }
        let text = Result { () throws(JSONSyntaxError) in try JSONText(validating: bytes) }
        switch (tree, text) {
        case (.success(let value), .success(let text)):
            #expect(try text.value() == value, "\(bytes)")
            #expect(try JSONText(validating: text.bytes).bytes == text.bytes, "\(bytes)")
            #expect(try JSONText(value).value() == value, "\(bytes)")
            return true
        case (.failure(let left), .failure(let right)):
            #expect(left == right, "\(bytes)")
            return false
        default:
            Issue.record("only one of reader and compaction accepts \(bytes)")
            return false
        }
    }

    @Test("Random values come back the same", arguments: UInt64(1)...4)
    func values(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            let value = random.value(depth: 4)
            let text = JSONText(value)
            #expect(try text.value() == value)
            #expect(try JSONText(validating: text.bytes) == text)
            #expect(!text.bytes.contains(UInt8(ascii: "\n")))
        }
    }

    @Test("Every prefix of a text is refused where it ends")
    func prefixes() throws {
        for seed in Self.seeds where !seed.contains("1e400") {
            let bytes = Array(seed.utf8)
            let end = try #require(bytes.lastIndex { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "]") })
            for length in 0..<end {
                let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.value(bytes[..<length]) }
                #expect(error?.offset ?? -1 <= length)
            }
        }
    }
}
