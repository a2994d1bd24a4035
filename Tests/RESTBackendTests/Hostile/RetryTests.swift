import OperationCatalogue
import RESTBackend
import Testing

@Suite("Trying again")
struct RetryTests {
    @Test("a 429 with Retry-After is waited for, for writes too")
    func tooManyRequests() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { _, number in
            number == 1 ? .answer(429, [("retry-after", "0")], #"{"message":"slow down"}"#) : .json(201, someTask)
        }
        try await TestServer.with(handler) { server in
            let result = try await call("create_task", someCreate, at: server.address)
            #expect(result.text == someTask)
            #expect(server.requests.count == 2)
        }
    }

    @Test("a Retry-After beyond the deadline is not waited for")
    func longRetryAfter() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        try await TestServer.with({ _, _ in .answer(429, [("retry-after", "3600")], #"{"message":"slow down"}"#) }) {
            server in
            let result = try await call("create_task", someCreate, at: server.address)
            #expect(result.status == .failed)
            #expect(result.error?.code == .rateLimited)
            #expect(result.error?.message == "slow down")
            #expect(server.requests.count == 1)
        }
        #expect(clock.now - begin < .seconds(600))
    }

    @Test("a storm of 5xx ends after four tries of a read, and after one of a write that cannot be repeated")
    func storm() async throws {
        for status in [502, 503, 504] {
            try await TestServer.with({ _, _ in .answer(status, []) }) { server in
                let read = try await call("list_tasks", at: server.address)
                #expect(read.status == .failed)
                #expect(read.error?.code == .backendFailed)
                #expect(read.error?.status == status)
                #expect(server.requests.count == 4)
                let write = try await call("merge_task", ["task_id": .string(someID)], at: server.address)
                #expect(write.status == .unknown)
                #expect(server.requests.count == 5)
            }
        }
    }

    @Test("a 500 in the backend's words is a failure, one without them is unknown for a write; neither is tried again")
    func internalError() async throws {
        for (body, status) in [(#"{"message":"boom"}"#, OutcomeStatus.failed), ("", .unknown), ("<html>", .unknown)] {
            try await TestServer.with({ _, _ in .json(500, body) }) { server in
                let write = try await call("merge_task", ["task_id": .string(someID)], at: server.address)
                #expect(write.status == status)
                let read = try await call("list_tasks", at: server.address)
                #expect(read.status == .failed)
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test("a create of unknown fate is sent again where the backend honours its id, and finds the first one's task")
    func repeatedCreate() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { _, number in
            switch number {
            case 1: .json(200, #"{"version":"0.1","data":\#(someTask)}"#)
            case 2: .reset
            default:
                .json(
                    409,
                    #"{"version":"0.1","error":{"code":"item_exists","message":"is there","existing":\#(someTask)}}"#)
            }
        }
        try await TestServer.with(handler) { server in
            let backend = try backend(at: server.address)
            // The first answer shows the dialect in which ids are honoured.
            #expect(try await backend.call("get_task", ["task_id": .string(someID)]).text == someTask)
            #expect(try await backend.call("create_task", someCreate).text == someTask)
            #expect(server.requests.count == 3)
            var other = someCreate
            other["title"] = "Something else"
            let second = try await backend.call("create_task", other)
            #expect(second.error?.code == .itemExists)
            #expect(second.status == .failed)
            await backend.close()
        }
    }

    @Test("a create that finds another task under its id after a try of unknown fate is unknown")
    func repeatedCreateOfAnother() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { _, number in
            switch number {
            case 1: .json(200, #"{"version":"0.1","data":\#(someTask)}"#)
            case 2: .reset
            default:
                .json(
                    409, #"{"version":"0.1","error":{"code":"item_exists","message":"is there","existing":{"id":"x"}}}"#
                )
            }
        }
        try await TestServer.with(handler) { server in
            let backend = try backend(at: server.address)
            _ = try await backend.call("get_task", ["task_id": .string(someID)])
            let result = try await backend.call("create_task", someCreate)
            #expect(result.status == .unknown)
            #expect(result.error?.code == .itemExists)
            await backend.close()
        }
    }

    @Test("a create of unknown fate is not sent again where nothing shows that its id is honoured")
    func createInTheDark() async throws {
        try await TestServer.with({ _, number in number == 1 ? .reset : .json(201, someTask) }) { server in
            let backend = try backend(at: server.address)
            #expect(try await backend.call("create_task", someCreate).status == .unknown)
            #expect(server.requests.count == 1)
            // This answer shows it: the task has the id that was given.
            #expect(try await backend.call("create_task", someCreate).status == .ok)
            await backend.close()
        }
    }

    @Test("a delete of unknown fate that then finds nothing has been done")
    func repeatedDelete() async throws {
        try await TestServer.with({ _, number in number == 1 ? .reset : .json(404, #"{"message":"task not found"}"#) })
        {
            server in
            let result = try await call("delete_task", ["task_id": .string(someID)], at: server.address)
            #expect(result.text == "{\"deleted\":true,\"id\":\"\(someID)\"}")
            #expect(server.requests.count == 2)
        }
    }

    @Test("a change of unknown fate stays unknown when a later try is refused")
    func refusedLater() async throws {
        try await TestServer.with({ _, number in number == 1 ? .reset : .json(404, #"{"message":"task not found"}"#) })
        {
            server in
            let result = try await call(
                "import_tasks", ["tasks": [["id": .string(someID), "title": "x"]]], at: server.address)
            #expect(result.status == .unknown)
            #expect(result.error?.code == .notFound)
        }
    }

    @Test("a wait between tries ends at once when the task is cancelled")
    func cancelledWait() async throws {
        try await TestServer.with({ _, _ in .answer(429, [("retry-after", "5")]) }) { server in
            var settings = RESTSettings.brisk
            settings.deadline = .seconds(20)
            let backend = try backend(at: server.address, settings: settings)
            let running = Task { try await backend.call("create_task", someCreate) }
            while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(30))
            let clock = ContinuousClock()
            let begin = clock.now
            running.cancel()
            let result = try await running.value
            #expect(result.error?.code == .cancelled)
            #expect(result.status == .failed)
            #expect(clock.now - begin < .seconds(4.8))
            await backend.close()
        }
    }
}
