import OperationCatalogue
import Testing

@testable import MCPFrontend

@Suite("One message a line")
struct FramingTests {
    static func ping(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }

    @Test("LF, CRLF, empty lines and a last line without an end are all taken")
    func lineEnds() async throws {
        let server = try await TestServer()
        server.send(bytes: Array("\(Self.ping(1))\n\n  \t\r\n\(Self.ping(2))\r\n\(Self.ping(3))".utf8))
        await server.finish()
        #expect(server.sink.lines.compactMap { $0["id"]?.integerValue } == [1, 2, 3])
        #expect(server.sink.lines.count == 3)
    }

    @Test("A message in many small pieces is one message")
    func pieces() async throws {
        let server = try await TestServer()
        for byte in "\(Self.ping(1))\n".utf8 {
            server.send(bytes: [byte])
            if byte == UInt8(ascii: ":") { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(try await server.result(of: 1) == [:])
        await server.finish()
    }

    @Test(
        "What is no JSON gets -32700, and the server lives on",
        arguments: [
            Array("nonsense".utf8), Array(#"{"jsonrpc":"2.0","id":1,"method":"ping""#.utf8), [0xFF, 0xFE], [0],
            Array(#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#.utf8),
            Array(repeating: UInt8(ascii: "["), count: 100_000),
            Array(#"{"jsonrpc":"2.0","id":"\ud800","method":"ping"}"#.utf8),
        ])
    func parseErrors(line: [UInt8]) async throws {
        let server = try await TestServer()
        server.send(bytes: line + [UInt8(ascii: "\n")])
        server.send(line: Self.ping(7))
        #expect(try await server.result(of: 7) == [:])
        await server.finish()
        let errors = server.sink.lines.filter { $0["error"] != nil }
        #expect(errors.map { $0["error"]?["code"]?.integerValue } == [-32700])
        #expect(errors.first?["id"]?.isNull == true)
    }

    @Test("A byte order mark before the first message is passed over; before a later one it is no JSON")
    func byteOrderMark() async throws {
        let server = try await TestServer()
        server.send(bytes: [0xEF])
        server.send(bytes: [0xBB, 0xBF] + Array("\(Self.ping(1))\n".utf8))
        #expect(try await server.result(of: 1) == [:])
        server.send(line: "\u{FEFF}" + Self.ping(2))
        let refusal = try await server.sink.first("a refusal") { $0["error"] != nil }
        #expect(refusal["error"]?["code"]?.integerValue == -32700)
        await server.finish()
        #expect(server.sink.lines.count == 2)
    }

    @Test("A message of the greatest length is taken, a longer one is refused at once, and the next one is taken")
    func lengths() async throws {
        let limit = 100_000
        let server = try await TestServer(.november2025, messageLimit: limit)
        let (head, tail) = (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":""#, #""}}"#)
        let filling = String(repeating: "x", count: limit - head.utf8.count - tail.utf8.count)
        server.send(bytes: Array((head + filling + tail + "\r\n").utf8))
        #expect(try await server.result(of: 1) == [:])
        server.send(bytes: Array((head + filling + "xxxxxxxx").utf8))
        let refusal = try await server.sink.first("a refusal") { $0["error"] != nil }
        #expect(refusal["error"]?["code"]?.integerValue == -32600)
        #expect(refusal["error"]?["message"]?.stringValue?.contains("100000") == true)
        server.send(line: filling + tail)
        server.send(line: head + filling + "x" + tail)
        server.send(line: Self.ping(2))
        #expect(try await server.result(of: 2) == [:])
        await server.finish()
        #expect(server.sink.lines.count { $0["error"] != nil } == 2)
    }
}
