import OperationCatalogue
import Testing

@Suite("The elements of an array that comes in pieces")
struct JSONElementCountTests {
    static let texts = [
        ("[]", 0), ("[1]", 1), (#"[{"a":[1,2,3]},"x,]\",",[[],[]]]"#, 3), (#"{"a":[1,2]}"#, 0), ("null", 0),
        (#""[1,2]""#, 0), (#"["\\",","]"#, 2),
    ]

    @Test("are counted wherever it is cut", arguments: texts)
    func cuts(text: String, expected: Int) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var count = JSONElementCount()
            count.add(bytes[..<cut])
            count.add(bytes[cut...])
            #expect(count.count == expected, "cut at \(cut)")
        }
    }
}
