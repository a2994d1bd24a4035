import OperationCatalogue
import Testing

@Suite("A key that stands twice in an object")
struct JSONDuplicateKeyTests {
    private func expectRefused(_ text: String, at offset: Int, _ sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: JSONSyntaxError.self, sourceLocation: sourceLocation) {
            try JSONReader.value(text.utf8)
        }
        #expect(error?.offset == offset, sourceLocation: sourceLocation)
        let byCompaction = #expect(throws: JSONSyntaxError.self, sourceLocation: sourceLocation) {
            try JSONText(validating: text.utf8)
        }
        #expect(byCompaction == error, sourceLocation: sourceLocation)
    }

    @Test("is refused at its second place, however it is written")
    func refused() {
        expectRefused(#"{"a":1,"a":1}"#, at: 7)
        expectRefused(#"{"":1,"":1}"#, at: 6)
        expectRefused(#"{"a":1,"\u0061":1}"#, at: 7)
        expectRefused(#"{"\u0061":1,"b":2,"a":1}"#, at: 18)
        expectRefused(#"{"é":1,"\u00e9":1}"#, at: 8)
        expectRefused("{\"\u{E9}\":1,\"e\u{301}\":1}", at: 8)
        expectRefused(#"[{"a":1},{"a":{"b":1,"c":{"b":1},"b":2}}]"#, at: 33)
        expectRefused(#"{"é":{"a":1,"a":2}}"#, at: 13)
        expectRefused(#"{"é":{"a":1,"ü":2,"a":3},"b":1}"#, at: 20)
    }

    @Test("is named, without control characters and cut short")
    func named() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.value(#"{"a\n":1,"a\n":1}"#.utf8) }
        #expect(error?.message == #"expected each key of an object once, found "a\n" again"#)
        let long = String(repeating: "k", count: 1000)
        let cut = #expect(throws: JSONSyntaxError.self) { try JSONReader.value("{\"\(long)\":1,\"\(long)\":1}".utf8) }
        #expect(cut?.message.utf8.count ?? 0 < 200)
    }

    @Test("is no fault in different objects")
    func different() throws {
        for text in [
            #"[{"a":1},{"a":1}]"#, #"{"a":{"a":{"a":1}}}"#, #"{"é":{"é":{"é":1,"a":1},"a":1},"a":1}"#,
            #"{"a":{"é":1},"b":{"é":1},"é":1}"#,
        ] {
            #expect(try JSONText(validating: text.utf8) == JSONText(JSONReader.value(text.utf8)))
        }
    }

    @Test("is told from keys of the same length, beginning and end")
    func alike() throws {
        var keys = (1...12).map { String(repeating: "k", count: $0) }
        keys += (0..<10).map { "12345678\($0)12345678" }
        keys += ["a", "a ", "\\u0000", "a\\u0000", "ab", "ba", "abcdefgh", "abcdefghabcdefgh"]
        for count in 1...keys.count {
            let members = keys[..<count].map { "\"\($0)\":0" }
            _ = try JSONReader.value("{\(members.joined(separator: ","))}".utf8)
            for key in keys[..<count] {
                let text = "{\(members.joined(separator: ",")),\"\(key)\":0}"
                #expect(throws: JSONSyntaxError.self) { try JSONReader.value(text.utf8) }
            }
        }
    }

    @Test("is found among 100,000 at once", .timeLimit(.minutes(1)))
    func many() throws {
        let members = (0..<100_000).map { "\"key\($0)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONReader.value("{\(members)}".utf8).objectValue)
        #expect(object.count == 100_000)
        #expect(object == JSONObject(uniqueMembers: object.members.reversed()))
        expectRefused("{\(members),\"key77\":1}", at: members.utf8.count + 2)
    }

    @Test("is found at each number of keys around the change from comparing to hashing", arguments: 28..<70)
    func threshold(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":{\"k\($0)\":1}" }.joined(separator: ",")
        _ = try JSONReader.value("{\(members)}".utf8)
        for repeated in [0, count / 2, count - 1] {
            expectRefused("{\(members),\"k\(repeated)\":1}", at: members.utf8.count + 2)
        }
    }
}
