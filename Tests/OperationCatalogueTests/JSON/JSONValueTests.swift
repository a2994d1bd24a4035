import OperationCatalogue
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("are named as in JSON Schema")
    func typeNames() {
        let values: [JSONValue] = [nil, true, 1, 1.0, "s", [], [:]]
        #expect(values.map(\.typeName) == ["null", "boolean", "integer", "number", "string", "array", "object"])
    }

    @Test("give what they hold and nil for anything else")
    func accessors() {
        let value: JSONValue = ["s": "x", "i": 1, "n": 1.5, "b": true, "a": [1], "o": [:], "z": nil]
        #expect(value["s"]?.stringValue == "x")
        #expect(value["i"]?.integerValue == 1)
        #expect(value["i"]?.doubleValue == 1)
        #expect(value["n"]?.doubleValue == 1.5)
        #expect(value["n"]?.integerValue == nil)
        #expect(value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue == [1])
        #expect(value["o"]?.objectValue == [:])
        #expect(value["z"]?.isNull == true)
        #expect(value["missing"] == nil)
        #expect(value.stringValue == nil)
        #expect(value["s"]?["x"] == nil)
    }

    @Test("tell an integer from a number")
    func integerAndNumber() {
        #expect(JSONValue.integer(1) != .number(1))
    }

    @Test("are objects whose order does not matter to equality and hash")
    func order() {
        let left: JSONObject = ["a": 1, "b": [2], "c": nil]
        let right: JSONObject = ["c": nil, "a": 1, "b": [2]]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1, "b": [2], "c": false])
        #expect(left != ["a": 1, "b": [2], "d": nil])
        #expect(left != ["a": 1, "b": [2]])
    }

    @Test("are objects of many members that compare the same way")
    func manyMembers() {
        let members = (0..<50).map { JSONObject.Member(key: "k\($0)", value: .integer($0)) }
        let left = JSONObject(uniqueMembers: members)
        var right = JSONObject(uniqueMembers: members.reversed())
        #expect(left == right)
        right["k7"] = 8
        #expect(left != right)
        right["k7"] = 7
        #expect(left == right)
    }

    @Test("are objects whose members are set, replaced in place and removed by key")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.members.map(\.key) == ["a", "b"])
        #expect(object["a"] == 3)
        object["c"] = 4
        object["a"] = 5
        object["b"] = .some(nil)
        object["b"] = JSONValue?.none
        object["missing"] = JSONValue?.none
        object.append("d", nil)
        #expect(object.members == [.init(key: "a", value: 5), .init(key: "c", value: 4), .init(key: "d", value: nil)])
        #expect(object.count == 3)
        #expect(!object.isEmpty)
        #expect(JSONObject(minimumCapacity: 8).isEmpty)
    }
}
