import Foundation
import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

/// What RFC 9110 and RFC 9112 ask of a server, over real connections.
@Suite("HTTP")
struct HTTPRuleTests {
    private func serving(_ body: (String, _ headers: String) async throws -> Void) async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        try await served.serving { address in
            try await body(address, "Host: tasks.example\r\nAuthorization: Bearer \(token)\r\n")
        }
        await served.close()
    }

    private func status(_ text: String) -> Int {
        Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    @Test(
        "ends the connection where the client's version or the client does (RFC 9112 section 9.3)",
        arguments: [
            "GET /health HTTP/1.0\r\n\r\n", "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: a\r\nConnection: TE, close\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n",
        ])
    func ending(_ request: String) async throws {
        try await serving { address, _ in
            let text = try await RawConnection.answer(address, request)
            #expect(status(text) == 200)
            #expect(text.lowercased().contains("connection: close"))
            #expect(text.components(separatedBy: "HTTP/1.").count == 2, "one answer: \(text)")
            #expect(text.hasPrefix(request.contains("HTTP/1.0") ? "HTTP/1.0" : "HTTP/1.1"))
        }
    }

    @Test("answers what is asked one behind the other, in that order")
    func pipelining() async throws {
        try await serving { address, headers in
            let requests = ["/health", "/tasks", "/nothing", "/live"].map { "GET \($0) HTTP/1.1\r\n\(headers)" }
            let text = try await RawConnection.answer(
                address, requests.joined(separator: "\r\n") + "Connection: close\r\n\r\n")
            #expect(text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) } == ["200", "200", "404", "200"])
        }
    }

    @Test("takes exactly one host from a client that knows hosts (RFC 9112 section 3.2)")
    func hosts() async throws {
        try await serving { address, _ in
            for (hosts, expected) in [
                ("", 400), ("Host: a\r\nHost: a\r\n", 400), ("Host: a\r\nhost: b\r\n", 400), ("Host:\r\n", 400),
                ("Host: a b\r\n", 400), ("Host: a:80\r\n", 200),
            ] {
                let text = try await RawConnection.answer(
                    address, "GET /health HTTP/1.1\r\n\(hosts)Connection: close\r\n\r\n")
                #expect(status(text) == expected, "\(hosts)")
            }
        }
    }

    @Test(
        "answers an expectation before the body has come: with 100, or with the final status (RFC 9110 section 10.1.1)")
    func expectations() async throws {
        try await serving { address, headers in
            let head = "POST /tasks HTTP/1.1\r\n\(headers)Connection: close\r\n"
            let connection = try await RawConnection(to: address)
            try await connection.send(head + "Expect: 100-continue\r\nContent-Length: 13\r\n\r\n")
            #expect(try await connection.text(with: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try await connection.send(#"{"title":"x"}"#)
            let text = try await connection.textToTheEnd()
            #expect(status(text.replacing("HTTP/1.1 100 Continue\r\n\r\n", with: "")) == 201)
            for (rest, expected) in [
                ("Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n", 413),
                ("Expect: 100-continue\r\nContent-Encoding: gzip\r\nContent-Length: 13\r\n\r\n", 415),
                ("Expect: nonsense\r\nContent-Length: 13\r\n\r\n", 417),
            ] {
                #expect(try await status(RawConnection.answer(address, head + rest)) == expected, "\(rest)")
            }
            let old = "POST /tasks HTTP/1.0\r\n\(headers)Expect: 100-continue\r\nContent-Length: 13\r\n\r\n"
            #expect(try await status(RawConnection.answer(address, old + #"{"title":"x"}"#)) == 201)
        }
    }

    @Test(
        "calls a body broken that is no sequence of chunks, and takes one that is",
        arguments: [
            ("0x13\r\n{}\r\n0\r\n\r\n", 400), ("-1\r\n{}\r\n0\r\n\r\n", 400), ("zz\r\n{}\r\n0\r\n\r\n", 400),
            ("2\r\n{}x\r\n0\r\n\r\n", 400), ("d\r\n{\"title\":\"x\"}\r\nnonsense\r\n", 400),
            ("6\r\n{\"titl\r\n7;a=b\r\ne\":\"x\"}\r\n0\r\n\r\n", 201),
        ])
    func chunks(_ body: String, _ expected: Int) async throws {
        try await serving { address, headers in
            let head = "POST /tasks HTTP/1.1\r\n\(headers)Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            let text = try await RawConnection.answer(address, head + body)
            #expect(status(text) == expected)
        }
    }

    @Test("takes no body with a coding, and says so")
    func codings() async throws {
        try await serving { address, headers in
            let head = "POST /tasks HTTP/1.1\r\n\(headers)Connection: close\r\n"
            for (fields, expected) in [
                ("Content-Encoding: gzip\r\nContent-Length: 13\r\n", 415),
                ("Content-Encoding: br\r\nContent-Length: 13\r\n", 415),
                ("Content-Encoding: identity\r\nContent-Length: 13\r\n", 201),
                ("Transfer-Encoding: gzip, chunked\r\n", 501),
            ] {
                let text = try await RawConnection.answer(address, head + fields + "\r\n" + #"{"title":"x"}"#)
                #expect(status(text) == expected, "\(fields)")
                if expected == 415 { #expect(text.lowercased().contains("accept-encoding: identity")) }
            }
        }
    }

    @Test("streams an answer without an end to an old client without chunks")
    func oldStream() async throws {
        let served = try ServedStore(records: TestFeed())
        _ = try await served.user("ada")
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let cookie = "deferno_session=\(browser.cookies["deferno_session"] ?? "")"
        try await served.serving { address in
            for (version, isChunked) in [("1.0", false), ("1.1", true)] {
                let connection = try await RawConnection(to: address)
                try await connection.send("GET /events HTTP/\(version)\r\nHost: a\r\nCookie: \(cookie)\r\n\r\n")
                let text = try await connection.text(with: "retry:")
                #expect(text.lowercased().contains("transfer-encoding: chunked") == isChunked)
                await connection.close()
            }
        }
        await served.close()
    }

    // MARK: What all share

    @Test("gives a large answer whole, with its length, in both dialects")
    func largeAnswers() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let tasks = (0..<600).map { number -> JSONValue in
            [
                "id": .string(UniqueIdentifier.version7().description),
                "title": .string("\(number) " + String(repeating: "x", count: 900)),
            ]
        }
        let body = JSONText(["tasks": .array(tasks)]).description
        #expect(try await served.ask(.post, "/tasks/import", body, token: token).status == .ok)
        try await served.serving { address in
            for path in ["/tasks/export", "/api/tasks/export"] {
                let expected = try await served.ask(.get, path, token: token)
                #expect(expected.text.utf8.count > 8 * ServerSettings.pieceBytes)
                let text = try await RawConnection.answer(
                    address,
                    "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n")
                let parts = text.components(separatedBy: "\r\n\r\n")
                #expect(parts[0].lowercased().contains("content-length: \(expected.text.utf8.count)"))
                #expect(parts[1] == expected.text)
            }
        }
        await served.close()
    }

    @Test("ends a refused live log's connection, and lets another take the place of one whose browser has gone")
    func goneBrowsers() async throws {
        let served = try ServedStore(records: TestFeed())
        _ = try await served.user("ada")
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let request = """
            GET /events HTTP/1.1\r\nHost: a\r\nCookie: deferno_session=\(browser.cookies["deferno_session"] ?? "")\r\n\r\n
            """
        try await served.serving { address in
            func open() async throws -> RawConnection {
                let connection = try await RawConnection(to: address)
                try await connection.send(request)
                return connection
            }
            var streams: [RawConnection] = []
            for _ in 0..<SharedResource.eventStreams.each {
                streams.append(try await open())
                #expect(try await streams.last?.text(with: "retry:").contains("200 OK") == true)
            }
            let refused = try await open()
            #expect(try await status(refused.textToTheEnd()) == 429)
            await streams.removeLast().close()
            // Nothing is written to the one that has gone, so only its end can tell.
            while true {
                let next = try await open()
                streams.append(next)
                if try await next.text(with: "\r\n\r\n").contains("200 OK") { break }
            }
            for stream in streams { await stream.close() }
        }
        await served.close()
    }

    @Test("answers new connections however many others are open on which nothing is asked")
    func idleConnections() async throws {
        let served = try ServedStore(connections: ServerSettings.spareConnections + 16)
        try await served.serving { address in
            var idle: [RawConnection] = []
            for _ in 0..<200 { idle.append(try await RawConnection(to: address)) }
            let text = try await RawConnection.answer(
                address, "GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(status(text) == 200)
            for connection in idle { await connection.close() }
        }
        await served.close()
    }
}
