import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("Browsers")
struct BrowserSessionTests {
    @Test("are led to the sign-in page and back to where they wanted to go")
    func wayBack() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let browser = TestBrowser(served)
        let answer = try await browser.get("/cli-auth?session=abc")
        #expect(answer.headers[.location] == "/sign-in?next=%2Fcli-auth%3Fsession%3Dabc")
        let page = try await browser.get(answer.headers[.location] ?? "")
        let signedIn = try await browser.post(
            .signIn,
            [
                .csrf: TestBrowser.formToken(of: page), .next: "/cli-auth?session=abc", .name: "ada",
                .password: "correct horse battery",
            ])
        #expect(signedIn.headers[.location] == "/cli-auth?session=abc")
        let cookie = signedIn.headers[values: .setCookie].joined()
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
        #expect(try await browser.get("/").status == .ok)
        await served.close()
    }

    @Test(
        "are never led to another site", arguments: ["//evil.example", "https://evil.example", "/\\evil.example", ""])
    func openRedirect(_ next: String) async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let browser = TestBrowser(served)
        let token = TestBrowser.formToken(of: try await browser.get("/sign-in"))
        let answer = try await browser.post(
            .signIn, [.csrf: token, .next: next, .name: "ada", .password: "correct horse battery"])
        #expect(answer.headers[.location] == "/")
        await served.close()
    }

    @Test("send no form from another site, and none without the page's token")
    func forgery() async throws {
        let served = try ServedStore()
        let (account, _) = try await served.user("ada")
        let browser = TestBrowser(served)
        #expect(try await browser.signIn("ada").status == .seeOther)
        let token = TestBrowser.formToken(of: try await browser.get("/tokens"))
        #expect(try await browser.post(.tokens, [.name: "Forged"]).status == .forbidden)
        #expect(try await browser.post(.tokens, [.csrf: "wrong", .name: "Forged"]).status == .forbidden)
        for origin in ["https://evil.example", "null", "http://127.0.0.1:3001"] {
            browser.origin = origin
            #expect(try await browser.post(.tokens, [.csrf: token, .name: "Forged"]).status == .forbidden)
        }
        #expect(try await served.accounts.tokens(of: account).count == 1)
        browser.origin = "http://127.0.0.1:3000"
        #expect(try await browser.post(.tokens, [.csrf: token, .name: "Good"]).status == .ok)
        await served.close()
    }

    @Test("are signed out one by one, and programs stay signed in")
    func signingOut() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let (first, second) = (TestBrowser(served), TestBrowser(served))
        _ = try await first.signIn("ada")
        _ = try await second.signIn("ada")
        let form = TestBrowser.formToken(of: try await first.get("/"))
        let old = first.cookies
        #expect(try await first.post(.signOut, [.csrf: form]).headers[.location] == "/sign-in")
        first.cookies = old
        #expect(try await first.get("/").status == .seeOther, "the old cookie is worth nothing")
        #expect(try await second.get("/").status == .ok)
        #expect(try await served.ask(.get, "/auth/me", token: token).status == .ok)
        await served.close()
    }

    @Test("may try passwords ten times in a quarter of an hour, and are told how long to wait")
    func attempts() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let browser = TestBrowser(served)
        for _ in 0..<10 { #expect(try await browser.signIn("ada", "a wrong password").status == .unauthorized) }
        let refused = try await browser.signIn("ada")
        #expect(refused.status == .tooManyRequests)
        #expect(refused.headers[.retryAfter] == "900")
        served.clock.advance(bySeconds: 900)
        #expect(try await browser.signIn("ada").status == .seeOther)
        await served.close()
    }

    @Test("set a password with a link, once, within a day")
    func setup() async throws {
        let served = try ServedStore()
        let link = try await served.accounts.invite(nil).reveal()
        let browser = TestBrowser(served)
        let page = try await browser.get("/setup?link=\(link)")
        let token = TestBrowser.formToken(of: page)
        func send(_ name: String, _ password: String, _ again: String) async throws -> WebAnswer {
            try await browser.post(
                .setup,
                [.csrf: token, .link: link, .name: name, .password: password, .passwordAgain: again])
        }
        #expect(try await send("a b", "correct horse battery", "correct horse battery").status.code == 422)
        #expect(try await send("ada", "short", "short").status.code == 422)
        #expect(try await send("ada", "correct horse battery", "another one, longer").status.code == 422)
        #expect(try await send("ada", "correct horse battery", "correct horse battery").status == .seeOther)
        #expect(try await browser.get("/").text.contains("ada"))
        #expect(try await TestBrowser(served).get("/setup?link=\(link)").status == .notFound)
        let late = try await served.accounts.invite(nil).reveal()
        served.clock.advance(bySeconds: 24 * 3600)
        #expect(try await TestBrowser(served).get("/setup?link=\(late)").status == .notFound)
        await served.close()
    }

    @Test("make one account with one link, however many try it at once, and keep a link that came to nothing")
    func oneAccountForALink() async throws {
        let served = try ServedStore()
        let link = try await served.accounts.invite(nil).reveal()
        let taken = try await served.user("ada").account
        // The first user has come since: the links for one are gone.
        #expect(try await TestBrowser(served).get("/setup?link=\(link)").status == .notFound)
        let other = try await served.accounts.invite(nil).reveal()
        let another = try await served.accounts.invite(nil).reveal()
        func send(_ name: String, _ link: String) async throws -> WebAnswer {
            let browser = TestBrowser(served)
            let token = TestBrowser.formToken(of: try await browser.get("/setup?link=\(link)"))
            return try await browser.post(
                .setup,
                [
                    .csrf: token, .link: link, .name: name, .password: "correct horse battery",
                    .passwordAgain: "correct horse battery",
                ])
        }
        #expect(try await send(taken.name, other).status == .conflict)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 { group.addTask { try await send("user\(number)", other).status.code } }
            var statuses: [Int] = []
            for try await status in group { statuses.append(status) }
            #expect(statuses.sorted() == [303, 404, 404, 404])
        }
        #expect(try await served.accounts.accounts().count == 2)
        #expect(try await TestBrowser(served).get("/setup?link=\(another)").status == .notFound)
        await served.close()
    }

    @Test("cannot be led by another site to approve a program over the API")
    func approvalByAPI() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let cookie = browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        let id = try #require(try await served.ask(.post, "/auth/cli/init", "{}").json()["session_id"]?.stringValue)
        let body = #"{"session_id":"\#(id)"}"#
        for origin in [nil, "https://evil.example", "null"] {
            var headers: HTTPFields = [.cookie: cookie]
            headers[.origin] = origin
            #expect(try await served.ask(.post, "/auth/cli/approve", body, headers: headers).status == .forbidden)
        }
        let own: HTTPFields = [.cookie: cookie, .origin: "http://127.0.0.1:3000"]
        #expect(try await served.ask(.post, "/auth/cli/approve", body, headers: own).status == .ok)
        await served.close()
    }

    @Test("see in the live log what is their own, and nothing any more once they have signed out")
    func liveLog() async throws {
        let feed = TestFeed()
        let served = try ServedStore(records: feed)
        let (ada, _) = try await served.user("ada")
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let page = try await browser.get("/")
        #expect(page.text.contains("data-events=\"/events?after=0\""))
        guard case .events(let events) = try await browser.get("/events?after=0").body else {
            Issue.record("there is no stream")
            return
        }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next(isolation: nil)?.hasPrefix("retry:") == true)
        // Somebody else of the same name, in another store with the same log.
        feed.add(Self.record(of: "ada", .version7(), "theirs"))
        feed.add(Self.record(of: "ada", ada.id, "hers"))
        #expect(await iterator.next(isolation: nil)?.contains("hers") == true)
        let form = TestBrowser.formToken(of: page)
        #expect(try await browser.post(.signOut, [.csrf: form]).status == .seeOther)
        feed.add(Self.record(of: "ada", ada.id, "after"))
        #expect(await iterator.next(isolation: nil) == nil)
        await served.close()
    }

    private static func record(of user: String, _ id: UniqueIdentifier, _ title: String) -> JSONValue {
        [
            "kind": "intent", "id": .string(UniqueIdentifier.version7().description), "op": "create_task",
            "door": "http", "user": .string(user), "user_id": .string(id.description),
            "time": "2026-11-30T17:00:00.000000Z", "args": ["title": .string(title)],
        ]
    }

    @Test("keep their cookie to TLS where a proxy speaks it")
    func secureCookie() async throws {
        let served = try ServedStore()
        for (proto, isSecure) in [("https", true), ("http", false)] {
            let page = try await served.ask(.get, "/sign-in", headers: [.forwardedProto: proto])
            let cookie = page.headers[values: .setCookie].joined()
            #expect(cookie.contains("; Secure") == isSecure && cookie.contains("HttpOnly"))
        }
        await served.close()
    }

    @Test("stay signed in for thirty days, unless their password is set anew")
    func sessionLife() async throws {
        let served = try ServedStore()
        let account = try await served.user("ada").account
        let (old, reset) = (TestBrowser(served), TestBrowser(served))
        _ = try await old.signIn("ada")
        served.clock.advance(bySeconds: 30 * 86_400 - 1)
        #expect(try await old.get("/").status == .ok)
        _ = try await reset.signIn("ada")
        served.clock.advance(bySeconds: 1)
        #expect(try await old.get("/").status == .seeOther)
        #expect(try await reset.get("/").status == .ok)
        try await served.accounts.setPassword(of: account, PasswordHash(of: "another one, longer", parameters: .quick))
        #expect(try await reset.get("/").status == .seeOther)
        await served.close()
    }

    @Test("are many at one address, which right passwords do not count against")
    func manyAtOneAddress() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        for _ in 0..<60 { #expect(try await TestBrowser(served).signIn("ada").status == .seeOther) }
        await served.close()
    }

    @Test("approve a program on the page that says what asks, and get its code there")
    func approval() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let headers: HTTPFields = [.userAgent: "agent/1.0"]
        let begun = try await served.ask(.post, "/auth/cli/init", "{}", headers: headers)
        let id = try #require(try begun.json()["session_id"]?.stringValue)
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let page = try await browser.get("/cli-auth?session=\(id)")
        #expect(page.text.contains("agent/1.0") && page.text.contains("127.0.0.1"))
        let fields: KeyValuePairs<FormField, String> = [
            .csrf: TestBrowser.formToken(of: page), .session: id, .decision: Decision.approve.rawValue,
        ]
        #expect(try await browser.post(.cliAuth, fields).text.contains("Your code"))
        #expect(try await browser.post(.cliAuth, fields).text.contains("Already used"))
        await served.close()
    }
}
