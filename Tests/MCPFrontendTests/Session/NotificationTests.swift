import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("What the server tells by itself")
struct NotificationTests {
    static let task = "00000000-0000-4000-8000-000000000001"

    @Test("Who asks for progress is told at the beginning and every second, ever more, and not after the reply")
    func progress() async throws {
        let server = try await TestServer(.november2025)
        let params: JSONValue = [
            "name": "create_task", "arguments": ["title": "hold"], "_meta": ["progressToken": 77],
        ]
        server.request(1, "tools/call", params)
        _ = try await server.sink.first("a second notification") {
            $0["params"]?["progressToken"] == 77 && ($0["params"]?["progress"]?.doubleValue ?? 0) > 0
        }
        server.endInput()
        await server.end()
        let notifications = server.sink.lines.filter { $0["method"] == "notifications/progress" }
        let values = notifications.compactMap { $0["params"]?["progress"]?.doubleValue }
        #expect(values == values.sorted() && Set(values).count == values.count)
        #expect(values.allSatisfy { $0 < 1 })
        let reply = try #require(server.sink.lines.lastIndex { $0["id"] == 1 })
        let last = try #require(server.sink.lines.lastIndex { $0["method"] == "notifications/progress" })
        #expect(last < reply)
    }

    @Test("Messages come at the level that was set, and none before it was")
    func logging() async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "get_task", ["task_id": ToolCallTests.nobody])
        _ = try await server.result(of: 1)
        server.request(2, "logging/setLevel", ["level": "loud"])
        #expect(try await server.errorCode(of: 2) == -32602)
        server.request(3, "logging/setLevel", ["level": "warning"])
        #expect(try await server.result(of: 3) == [:])
        server.call(4, "whoami")
        server.call(5, "get_task", ["task_id": ToolCallTests.nobody])
        _ = try await server.result(of: 4)
        _ = try await server.result(of: 5)
        await server.finish()
        let messages = server.sink.lines.filter { $0["method"] == "notifications/message" }
        #expect(messages.count == 1)
        #expect(messages.first?["params"]?["level"] == "warning")
        #expect(messages.first?["params"]?["data"]?["operation"] == "get_task")
    }

    @Test("A stateless request sets the level for itself, and its messages come before its reply")
    func statelessLogging() async throws {
        let server = try await TestServer()
        server.statelessRequest(
            1, "tools/call", ["name": "whoami"], meta: ["io.modelcontextprotocol/logLevel": "debug"])
        server.statelessRequest(2, "tools/call", ["name": "whoami"])
        server.statelessRequest(
            3, "tools/call", ["name": "whoami"], meta: ["io.modelcontextprotocol/logLevel": "loud"])
        _ = try await server.result(of: 1)
        _ = try await server.result(of: 2)
        #expect(try await server.errorCode(of: 3) == -32602)
        await server.finish()
        let messages = server.sink.lines.indices.filter { server.sink.lines[$0]["method"] == "notifications/message" }
        let reply = try #require(server.sink.lines.firstIndex { $0["id"] == 1 })
        #expect(messages.count == 1)
        #expect(messages.allSatisfy { $0 < reply })
    }

    @Test("Who has subscribed to a resource hears of the writes that change it, until it unsubscribes")
    func subscriptions() async throws {
        let server = try await TestServer(.november2025)
        let uri: JSONValue = "defernowork://tasks"
        let one: JSONValue = .string("defernowork://task/\(Self.task)")
        server.request(1, "resources/subscribe", ["uri": uri])
        server.request(2, "resources/subscribe", ["uri": one])
        #expect(try await server.result(of: 1) == [:])
        server.call(3, "whoami")
        server.call(4, "create_task", ["title": "x"])
        _ = try await server.result(of: 3)
        _ = try await server.result(of: 4)
        func updates() -> [JSONValue] {
            server.sink.lines.filter { $0["method"] == "notifications/resources/updated" }
                .compactMap { $0["params"]?["uri"] }
        }
        _ = try await server.notification("notifications/resources/updated")
        #expect(updates() == [uri])
        server.request(5, "resources/unsubscribe", ["uri": uri])
        _ = try await server.result(of: 5)
        server.call(6, "set_task_status", ["task_id": .string(Self.task), "status": "done"])
        _ = try await server.result(of: 6)
        server.request(7, "resources/subscribe", ["uri": "defernowork://nothing"])
        #expect(try await server.errorCode(of: 7) == -32002)
        await server.finish()
        #expect(updates() == [uri, one])
    }

    @Test(
        "A listener is acknowledged first, hears only of what it named, under its identifier, and is ended in good order"
    )
    func listening() async throws {
        let server = try await TestServer()
        let filter: JSONValue = [
            "toolsListChanged": true,
            "resourceSubscriptions": ["defernowork://tasks", "defernowork://tasks/mood-history", "file:///nothing"],
        ]
        server.statelessRequest("sub", "subscriptions/listen", ["notifications": filter])
        let acknowledgement = try await server.notification("notifications/subscriptions/acknowledged")
        let key = "io.modelcontextprotocol/subscriptionId"
        #expect(acknowledgement["params"]?["_meta"]?[key] == "sub")
        #expect(
            acknowledgement["params"]?["notifications"]
                == ["resourceSubscriptions": ["defernowork://tasks", "defernowork://tasks/mood-history"]])
        server.statelessRequest(1, "tools/call", ["name": "create_task", "arguments": ["title": "x"]])
        let update = try await server.notification("notifications/resources/updated")
        #expect(update["params"]?["uri"] == "defernowork://tasks")
        #expect(update["params"]?["_meta"]?[key] == "sub")
        await server.finish()
        let last = server.sink.lines.last
        #expect(last?["id"] == "sub")
        #expect(last?["result"]?["resultType"] == "complete")
        #expect(last?["result"]?["_meta"]?[key] == "sub")
        #expect(server.sink.lines.count { $0["method"] == "notifications/resources/updated" } == 1)
    }

    @Test("A listener that is taken back hears nothing more, not even its end")
    func cancelledListener() async throws {
        let server = try await TestServer()
        server.statelessRequest(
            "sub", "subscriptions/listen", ["notifications": ["resourceSubscriptions": ["defernowork://tasks"]]])
        _ = try await server.notification("notifications/subscriptions/acknowledged")
        server.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": "sub"]])
        server.statelessRequest(1, "tools/call", ["name": "create_task", "arguments": ["title": "x"]])
        _ = try await server.result(of: 1)
        await server.finish()
        #expect(!server.sink.lines.contains { $0["id"] == "sub" })
        #expect(!server.sink.lines.contains { $0["method"] == "notifications/resources/updated" })
    }

    @Test("A listener without a filter is refused")
    func faultyListener() async throws {
        let server = try await TestServer()
        server.statelessRequest(1, "subscriptions/listen")
        server.statelessRequest(2, "subscriptions/listen", ["notifications": ["resourceSubscriptions": "x"]])
        server.statelessRequest(3, "subscriptions/listen", ["notifications": ["resourceSubscriptions": [5]]])
        for id in [1, 2, 3] as [JSONValue] { #expect(try await server.errorCode(of: id) == -32602) }
        await server.finish()
    }
}

@Suite("Signing in through the client")
struct ElicitationTests {
    static let able: JSONValue = ["elicitation": ["form": [:], "url": [:]]]
    static let url: JSONValue = "https://deferno.example/cli-auth?session=s1"

    private func payload(_ result: JSONValue) throws -> JSONValue {
        let text = try #require(result["content"]?.arrayValue?.first?["text"]?.stringValue)
        return try JSONReader.value(text.utf8)
    }

    @Test(
        "A client of the handshake era that can show addresses is asked to, and told when the user is done",
        arguments: ["accept", "decline"])
    func handshakeEra(action: String) async throws {
        let server = try await TestServer(.november2025, capabilities: Self.able)
        server.call(1, "start_auth")
        let asking = try await server.sink.first("an elicitation") { $0["method"] == "elicitation/create" }
        #expect(asking["params"]?["mode"] == "url")
        #expect(asking["params"]?["url"] == Self.url)
        #expect(!server.sink.lines.contains { $0["id"] == 1 })
        server.send(["jsonrpc": "2.0", "id": try #require(asking["id"]), "result": ["action": .string(action)]])
        let payload = try payload(try await server.result(of: 1))
        #expect(payload["auth_url"] == Self.url)
        let expected = action == "accept" ? StartAuth.instructionsAfterOpening : StartAuth.instructions
        #expect(payload["instructions"]?.stringValue == expected)
        server.call(2, "complete_auth", ["session_id": "s1", "code": "K7QM"])
        _ = try await server.result(of: 2)
        await server.finish()
        let done = server.sink.lines.first { $0["method"] == "notifications/elicitation/complete" }
        let id = action == "accept" ? asking["params"]?["elicitationId"] : nil
        #expect(done?["params"]?["elicitationId"] == id)
    }

    @Test("A question that nobody answers is answered for at the end of input")
    func unanswered() async throws {
        let server = try await TestServer(.november2025, capabilities: Self.able)
        server.call(1, "start_auth")
        _ = try await server.sink.first("an elicitation") { $0["method"] == "elicitation/create" }
        await server.finish()
        #expect(try payload(try await server.result(of: 1))["instructions"]?.stringValue == StartAuth.instructions)
    }

    @Test("A question that nobody answers in time is taken back, and the call ends without the answer")
    func overdue() async throws {
        let server = try await TestServer(
            .november2025, capabilities: Self.able, questionLife: .milliseconds(20))
        server.call(1, "start_auth")
        let asking = try await server.sink.first("an elicitation") { $0["method"] == "elicitation/create" }
        #expect(try payload(try await server.result(of: 1))["instructions"]?.stringValue == StartAuth.instructions)
        let withdrawal = try await server.notification("notifications/cancelled")
        #expect(withdrawal["params"]?["requestId"] == asking["id"])
        // An answer that comes after all changes nothing.
        server.send(["jsonrpc": "2.0", "id": try #require(asking["id"]), "result": ["action": "accept"]])
        server.call(2, "whoami")
        _ = try await server.result(of: 2)
        await server.finish()
        #expect(server.sink.lines.count { $0["id"] == 1 } == 1)
    }

    @Test("A start_auth that is taken back takes its question back too")
    func cancelled() async throws {
        let server = try await TestServer(.november2025, capabilities: Self.able)
        server.call(1, "start_auth")
        let asking = try await server.sink.first("an elicitation") { $0["method"] == "elicitation/create" }
        server.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 1]])
        let withdrawal = try await server.notification("notifications/cancelled")
        #expect(withdrawal["params"]?["requestId"] == asking["id"])
        await server.finish()
        #expect(!server.sink.lines.contains { $0["id"] == 1 })
    }

    @Test(
        "A client that cannot show addresses gets the result at once",
        arguments: [
            (ProtocolVersion.november2025, #"{"elicitation":{}}"#), (.november2025, "{}"),
            (.june2025, #"{"elicitation":{"url":{}}}"#),
        ])
    func unable(version: ProtocolVersion, capabilities: String) async throws {
        let server = try await TestServer(version, capabilities: try JSONReader.value(capabilities.utf8))
        server.call(1, "start_auth")
        #expect(try payload(try await server.result(of: 1))["auth_url"] == Self.url)
        await server.finish()
        #expect(!server.sink.lines.contains { $0["method"] == "elicitation/create" })
    }

    @Test(
        "A client of the stateless era is told what is needed, and comes back with it; the backend is asked again only for a state that is none"
    )
    func statelessEra() async throws {
        let server = try await TestServer()
        server.statelessRequest(1, "tools/call", ["name": "start_auth"], capabilities: Self.able)
        let first = try await server.result(of: 1)
        #expect(first["resultType"] == "input_required")
        #expect(first["ttlMs"] == nil)
        let params = first["inputRequests"]?["sign_in"]?["params"]
        #expect(first["inputRequests"]?["sign_in"]?["method"] == "elicitation/create")
        #expect(params?["mode"] == "url" && params?["url"] == Self.url)
        let state = try #require(first["requestState"])
        server.statelessRequest(
            2, "tools/call",
            ["name": "start_auth", "inputResponses": ["sign_in": ["action": "accept"]], "requestState": state],
            capabilities: Self.able)
        let second = try await server.result(of: 2)
        #expect(second["resultType"] == "complete")
        #expect(try payload(second)["session_id"] == "s1")
        server.statelessRequest(
            3, "tools/call",
            ["name": "start_auth", "inputResponses": ["sign_in": ["action": "accept"]], "requestState": "forged"],
            capabilities: Self.able)
        #expect(try await server.result(of: 3)["resultType"] == "input_required")
        await server.finish()
        #expect(server.backend.asked.count == 2)
    }
}
