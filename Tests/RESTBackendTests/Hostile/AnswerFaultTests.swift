import OperationCatalogue
import RESTBackend
import Testing

@Suite("An answer that is not as it should be")
struct AnswerFaultTests {
    private func get(_ reply: ServerReply, path: String = "") async throws -> (OperationResult, [ServerRequest]) {
        try await TestServer.with({ _, _ in reply }) { server in
            let result = try await call("get_task", ["task_id": .string(someID)], at: server.address + path)
            return (result, server.requests)
        }
    }

    private func create(_ reply: ServerReply) async throws -> (OperationResult, [ServerRequest]) {
        try await TestServer.with({ _, _ in reply }) { server in
            (try await call("create_task", someCreate, at: server.address), server.requests)
        }
    }

    @Test("JSON with newlines comes out on one line, in both dialects")
    func newlines() async throws {
        let pretty = "{\n  \"id\": \"\(someID)\",\r\n\t\"title\": \"a\\nb\"\n}\n"
        let compact = "{\"id\":\"\(someID)\",\"title\":\"a\\nb\"}"
        for body in [
            pretty, "{\n \"version\" : \"0.1\",\n \"data\" : \(pretty) }\n", "{\"data\":\(pretty),\"version\":\"0.2\"}",
            "{\"version\":\"0.2\",\"data\":\(pretty),\"meta\":{\"version\":\"9\",\"data\":[1, 2]}}",
        ] {
            #expect(try await get(.json(200, body)).0.text == compact)
        }
    }

    @Test(
        "a success that is no JSON quotes its first 200 characters",
        arguments: ["<html><body>Welcome</body></html>", "{\"id\":1", "{\"id\":1}{", "{\"a\":1,\"a\":2}", "\u{FEFF}{}"])
    func noJSON(_ body: String) async throws {
        let long = body + String(repeating: "\u{e9}", count: 300)
        let (read, requests) = try await get(.json(200, long))
        let error = try #require(read.error)
        #expect(read.status == .failed)
        #expect(error.code == .backendFailed)
        #expect(error.status == 200)
        let quote = String(String.UnicodeScalarView(long.unicodeScalars.prefix(200)))
        #expect(error.message.contains("; it begins with: \(quote)"))
        #expect(!error.message.contains(String(long.unicodeScalars.prefix(201).map(Character.init))))
        #expect(requests.count == 1)
        #expect(error.message.contains("/api") == body.hasPrefix("<"))
        #expect(try await create(.json(201, long)).0.status == .unknown)
    }

    @Test("JSON under a wrong content type is taken")
    func wrongContentType() async throws {
        let (result, _) = try await get(.answer(200, [("content-type", "text/html; charset=latin1")], someTask))
        #expect(result.text == someTask)
    }

    @Test("an unknown envelope version is named, whatever the status")
    func unknownVersion() async throws {
        let (read, _) = try await get(.json(200, #"{"version":"3.7","data":{"id":1}}"#))
        #expect(read.error?.code == .backendFailed)
        #expect(read.error?.message.contains("an envelope of version \"3.7\"; known here are 0.1 and 0.2") == true)
        let (late, _) = try await get(.json(200, #"{"data":{"id":1},"version":2}"#))
        #expect(late.error?.message.contains("an envelope of version 2;") == true)
        let (failed, _) = try await get(.json(404, #"{"version":"0.9","error":{"code":"x","message":"y"}}"#))
        #expect(failed.error?.status == 404)
        #expect(failed.error?.message.contains("version \"0.9\"") == true)
        #expect(try await create(.json(201, #"{"version":"3.7","data":{}}"#)).0.status == .unknown)
    }

    @Test("a list where an object should be, and the other way round, is an error")
    func wrongShape() async throws {
        #expect(try await get(.json(200, "[]")).0.error?.code == .backendFailed)
        #expect(try await get(.json(200, #"{"version":"0.1","data":null}"#)).0.error?.code == .backendFailed)
        try await TestServer.with({ _, _ in .json(200, someTask) }) { server in
            let result = try await call("list_tasks", at: server.address)
            #expect(result.error?.code == .backendFailed)
        }
    }

    @Test("a 204 where a payload should be is an error, also with a body behind it; the next request is not harmed")
    func noContent() async throws {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { _, number in
            number == 1
                ? .raw("HTTP/1.1 204 No Content\r\n\r\n{\"surprise\":true}", closes: false) : .json(200, someTask)
        }
        try await TestServer.with(handler) { server in
            let backend = try backend(at: server.address)
            let first = try await backend.call("get_task", ["task_id": .string(someID)])
            #expect(first.error?.message.contains("204 No Content with nothing in it") == true)
            let second = try await backend.call("get_task", ["task_id": .string(someID)])
            #expect(second.text == someTask)
            await backend.close()
        }
    }

    @Test("a delete is done with any success, with or without a body")
    func deletion() async throws {
        for reply in [
            ServerReply.answer(204, []), .json(200, ""), .json(200, #"{"version":"0.1","data":null}"#),
            .json(200, "gone"),
        ] {
            try await TestServer.with({ _, _ in reply }) { server in
                let result = try await call("delete_task", ["task_id": .string(someID)], at: server.address)
                #expect(result.text == "{\"deleted\":true,\"id\":\"\(someID)\"}")
                #expect(server.requests.map(\.method) == ["DELETE"])
            }
        }
    }

    @Test("a 401 without a body is told from its status; one with a body in the backend's words")
    func unauthorized() async throws {
        let (empty, requests) = try await get(.answer(401, []))
        #expect(empty.error?.code == .notSignedIn)
        #expect(empty.error?.status == 401)
        #expect(empty.error?.message == "Unauthorized")
        #expect(requests.count == 1)
        let told = try await get(
            .json(401, #"{"version":"0.1","error":{"code":"token_expired","message":"token expired"}}"#))
        #expect(told.0.error?.message == "token expired")
        #expect(told.0.error?.backendCode == "token_expired")
        #expect(try await get(.json(401, "nope")).0.error?.message == "nope")
    }

    @Test("an error page is quoted, not taken for the backend's words")
    func errorPage() async throws {
        let page = "<html>\n<head><title>502 Bad Gateway</title></head>" + String(repeating: "x", count: 1000)
        let (read, requests) = try await get(.answer(502, [("content-type", "text/html")], page))
        let error = try #require(read.error)
        #expect(error.code == .backendFailed)
        #expect(error.status == 502)
        #expect(error.message.hasPrefix("Bad Gateway; the answer is no JSON, it begins with: <html> <head>"))
        #expect(error.message.count < 300)
        #expect(requests.count == 4)
    }

    @Test("an error that repeats the token is shown without it")
    func repeatedToken() async throws {
        let (result, _) = try await get(.json(403, #"{"message":"no: Bearer secret-token is too weak"}"#))
        #expect(result.error?.message == "no: Bearer [redacted] is too weak")
        #expect(result.error?.code == .forbidden)
    }

    @Test(
        "a token that the backend repeats is handed on in no part of the error, be it cut",
        arguments: [
            #"{"message":"secret-token"}"#, #"{"code":"secret-token","message":"no"}"#,
            #"{"version":"0.1","error":{"code":"x-secret-token","message":"secret-token, ends: secret-token"}}"#,
            #"{"message":"taken","existing":{"id":"secret-token"}}"#, "secret-token", "<p>secret-token",
            String(repeating: "x", count: 193) + "secret-token",
        ])
    func repeatedTokenAnywhere(_ body: String) async throws {
        for status in [200, 403, 409] {
            let (result, _) = try await get(.json(status, body))
            // A payload is a payload, whatever it says.
            if status == 200, result.error == nil { continue }
            let error = try #require(result.error)
            #expect(!"\(error)".contains("secret-"), "\(status)")
            #expect(!error.message.isEmpty)
        }
    }

    @Test("a delete that is answered by a page, or an envelope of another version, may not have been done")
    func deletionWithoutProof() async throws {
        for body in ["<html>", #"{"version":"9.9","data":{"ok":false}}"#] {
            try await TestServer.with({ _, _ in .json(200, body) }) { server in
                let result = try await call("delete_task", ["task_id": .string(someID)], at: server.address)
                #expect(result.status == .unknown)
            }
        }
    }

    @Test("an error that is null is none")
    func nullError() async throws {
        let (result, _) = try await create(.json(201, #"{"version":"0.1","data":\#(someTask),"error":null}"#))
        #expect(result.text == someTask)
    }

    @Test("an error inside of a success is an error")
    func errorInSuccess() async throws {
        let (result, _) = try await create(
            .json(200, #"{"version":"0.1","error":{"code":"quota","message":"too many"}}"#))
        #expect(result.status == .failed)
        #expect(result.error?.message == "too many")
        #expect(result.error?.backendCode == "quota")
    }
}
