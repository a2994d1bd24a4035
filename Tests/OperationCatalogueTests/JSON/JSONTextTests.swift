import OperationCatalogue
import Testing

@Suite("JSON texts")
struct JSONTextTests {
    @Test(
        "lose their white space and nothing else",
        arguments: [
            (" 1 ", "1"),
            ("\t{ \"a b\" :\r\n [ 1.50 , 2E1 ] , \"\\u0063\" : { } }\n", #"{"a b":[1.50,2E1],"\u0063":{}}"#),
            ("[ ]", "[]"),
            (#"["a  b"]"#, #"["a  b"]"#),
            ("\"  \" ", "\"  \""),
            ("12345678901234567890123 ", "12345678901234567890123"),
        ])
    func compaction(text: String, expected: String) throws {
        #expect(try JSONText(validating: text.utf8).description == expected)
        #expect(try JSONText(validating: Array(text.utf8)).description == expected)
        #expect(try JSONText(validating: Array(text.utf8)[...]).description == expected)
        #expect(try JSONText(validating: Array(text.utf8).span).description == expected)
        #expect(try Array(text.utf8).withUnsafeBytes { try JSONText(validating: $0) }.description == expected)
    }

    @Test("that are compact already are taken without a copy")
    func withoutCopy() throws {
        let bytes = Array(#"{"a":[1,2,3]}"#.utf8)
        let text = try JSONText(validating: bytes)
        let isShared = bytes.withUnsafeBytes { left in
            text.bytes.withUnsafeBytes { right in left.baseAddress == right.baseAddress }
        }
        #expect(isShared)
    }

    @Test("are equal when their bytes are")
    func equality() throws {
        #expect(JSONText(["a": 1]) == JSONText(trusted: Array(#"{"a":1}"#.utf8)))
        #expect(JSONText(["a": 1, "b": 2]) != JSONText(["b": 2, "a": 1]))
    }

    @Test("that were trusted without reason still throw when they are read")
    func badTrust() {
        #expect(throws: JSONSyntaxError.self) { try JSONText(trusted: []).value() }
    }
}
