import NIOCore
import OperationCatalogue
import OperationPipeline
import RESTBackend
import Testing

@Suite("A connection that fails")
struct TransportFaultTests {
    @Test("a refused connection is a plain failure, for writes too, after a few tries")
    func refused() async throws {
        let server = try await TestServer.start { _, _ in .silence }
        await server.stop()
        let clock = ContinuousClock()
        let begin = clock.now
        for (name, arguments) in [("whoami", [:]), ("create_task", someCreate)] as [(String, JSONObject)] {
            let result = try await call(name, arguments, at: server.address)
            let error = try #require(result.error)
            #expect(result.status == .failed)
            #expect(error.code == .backendUnreachable)
            #expect(error.status == 502)
            #expect(error.message == "cannot connect to \(server.address): Connection refused")
        }
        #expect(clock.now - begin < .seconds(60))
    }

    @Test("a name that nobody knows is a plain failure that says so")
    func unknownName() async throws {
        var settings = RESTSettings.brisk
        settings.retries.maximumTries = 1
        settings.connectTimeout = .seconds(2)
        settings.deadline = .seconds(2)
        let result = try await call("create_task", someCreate, at: "https://no-such-host.invalid", settings: settings)
        #expect(result.status == .failed)
        let error = try #require(result.error)
        #expect([.backendUnreachable, .deadlineExceeded].contains(error.code))
        #expect(error.message.contains("https://no-such-host.invalid"))
    }

    @Test("a TLS handshake with what speaks no TLS is a plain failure")
    func noTLS() async throws {
        try await TestServer.with({ _, _ in .silence }) { server in
            let address = "https://127.0.0.1:\(server.port)"
            let result = try await call("create_task", someCreate, at: address, settings: .short)
            #expect(result.status == .failed)
            #expect([502, 504].contains(result.error?.status ?? 0))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("no answer at all is 504: a failed read, an unknown write")
    func silence() async throws {
        try await TestServer.with({ _, _ in .silence }) { server in
            let read = try await call("get_task", ["task_id": .string(someID)], at: server.address, settings: .short)
            #expect(read.status == .failed)
            #expect(read.error?.code == .deadlineExceeded)
            #expect(read.error?.status == 504)
            let write = try await call("merge_task", ["task_id": .string(someID)], at: server.address, settings: .short)
            #expect(write.status == .unknown)
            #expect(write.error?.code == .deadlineExceeded)
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test("bytes that come one by one do not get past the deadline")
    func drip() async throws {
        try await TestServer.with({ _, _ in .drip(every: .milliseconds(20)) }) { server in
            var settings = RESTSettings.short
            settings.readTimeout = .seconds(15)
            let clock = ContinuousClock()
            let begin = clock.now
            let result = try await call("list_tasks", at: server.address, settings: settings)
            #expect(result.error?.code == .deadlineExceeded)
            #expect(result.status == .failed)
            #expect(clock.now - begin < .seconds(14))
            #expect(server.requests.count == 1)
        }
    }

    @Test("an endless body ends at the limit")
    func flood() async throws {
        try await TestServer.with({ _, _ in .flood }) { server in
            var settings = RESTSettings.brisk
            settings.maximumAnswerSize = 300_000
            let read = try await call("list_tasks", at: server.address, settings: settings)
            #expect(read.status == .failed)
            #expect(read.error?.code == .backendFailed)
            #expect(read.error?.message.contains("larger than 300000 bytes") == true)
            let write = try await call("create_task", someCreate, at: server.address, settings: settings)
            #expect(write.status == .unknown)
            #expect(server.requests.count == 2)
        }
    }

    @Test("half a body is a failed read after all tries, and an unknown write after one")
    func halfABody() async throws {
        let half = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"id\":"
        try await TestServer.with({ _, _ in .raw(half) }) { server in
            let read = try await call("get_task", ["task_id": .string(someID)], at: server.address)
            #expect(read.status == .failed)
            #expect(read.error?.code == .backendUnreachable)
            #expect(read.error?.message.contains("broke off") == true)
            #expect(server.requests.count == 4)
            let write = try await call(
                "fold_task", ["task_id": .string(someID), "title": "x"], at: server.address)
            #expect(write.status == .unknown)
            #expect(write.error?.status == 502)
            #expect(server.requests.count == 5)
        }
    }

    @Test("a reset after the request is unknown for a write, and never sent again blindly")
    func reset() async throws {
        try await TestServer.with({ _, _ in .reset }) { server in
            for name in ["split_task", "fold_task", "merge_task"] {
                var arguments: JSONObject = ["task_id": .string(someID)]
                if name == "fold_task" { arguments["title"] = "x" }
                if name == "split_task" { (arguments["first_title"], arguments["second_title"]) = ("a", "b") }
                let result = try await call(name, arguments, at: server.address)
                #expect(result.status == .unknown, "\(name)")
                #expect(result.error?.code == .backendUnreachable)
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test("a reset in the middle is got over where repeating does no harm")
    func resetOnce() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { request, number in
            number == 1 ? .reset : .json(200, someTask)
        }
        try await TestServer.with(handler) { server in
            let result = try await call("get_task", ["task_id": .string(someID)], at: server.address)
            #expect(result.text == someTask)
            #expect(server.requests.count == 2)
        }
        try await TestServer.with(handler) { server in
            let tasks: JSONValue = [["id": .string(someID), "title": "a"]]
            let result = try await call("import_tasks", ["tasks": tasks], at: server.address)
            #expect(result.text == someTask)
            #expect(server.requests.count == 2)
        }
    }

    @Test(
        "a change that may have been carried out is not sent again: it could undo somebody else's",
        arguments: [
            ("set_task_status", ["status": "done"]), ("update_task", ["title": "x"]),
            ("move_task", ["new_parent_id": nil]),
        ] as [(String, JSONObject)])
    func lostChange(name: String, arguments: JSONObject) async throws {
        var arguments = arguments
        arguments["task_id"] = .string(someID)
        try await TestServer.with({ _, number in number == 1 ? .reset : .json(200, someTask) }) { server in
            let result = try await call(name, arguments, at: server.address)
            #expect(result.status == .unknown)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "a status that is none ends the connection and nothing else", arguments: ["099 X", "000", "99 Low", "001 No"])
    func impossibleStatus(_ status: String) async throws {
        let reply = ServerReply.raw("HTTP/1.1 \(status)\r\ncontent-length: 2\r\n\r\n{}", closes: false)
        try await TestServer.with({ _, number in number == 1 ? reply : .json(200, someTask) }) { server in
            let result = try await call("create_task", ["title": "x"], at: server.address)
            #expect(result.status == .unknown)
            let next = try await call("whoami", at: server.address)
            #expect(next.status == .ok)
        }
    }

    @Test("something that is no HTTP is an error that says so")
    func noHTTP() async throws {
        try await TestServer.with({ _, _ in .raw("SSH-2.0-OpenSSH_9.2\r\n") }) { server in
            let result = try await call("whoami", at: server.address)
            #expect(result.error?.code == .backendUnreachable)
            #expect(result.error?.message.contains("it is not HTTP") == true)
        }
    }

    @Test("cancelling the task cancels the request, soon")
    func cancellation() async throws {
        try await TestServer.with({ _, _ in .silence }) { server in
            var settings = RESTSettings.brisk
            settings.readTimeout = .seconds(20)
            settings.deadline = .seconds(20)
            let backend = try backend(at: server.address, settings: settings)
            let clock = ContinuousClock()
            let begin = clock.now
            for (name, status) in [("list_tasks", OutcomeStatus.failed), ("create_task", .unknown)] {
                let count = server.requests.count
                let running = Task { try await backend.call(name, name == "create_task" ? someCreate : [:]) }
                while server.requests.count == count { try await Task.sleep(for: .milliseconds(5)) }
                running.cancel()
                let result = try await running.value
                #expect(result.status == status)
                #expect(result.error?.code == .cancelled)
            }
            #expect(clock.now - begin < .seconds(19))
            await backend.close()
        }
    }

    @Test("a task that is cancelled before it begins sends nothing that could happen")
    func cancelledBefore() async throws {
        try await TestServer.with({ _, _ in .json(201, someTask) }) { server in
            let backend = try backend(at: server.address)
            let running = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await backend.call("create_task", someCreate)
            }
            let result = try await running.value
            #expect(result.error?.code == .cancelled)
            await backend.close()
        }
    }

    @Test("after close nothing is sent any more")
    func closed() async throws {
        try await TestServer.with({ _, _ in .json(200, someTask) }) { server in
            let backend = try backend(at: server.address)
            #expect(try await backend.call("get_task", ["task_id": .string(someID)]).text == someTask)
            await backend.close()
            await backend.close()
            let result = try await backend.call("create_task", someCreate)
            #expect(result.status == .failed)
            #expect(server.requests.count == 1)
        }
    }

    @Test("a backend that nobody closes lets go of its client by itself")
    func unclosed() async throws {
        try await TestServer.with({ _, _ in .json(200, someTask) }) { server in
            let result = try await backend(at: server.address).call("get_task", ["task_id": .string(someID)])
            #expect(result.text == someTask)
        }
    }
}
