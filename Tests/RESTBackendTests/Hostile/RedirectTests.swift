import OperationCatalogue
import RESTBackend
import Testing

@Suite("A redirect")
struct RedirectTests {
    @Test(
        "to another host, or another port of this one, is not followed, and no token goes there",
        arguments: [301, 302, 307, 308])
    func elsewhere(_ status: Int) async throws {
        try await TestServer.with({ _, _ in .json(200, someTask) }) { other in
            for place in [other.address, "http://localhost:\(other.port)", "//localhost:\(other.port)"] {
                let reply = ServerReply.answer(status, [("location", place + "/tasks/1")])
                try await TestServer.with({ _, _ in reply }) { server in
                    for (name, arguments) in [
                        ("get_task", ["task_id": .string(someID)]), ("create_task", someCreate),
                    ] as [(String, JSONObject)] {
                        let result = try await call(name, arguments, at: server.address)
                        #expect(result.status == .failed)
                        #expect(result.error?.code == .backendFailed)
                        #expect(result.error?.status == status)
                        #expect(result.error?.message.contains("nothing was sent there") == true)
                    }
                }
            }
            #expect(other.requests.isEmpty)
        }
    }

    @Test("within the host is followed with method, body and token")
    func within() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { request, _ in
            request.path == "/tasks" ? .answer(308, [("location", "/v2/tasks?x=%20")]) : .json(201, someTask)
        }
        try await TestServer.with(handler) { server in
            let result = try await call("create_task", someCreate, at: server.address)
            #expect(result.text == someTask)
            let last = try #require(server.requests.last)
            #expect(server.requests.count == 2)
            #expect(last.method == "POST")
            #expect(last.target == "/v2/tasks?x=%20")
            #expect(last.token == "Bearer secret-token")
            #expect(last.body == server.requests.first?.body)
        }
    }

    @Test("that goes round in circles ends")
    func circle() async throws {
        try await TestServer.with({ _, _ in .answer(307, [("location", "/tasks")]) }) { server in
            let result = try await call("list_tasks", at: server.address)
            #expect(result.error?.status == 307)
            #expect(server.requests.count == 6)
        }
    }

    @Test("303 after a write leaves its fate unknown")
    func seeOther() async throws {
        try await TestServer.with({ _, _ in .answer(303, [("location", "/tasks/1")]) }) { server in
            let result = try await call("create_task", someCreate, at: server.address)
            #expect(result.status == .unknown)
            #expect(server.requests.count == 1)
        }
    }
}
