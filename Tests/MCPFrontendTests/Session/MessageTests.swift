import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("JSON-RPC")
struct MessageTests {
    @Test(
        "Identifiers come back with their type and value",
        arguments: [
            "0", "-1", "7", "9007199254740993", "18446744073709551616", "123456789012345678901234567890",
            "1.0", "-7.00", "1e2", #""""#, #""7""#, #""é \"x\"""#,
        ])
    func identifiers(id: String) throws {
        for line in [
            #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#,
            #"{"params":{"id":5},"id" : \#(id),"jsonrpc":"2.0","method":"ping"}"#,
        ] {
            guard case .request(let request) = JSONRPCMessage(line: Array(line.utf8).span) else {
                Issue.record("\(line) is no request")
                return
            }
            #expect(String(describing: request.id.text) == id)
        }
    }

    @Test(
        "What is JSON and no message gets -32600",
        arguments: [
            "1", #""text""#, "null", "{}", #"{"id":1,"method":"ping"}"#, #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
            #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"method":5}"#,
            #"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            #"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1e-2,"method":"ping"}"#,
        ])
    func invalidRequests(line: String) async throws {
        let server = try await TestServer()
        server.send(line: line)
        server.request(99, "ping")
        #expect(try await server.result(of: 99) == [:])
        await server.finish()
        #expect(server.sink.lines.compactMap { $0["error"]?["code"]?.integerValue } == [-32600])
    }

    @Test("An error names the request where its identifier can be read")
    func errorsNameTheirRequest() async throws {
        let server = try await TestServer()
        server.send(line: #"{"jsonrpc":"1.0","id":"a","method":"ping"}"#)
        server.send(line: #"{"jsonrpc":"2.0","id":"b","method":"ping","params":[1]}"#)
        #expect(try await server.errorCode(of: "a") == -32600)
        #expect(try await server.errorCode(of: "b") == -32602)
        await server.finish()
    }

    @Test("Notifications and answers to nothing are never answered")
    func silence() async throws {
        let server = try await TestServer(.november2025)
        for line in [
            #"{"jsonrpc":"2.0","method":"notifications/unheard-of"}"#, #"{"jsonrpc":"2.0","method":"tools/list"}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"unknown"}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
        ] { server.send(line: line) }
        await server.finish()
        #expect(server.sink.lines.count == 1)
    }

    @Test("An unknown method gets -32601, in either era")
    func unknownMethod() async throws {
        let server = try await TestServer(.june2025)
        server.request(1, "tools/run")
        server.statelessRequest(2, "initialize")
        server.statelessRequest(3, "ping")
        server.statelessRequest(4, "logging/setLevel", ["level": "info"])
        server.request(5, "server/discover")
        for id in 1...5 { #expect(try await server.errorCode(of: .integer(Int64(id))) == -32601, "\(id)") }
        await server.finish()
    }

    @Test("An answer is never answered, whatever it names")
    func answers() async throws {
        let server = try await TestServer(.november2025)
        for line in [
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"x"}}"#,
            #"{"jsonrpc":"2.0","error":{"code":-32600,"message":"x"}}"#, #"{"id":5,"result":{}}"#,
        ] { server.send(line: line) }
        await server.finish()
        #expect(server.sink.lines.count == 1)
    }

    @Test("The value of faulty arguments is not shown: a secret may be in it")
    func hidesArguments() async throws {
        let server = try await TestServer(.november2025)
        server.request("level", "logging/setLevel", ["level": "debug"])
        server.call(1, "complete_auth", #"{"session_id":"S","code":"SECRETX""#)
        _ = try await server.reply(to: 1)
        await server.finish()
        #expect(!server.sink.lines.contains { "\(JSONText($0))".contains("SECRETX") })
        let message = try #require(server.recorder.concluded.first?.outcome.result.error?.message)
        #expect(!message.contains("SECRETX"))
    }

    @Test("An identifier written with a zero fraction is the integer that it stands for")
    func wholeNumbers() async throws {
        let server = try await TestServer(.june2025)
        server.send(
            line: #"{"jsonrpc":"2.0","id":1.0,"method":"tools/call","params":{"name":"create_task","arguments":"#
                + #"{"title":"hold"},"_meta":{"progressToken":2.0}}}"#)
        let progress = try await server.notification("notifications/progress")
        #expect(progress["params"]?["progressToken"] == 2.0)
        while server.backend.asked.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        server.call(1, "whoami")
        #expect(try await server.errorCode(of: 1) == -32600)
        server.send(line: #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        while server.recorder.concluded.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        await server.finish()
        #expect(server.backend.cancelled == 1)
    }

    @Test(
        "Parameters that are null or an empty array are none",
        arguments: ["tools/list", "resources/list", "resources/templates/list", "prompts/list", "ping"])
    func noParameters(method: String) async throws {
        let server = try await TestServer(.november2025)
        server.request(1, method, .null)
        server.request(2, method, [])
        server.request(3, method, ["cursor": .null, "_meta": .null])
        for id in 1...3 as ClosedRange<Int64> { _ = try await server.result(of: .integer(id)) }
        server.request(4, "prompts/get", ["name": "plan_my_day", "arguments": ["label": .null]])
        _ = try await server.result(of: 4)
        await server.finish()
    }

    @Test("An array of too many messages is refused whole")
    func longArrays() {
        let line = "[" + String(repeating: "1,", count: JSONRPCMessage.batchLimit) + "1]"
        guard case .invalid(nil, let error) = JSONRPCMessage(line: Array(line.utf8).span) else {
            Issue.record("it was taken")
            return
        }
        #expect(error.code == .invalidRequest)
    }

    @Test("Identifiers beyond 64 bits keep their digits in arrays and in cancellations")
    func longIdentifiers() throws {
        let digits = "123456789012345678901234567890"
        let ping = #"{"jsonrpc":"2.0","id":\#(digits),"method":"ping","params":{"a":[1,{"id":2}],"b":"],["}}"#
        guard case .batch(let messages) = JSONRPCMessage(line: Array("[ 5 , \(ping),{},\(ping)]".utf8).span) else {
            Issue.record("it is no array")
            return
        }
        let ids = messages.compactMap {
            if case .request(let request) = $0 { request.id.text.description } else { nil }
        }
        #expect(ids == [digits, digits])
        let cancellation =
            #"{"requestId":1,"params":{"x":{"requestId":2},"requestId": \#(digits)},"method":"notifications/cancelled","jsonrpc":"2.0"}"#
        guard case .notification(let notification) = JSONRPCMessage(line: Array(cancellation.utf8).span) else {
            Issue.record("it is no notification")
            return
        }
        #expect(notification.requestID?.text.description == digits)
    }

    @Test("Two requests with one identifier are not under way at the same time")
    func identifierInUse() async throws {
        let server = try await TestServer(.june2025)
        server.call("x", "create_task", ["title": "slow"])
        server.call("x", "create_task", ["title": "second"])
        #expect(try await server.errorCode(of: "x") == -32600)
        await server.finish()
        #expect(server.sink.lines.count { $0["id"] == "x" } == 2)
        #expect(server.backend.asked.count == 1)
    }
}
