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
