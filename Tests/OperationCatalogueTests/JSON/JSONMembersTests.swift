import OperationCatalogue
import Testing

@Suite("The members of an object without a tree")
struct JSONMembersTests {
    private func members(_ text: String) throws -> [(String, String)] {
        let bytes = Array(text.utf8)
        var members = JSONMembers()
        try bytes.withUnsafeBytes { buffer in try members.read(buffer) }
        return members.members.map { member in
            (String(decoding: bytes[member.key], as: UTF8.self), String(decoding: bytes[member.value], as: UTF8.self))
        }
    }

    @Test("Each member of the outermost object is found with its whole value, whatever it is")
    func values() throws {
        let text = #"""
             { "a" : 1 , "b":[1,{"x":2}], "c":{"a":{}},"d":"x\"}","e":true,"f":false,"g":null,"h":-1.5e3,"":[] }
            """#
        let found = try members(text)
        #expect(found.map(\.0) == ["a", "b", "c", "d", "e", "f", "g", "h", ""])
        let values = ["1", #"[1,{"x":2}]"#, #"{"a":{}}"#, #""x\"}""#, "true", "false", "null", "-1.5e3", "[]"]
        #expect(found.map(\.1) == values)
        #expect(try members("{}").isEmpty)
    }

    @Test(
        "What is no object, or no JSON, is refused",
        arguments: ["[]", "1", "\"{}\"", "{", "{\"a\":1,\"a\":2}", "{} {}", ""])
    func refused(text: String) {
        #expect(throws: JSONSyntaxError.self) { try members(text) }
    }

    @Test("The values are those of the tree, for objects of any shape")
    func likeTheTree() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let value = generator.value(depth: 4)
            let object: JSONValue = ["first": value, "second": [value, 1], "third": ["x": value]]
            for (key, text) in try members("\(JSONText(object))") {
                #expect(try JSONReader.value(text.utf8) == object[key])
            }
        }
    }
}
