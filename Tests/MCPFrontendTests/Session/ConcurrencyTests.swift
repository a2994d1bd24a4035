import Foundation
import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("Many requests at a time", .timeLimit(.minutes(5)))
struct ConcurrencyTests {
    @Test("Slow calls, more than the backend takes at a time, hold up no ping and no list")
    func slowCalls() async throws {
        let server = try await TestServer(.november2025)
        for number in Int64(1)...20 { server.call(.integer(number), "create_task", ["title": "hold"]) }
        server.request("ping", "ping")
        server.request("list", "tools/list")
        #expect(try await server.result(of: "ping") == [:])
        _ = try await server.result(of: "list")
        for number in Int64(1)...20 {
            server.send([
                "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": .integer(number)],
            ])
        }
        await server.finish()
    }

    @Test("A thousand requests at once are answered once each, with an outcome each")
    func thousand() async throws {
        let server = try await TestServer(.november2025)
        var lines = ""
        for number in 0..<1000 {
            lines +=
                number.isMultiple(of: 3)
                ? #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{"name":"whoami"}}"#
                : #"{"jsonrpc":"2.0","id":\#(number),"method":"ping"}"#
            lines += "\n"
        }
        server.send(bytes: Array(lines.utf8))
        _ = try await server.sink.first("every reply", within: .seconds(120)) { _ in server.sink.lines.count > 1000 }
        await server.finish()
        let ids = server.sink.lines.compactMap { $0["id"]?.integerValue }
        #expect(ids.sorted() == (0..<1000).map { Int64($0) })
        #expect(server.recorder.concluded.count == 334)
    }

    @Test("At the end of input all that was asked is answered, and the server ends without waiting for the backend")
    func endOfInput() async throws {
        let server = try await TestServer(.november2025)
        for number in Int64(1)...30 { server.call(.integer(number), "create_task", ["title": "slow"]) }
        server.call("never", "create_task", ["title": "hold"])
        for number in Int64(31)...40 {
            server.call(.integer(number), "get_task", ["task_id": "00000000-0000-4000-8000-000000000001"])
        }
        server.endInput()
        await server.end()
        let ids = server.sink.lines.compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count)
        #expect(ids.count == 42)
        #expect(server.sink.faults == [])
    }

    @Test(
        "Of thousands of requests, most of them read ahead, each is answered at the end of input and at an interruption",
        .timeLimit(.minutes(2)), arguments: [true, false, true, false])
    func everyRequestAtTheEnd(isInterrupted: Bool) async throws {
        let server = try await TestServer(.november2025)
        var lines = ""
        for number in 0..<4000 {
            lines += #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{"name":"create_task","#
            lines += #""arguments":{"title":"hold"}}}"# + "\n"
        }
        server.send(bytes: Array(lines.utf8))
        if isInterrupted {
            // Behind all others, so all have been read when it is answered.
            server.request("last", "ping")
            _ = try await server.result(of: "last")
            server.interruption.begin()
        } else {
            server.endInput()
        }
        await server.end()
        let ids = server.sink.lines.compactMap { $0["id"]?.integerValue }
        #expect(ids.count == 4000 && Set(ids).count == 4000)
        #expect(server.sink.faults == [])
        if isInterrupted { server.endInput() }
    }

    @Test(
        "While more requests wait than are kept, each is answered, pings too, and the end of input and an interruption are seen",
        arguments: [true, false])
    func fullBuffer(isInterrupted: Bool) async throws {
        let server = try await TestServer(.november2025, deferredLimit: 64 << 10)
        var lines = ""
        for number in 0..<2500 {
            lines += #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{"name":"create_task","#
            lines += #""arguments":{"title":"hold"}}}"# + "\n"
        }
        // They are taken more and more slowly.
        Thread.detachNewThread { [lines] in
            server.send(bytes: Array(lines.utf8))
            server.request("last", "ping")
        }
        #expect(try await server.result(of: "last") == [:])
        if isInterrupted { server.interruption.begin() } else { server.endInput() }
        await server.end()
        let replies = server.sink.lines.filter { $0["id"]?.integerValue != nil }
        #expect(replies.count == 2500 && Set(replies.compactMap { $0["id"]?.integerValue }).count == 2500)
        // Some were under way, some waited, and some found no room.
        #expect(replies.contains { $0["result"]?["isError"] == true })
        #expect(replies.contains { $0["error"]?["code"]?.integerValue == -32603 })
        if isInterrupted { server.endInput() }
    }

    @Test("What could not begin because the client was still reading is begun at the end of input all the same")
    func readingClientAtTheEnd() async throws {
        // Long enough for a busy machine to look at the client now and then.
        var budget = ShutdownBudget.agent
        budget.patience = .seconds(10)
        let server = try await TestServer(.november2025, budget: budget)
        server.sink.backlog = ReplyPacing.backlogLimit + 1
        for number in Int64(1)...3 { server.call(.integer(number), "whoami") }
        server.endInput()
        // Longer than operations have to end at the end of input.
        server.sink.isBeingRead = true
        try await Task.sleep(for: budget.patience + .seconds(1))
        server.sink.backlog = 0
        await server.end()
        for id in [1, 2, 3] as [JSONValue] { #expect(try await server.result(of: id)["isError"] == false) }
    }

    @Test("An interruption ends the server as the end of input does")
    func interruption() async throws {
        let server = try await TestServer(.november2025)
        server.call(1, "create_task", ["title": "slow"])
        server.call(2, "create_task", ["title": "hold"])
        _ = try await server.sink.first("the handshake") { _ in true }
        while server.backend.asked.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
        server.interruption.begin()
        await server.end()
        #expect(Set(server.sink.lines.compactMap { $0["id"] }) == ["initialize", 1, 2])
        #expect(try await server.result(of: 1)["isError"] == false)
        #expect(try await server.result(of: 2)["isError"] == true)
        server.endInput()
    }

    @Test("A client that does not read is not worked for without end")
    func slowReader() async throws {
        let server = try await TestServer(.november2025)
        server.sink.backlog = ReplyPacing.backlogLimit + 1
        server.call(0, "whoami")
        try await Task.sleep(for: .milliseconds(50))
        for number in Int64(1)...10 { server.call(.integer(number), "whoami") }
        try await Task.sleep(for: .milliseconds(100))
        #expect(server.backend.asked.count <= 1)
        server.sink.backlog = 0
        #expect(try await server.result(of: 10)["isError"] == false)
        await server.finish()
    }

    @Test("Payloads that can be large are handed over one at a time")
    func largePayloads() async {
        let sink = RecordingSink()
        let queue = PullQueue<Submission>()
        let caller = Caller(door: .mcp, user: "ada")
        func submission(_ name: String) -> Submission {
            Submission(OperationRequest(name, [:], caller: caller)) { _ in }
        }
        queue.add(["whoami", "list_tasks", "list_tasks", "whoami", "whoami"].map(submission))
        queue.end()
        var portions: [[String]] = []
        for await portion in ReplyPacing(sink: sink).stream(of: queue) {
            portions.append(portion.map(\.request.operation))
        }
        #expect(portions == [["whoami", "list_tasks"], ["list_tasks"], ["whoami", "whoami"]])
    }
}

@Suite("Taking a request back")
struct CancellationTests {
    private func cancel(_ id: JSONValue, on server: TestServer) {
        server.send([
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": id, "reason": "no longer"],
        ])
    }

    @Test(
        "The backend is told to stop, nothing more is sent, and the outcome is recorded",
        arguments: [7, "seven"] as [JSONValue])
    func cancellation(id: JSONValue) async throws {
        let server = try await TestServer(.november2025)
        server.request(
            id, "tools/call",
            ["name": "create_task", "arguments": ["title": "hold"], "_meta": ["progressToken": "p"]])
        while server.backend.asked.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        cancel(id, on: server)
        while server.recorder.concluded.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        server.request("after", "ping")
        _ = try await server.result(of: "after")
        await server.finish()
        #expect(server.backend.cancelled == 1)
        #expect(!server.sink.lines.contains { $0["id"] == id })
        #expect(server.recorder.concluded.first?.outcome.result.error?.code == .cancelled)
    }

    @Test("An identifier of another type takes nothing back")
    func otherType() async throws {
        let server = try await TestServer(.november2025)
        server.call(7, "create_task", ["title": "slow"])
        cancel("7", on: server)
        #expect(try await server.result(of: 7)["isError"] == false)
        await server.finish()
    }

    @Test("A request of the stateless era is taken back the same way")
    func stateless() async throws {
        let server = try await TestServer()
        server.statelessRequest("x", "tools/call", ["name": "create_task", "arguments": ["title": "hold"]])
        while server.backend.asked.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        cancel("x", on: server)
        await server.finish()
        #expect(!server.sink.lines.contains { $0["id"] == "x" })
    }
}

@Suite("Arrays of messages")
struct BatchTests {
    @Test("Version 2025-03-26 answers an array with an array: one reply for each request, none for the rest")
    func replies() async throws {
        let server = try await TestServer(.march2025)
        server.send([
            ["jsonrpc": "2.0", "id": 1, "method": "ping"],
            ["jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": ["name": "whoami"]],
            ["jsonrpc": "2.0", "method": "notifications/unknown"],
            ["jsonrpc": "2.0", "id": 3, "method": "nonsense"],
            5,
        ])
        let line = try await server.sink.first("an array") { $0.arrayValue != nil }
        let replies = try #require(line.arrayValue)
        #expect(replies.count == 4)
        #expect(Set(replies.compactMap { $0["id"]?.integerValue }) == [1, 2, 3])
        #expect(replies.filter { $0["error"] != nil }.count == 2)
        await server.finish()
    }

    @Test("An array of notifications is not answered, an empty one is refused, and initialize has no place in one")
    func edges() async throws {
        let server = try await TestServer(.march2025)
        server.send([["jsonrpc": "2.0", "method": "notifications/unknown"]])
        server.send([])
        server.send([
            [
                "jsonrpc": "2.0", "id": "i", "method": "initialize",
                "params": ["protocolVersion": "2025-03-26", "capabilities": [:]],
            ]
        ])
        await server.finish()
        let arrays = server.sink.lines.compactMap(\.arrayValue)
        #expect(arrays.count == 1)
        #expect(arrays.first?.first?["error"]?["code"]?.integerValue == -32600)
        #expect(server.sink.lines.count { $0["error"] != nil } == 1)
    }

    @Test("A request that is taken back leaves the others of its array their reply")
    func cancellation() async throws {
        let server = try await TestServer(.march2025)
        server.send([
            ["jsonrpc": "2.0", "id": 1, "method": "ping"],
            [
                "jsonrpc": "2.0", "id": 2, "method": "tools/call",
                "params": ["name": "create_task", "arguments": ["title": "hold"]],
            ],
        ])
        while server.backend.asked.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        server.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 2]])
        let line = try await server.sink.first("an array") { $0.arrayValue != nil }
        #expect(line.arrayValue?.compactMap { $0["id"]?.integerValue } == [1])
        await server.finish()
    }

    @Test(
        "Every other version refuses arrays",
        arguments: ProtocolVersion.allCases.filter { !$0.isStateless && $0 != .march2025 })
    func otherVersions(version: ProtocolVersion) async throws {
        let server = try await TestServer(version)
        server.send([["jsonrpc": "2.0", "id": 1, "method": "ping"]])
        let refusal = try await server.sink.first("a refusal") { $0["error"] != nil }
        #expect(refusal["error"]?["code"]?.integerValue == -32600)
        await server.finish()
        #expect(!server.sink.lines.contains { $0["id"] == 1 })
    }
}
