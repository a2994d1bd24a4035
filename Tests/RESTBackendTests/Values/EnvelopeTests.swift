import Foundation
import OperationCatalogue
import Testing

@testable import RESTBackend

@Suite("The two dialects")
struct EnvelopeTests {
    private func read(_ text: String) throws -> String {
        switch try Envelope(Array(text.utf8)) {
        case .payload(let payload, let isWrapped): (isWrapped ? "wrapped " : "bare ") + payload.description
        case .error(let error): "error \(JSONText(error))"
        case .foreign(let version): "foreign \(version)"
        }
    }

    @Test(
        "are told apart by the body",
        arguments: [
            ("[1, 2]", "bare [1,2]"), (#"{"version":"0.1","data":[1]}"#, "wrapped [1]"),
            (#" { "version" : "0.2" , "data" : {"a": "} ] \" \\"} } "#, #"wrapped {"a":"} ] \" \\"}"#),
            (#"{"data":{"x":[{}]},"version":"0.1"}"#, #"wrapped {"x":[{}]}"#),
            (#"{"version":"0.1","data":1,"more":2}"#, "wrapped 1"),
            (#"{"version":"0.1","data":null}"#, "wrapped null"),
            (#"{"version":"0.1","error":{"code":"a","message":"b"}}"#, #"error {"code":"a","message":"b"}"#),
            (#"{"error":{"message":"b"},"data":null,"version":"0.1"}"#, #"error {"message":"b"}"#),
            (#"{"version":"0.1"}"#, #"bare {"version":"0.1"}"#), (#"{"data":1}"#, #"bare {"data":1}"#),
            (#"{"title":"\"version\"","data":1}"#, #"bare {"title":"\"version\"","data":1}"#),
            (#"{"x":{"version":"0.1","data":1}}"#, #"bare {"x":{"version":"0.1","data":1}}"#),
            (#"{"version":"1.0","data":1}"#, #"foreign "1.0""#), (#"{"version":7,"error":{}}"#, "foreign 7"),
            (#""text""#, #"bare "text""#), ("{}", "bare {}"),
        ])
    func dialects(_ body: String, _ expected: String) throws {
        #expect(try read(body) == expected)
    }

    @Test(
        "what is no JSON is refused, however good it looks at the beginning",
        arguments: [
            "", "{", #"{"version":"0.1","data":}"#, #"{"version":"0.1","data":[1}"#, #"{"version":"0.1","data":1}}"#,
            #"{"version":"0.1","data":1,}"#, #"{"version":"0.1","data":1} x"#, #"{"version":"0.1","data":1,"data":2}"#,
            #"{"version":"0.1","data":"#, "[1]\u{0}",
        ])
    func faults(_ body: String) {
        #expect(throws: JSONSyntaxError.self) { try Envelope(Array(body.utf8)) }
    }

    @Test("bytes that are no UTF-8 are refused in both dialects")
    func noUTF8() {
        for text in ["{\"a\":\"?\"}", "{\"version\":\"0.1\",\"data\":[\"?\"]}"] {
            let body = Array(text.utf8).map { $0 == UInt8(ascii: "?") ? 0xE9 : $0 }
            #expect(throws: JSONSyntaxError.self) { try Envelope(body) }
        }
    }

    @Test("the captured responses are read", arguments: ["auth-me", "tasks-sample", "today-sample", "error-404"])
    func fixtures(_ name: String) throws {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
        let body = [UInt8](try Data(contentsOf: url))
        let tree = try JSONReader.value(body)
        switch try Envelope(body) {
        case .payload(let payload, let isWrapped):
            #expect(isWrapped)
            #expect(try payload.value() == tree["data"])
            #expect(!payload.bytes.contains(UInt8(ascii: "\n")))
        case .error(let error):
            #expect(error == ["code": "not_found", "message": "task not found"])
        case .foreign(let version): Issue.record("foreign \(version)")
        }
    }

    @Test("members of a compact object are found where a tree has them")
    func members() throws {
        let text = try JSONText(
            validating: Array(#"{"a":{"b":[1,"]}\\\""]},"c":"x,\"y","d":[],"\u0065":1,"f":-1.5e3,"g":{}}"#.utf8))
        let members = CompactMembers(text)
        let tree = try text.value()
        for (key, name) in [("a", "a"), ("c", "c"), ("d", "d"), ("f", "f"), ("g", "g")] as [(StaticString, String)] {
            let range = try #require(members[key])
            #expect(try JSONReader.value(text.bytes[range]) == tree[name])
        }
        #expect(members["b"] == nil)
    }
}
