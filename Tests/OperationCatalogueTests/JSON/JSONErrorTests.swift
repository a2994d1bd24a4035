import OperationCatalogue
import Testing

@Suite("The errors of reading JSON")
struct JSONErrorTests {
    @Test(
        "say what was expected, what was found and where",
        arguments: [
            ("", "expected a value, found the end of the text", 0),
            ("  ", "expected a value, found the end of the text", 2),
            ("nul", "expected the word 'null', found the end of the text", 3),
            ("trux", "expected the word 'true', found 'x'", 3),
            ("NaN", "expected a value, found 'N'", 0),
            ("'a'", "expected a value, found a single quote", 0),
            ("1 2", "expected the end of the text after the value, found '2'", 2),
            ("1\n2", "expected the end of the text after the value, found '2'", 2),
            ("[1 x]", "expected ',' or ']' after a value, found 'x'", 3),
            ("[1,]", "expected a value, found ']'", 3),
            (#"{"a":1 x"#, "expected ',' or '}' after a value, found 'x'", 7),
            (#"{"a" 1}"#, "expected ':' after a key, found '1'", 5),
            (#"{"a":1,}"#, "expected a key in double quotes after ',', found '}'", 7),
            ("{a:1}", "expected a key in double quotes or '}', found 'a'", 1),
            (#""ab"#, "expected '\"' at the end of a string, found the end of the text", 3),
            ("\"a\nb\"", "expected control characters in a string to be escaped, found a line feed", 2),
            ("\"a\u{1}b\"", "expected control characters in a string to be escaped, found the byte 0x01", 2),
            (#""\x""#, #"expected one of '"\/bfnrtu' after '\', found 'x'"#, 2),
            (#""\u12g4""#, #"expected four hexadecimal digits after '\u', found 'g'"#, 5),
            (#""\ud800x""#, #"expected a surrogate pair, found only half of one: \ud800"#, 1),
            (#""\udc00""#, #"expected a surrogate pair, found only half of one: \udc00"#, 1),
            (#""\ud800\u0041""#, #"expected a surrogate pair, found only half of one: \ud800"#, 1),
            ("01", "expected no digit after a leading 0, found '1'", 1),
            ("-", "expected a digit after '-', found the end of the text", 1),
            ("1.", "expected a digit after '.', found the end of the text", 2),
            ("1e+", "expected a digit in the exponent, found the end of the text", 3),
            ("[1e400]", "expected a number within the range of a double (about 1.8e308), found a greater one", 1),
            ("\u{FEFF}1", "expected a value, found a byte order mark (EF BB BF): JSON begins without one", 0),
            ("\u{A0}1", "expected a value, found the byte 0xC2", 0),
        ])
    func sentences(text: String, message: String, offset: Int) {
        let expected = JSONSyntaxError(message: message, offset: offset)
        #expect(throws: expected) { try JSONReader.value(text.utf8) }
        #expect(throws: expected) { try JSONText(validating: text.utf8) }
    }

    @Test("have a line and a column that count from 1, the column in characters")
    func position() throws {
        let text = Array("{\r\n  \"é😀\": x\n}".utf8)
        let error = try #require(throws: JSONSyntaxError.self) { try JSONReader.value(text) }
        #expect(error.position(in: text) == (line: 2, column: 9))
        #expect(JSONSyntaxError(message: "", offset: 0).position(in: text) == (line: 1, column: 1))
        #expect(JSONSyntaxError(message: "", offset: 3).position(in: text) == (line: 2, column: 1))
        #expect(JSONSyntaxError(message: "", offset: 1000).position(in: []) == (line: 1, column: 1))
        #expect("\(error)" == "expected a value, found 'x' (at byte \(error.offset))")
    }
}
