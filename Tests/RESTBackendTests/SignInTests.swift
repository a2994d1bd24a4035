import OperationCatalogue
import OperationPipeline
import RESTBackend
import Testing

@Suite("Signing in and out")
struct SignInTests {
    @Test("start_auth asks without a token and tells what to do", arguments: [false, true])
    func startAuth(_ isWrapped: Bool) async throws {
        let payload = #"{"session_id":"s-1","auth_url":"https://x.example/cli?s=s-1","expires_in":600}"#
        let body = isWrapped ? #"{"version":"0.1","data":\#(payload)}"# : payload
        try await TestServer.with({ _, _ in .json(200, body) }) { server in
            let result = try await call("start_auth", at: server.address)
            guard case .ok(let text, _) = result else { return #expect(Bool(false), "\(result)") }
            let expected: JSONValue = [
                "auth_url": "https://x.example/cli?s=s-1", "session_id": "s-1",
                "instructions": .string(StartAuth.instructions),
            ]
            #expect(try text.value() == expected)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.target == "/auth/cli/init")
            #expect(request.text == "{}")
            #expect(request.token == nil)
        }
    }

    @Test("complete_auth saves the token and does not show it")
    func completeAuth() async throws {
        let body = #"{"token":"t-4711","user":{"id":"\#(someID)","username":"sample"}}"#
        try await TestServer.with({ _, _ in .json(200, body) }) { server in
            let tokens = MemoryTokenStore(nil)
            let result = try await call(
                "complete_auth", ["session_id": "s-1", "code": "K7QM"], at: server.address + "//", tokens: tokens)
            #expect(result.text == #"{"authenticated":true,"username":"sample"}"#)
            #expect(tokens.state.token == "t-4711")
            #expect(tokens.state.username == "sample")
            #expect(tokens.state.address?.text == server.address)
            let request = try #require(server.requests.first)
            #expect(request.target == "/auth/cli/verify")
            #expect(request.text == #"{"session_id":"s-1","code":"K7QM"}"#)
            #expect(request.token == nil)
        }
    }

    @Test("a wrong code is the backend's error, without the code in it, and saves nothing")
    func wrongCode() async throws {
        let bodies = [#"{"message":"bad code K7QM-2F9D"}"#, "bad code K7QM-2F9D", "<p>K7QM-2F9D</p>"]
        for body in bodies {
            try await TestServer.with({ _, _ in .json(400, body) }) { server in
                let tokens = MemoryTokenStore(nil)
                let result = try await call(
                    "complete_auth", ["session_id": "s-1", "code": "K7QM-2F9D"], at: server.address, tokens: tokens)
                #expect(result.status == .failed)
                #expect(result.error?.status == 400)
                #expect(result.error?.message.contains("K7QM-2F9D") == false)
                #expect(tokens.state.token == nil)
            }
        }
    }

    @Test("an answer to complete_auth that cannot be used is not quoted")
    func unusableAnswer() async throws {
        for body in [
            "token t-4711", #"{"version":"7","data":{"token":"t-4711"}}"#, #"{"tokens":"t-4711"}"#, #"["t-4711"]"#,
        ] {
            try await TestServer.with({ _, _ in .json(200, body) }) { server in
                let result = try await call(
                    "complete_auth", ["session_id": "s-1", "code": "K7QM"], at: server.address)
                let error = try #require(result.error)
                #expect(!"\(error)".contains("t-4711"))
                #expect(error.code == .backendFailed)
            }
        }
    }

    @Test("a token that cannot be saved fails the sign-in with the store's reason")
    func unsaved() async throws {
        try await TestServer.with({ _, _ in .json(200, #"{"token":"t-4711"}"#) }) { server in
            let tokens = MemoryTokenStore(nil, failure: OperationError(.internalError, "disk full"))
            let result = try await call(
                "complete_auth", ["session_id": "s-1", "code": "K7QM"], at: server.address, tokens: tokens)
            #expect(result.error?.message == "disk full")
        }
    }

    @Test("logout removes the credentials whatever the backend says")
    func logout() async throws {
        for (reply, status) in [
            (ServerReply.answer(204, []), OutcomeStatus.ok), (.json(200, #"{"version":"0.1","data":{}}"#), .ok),
            (.json(500, #"{"message":"boom"}"#), .failed), (.answer(401, []), .failed), (.reset, .unknown),
        ] {
            try await TestServer.with({ _, _ in reply }) { server in
                let tokens = MemoryTokenStore("t-1")
                let result = try await call("logout", at: server.address, tokens: tokens)
                #expect(result.status == status)
                if status == .ok { #expect(result.text == #"{"message":"Logged out and credentials removed."}"#) }
                #expect(tokens.state.removals == 1)
                #expect(server.requests.first?.token == "Bearer t-1")
                #expect(server.requests.first?.target == "/auth/logout")
            }
        }
    }

    @Test("logout on behalf of somebody with a token of their own leaves the saved credentials")
    func logoutOfAnother() async throws {
        try await TestServer.with({ _, _ in .answer(204, []) }) { server in
            let tokens = MemoryTokenStore("t-1")
            let result = try await call("logout", at: server.address, tokens: tokens, credential: "t-2")
            #expect(result.status == .ok)
            #expect(tokens.state.removals == 0)
            #expect(server.requests.first?.token == "Bearer t-2")
        }
    }

    @Test("without a token nothing is sent, and the sentence is the seed's")
    func noToken() async throws {
        try await TestServer.with({ _, _ in .json(200, someTask) }) { server in
            let result = try await call("whoami", at: server.address, tokens: MemoryTokenStore(nil))
            #expect(result.error?.code == .notSignedIn)
            #expect(result.error?.status == 401)
            #expect(
                result.error?.message
                    == "not authenticated — call the `start_auth` tool to begin the login flow, or run "
                    + "`defernowork-mcp auth` in your terminal")
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a token that would break the header is not sent")
    func brokenToken() async throws {
        try await TestServer.with({ _, _ in .json(200, someTask) }) { server in
            for token in ["a\r\nx-evil: 1", "a b", "", "é"] {
                let result = try await call("whoami", at: server.address, tokens: MemoryTokenStore(token))
                #expect(result.error?.code == .notSignedIn, "\(token.debugDescription)")
                #expect(!token.contains("evil") || result.error?.message.contains("evil") == false)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a token over plain http to another machine is refused, unless that is allowed")
    func plainHTTP() async throws {
        // 192.0.2.0/24 is set apart for documentation (RFC 5737): nothing answers there.
        let address = "http://192.0.2.1:3000"
        for (name, arguments) in [
            ("whoami", [:]), ("complete_auth", ["session_id": "s", "code": "c"]), ("start_auth", [:]),
        ] as [(String, JSONObject)] {
            let result = try await call(name, arguments, at: address)
            #expect(result.error?.code == .notPermitted, "\(name)")
            #expect(result.error?.message.contains("--insecure-http") == true)
        }
        var settings = RESTSettings.short
        settings.allowsInsecureHTTP = true
        settings.retries.maximumTries = 1
        let result = try await call("whoami", at: address, settings: settings)
        #expect(result.error?.code == .deadlineExceeded || result.error?.code == .backendUnreachable)
    }
}
