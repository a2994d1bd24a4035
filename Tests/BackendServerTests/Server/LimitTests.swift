import GRDB
import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("Limits")
struct LimitTests {
    @Test("leave to others what one has too much of, and give it back", arguments: SharedResource.allCases)
    func shares(_ resource: SharedResource) {
        let shares = Shares()
        let (ada, grace) = (ShareHolder.account(.version7()), ShareHolder.account(.version7()))
        var held: [Share?] = [shares.take(resource.each, of: resource, for: ada)]
        #expect(held[0] != nil)
        #expect(shares.take(of: resource, for: ada) == nil)
        let forced = shares.take(of: resource, for: ada, isForced: true)
        #expect(forced != nil)
        #expect(shares.take(of: resource, for: grace) != nil)
        held = []
        #expect(shares.take(of: resource, for: ada) != nil)
        withExtendedLifetime(forced) {}
    }

    @Test("hold for all together as well, and never refuse the first share of anybody to whom nobody has taken it")
    func all() {
        let shares = Shares()
        let resource = SharedResource.answerBytes
        #expect(shares.take(10 * resource.all, of: resource, for: .network("a")) != nil, "however large")
        let held = (0..<resource.all / resource.each).map {
            shares.take(resource.each, of: resource, for: .network("\($0)"))
        }
        #expect(held.allSatisfy { $0 != nil })
        #expect(shares.take(of: resource, for: .network("a")) == nil)
        withExtendedLifetime(held) {}
    }

    @Test("let one account have sixteen live logs, tell it so with 429, and leave the others theirs")
    func liveLogs() async throws {
        let served = try ServedStore(records: TestFeed())
        _ = try await served.user("ada")
        _ = try await served.user("grace")
        let (browser, other) = (TestBrowser(served), TestBrowser(served))
        _ = try await browser.signIn("ada")
        _ = try await other.signIn("grace")
        var open: [WebAnswer] = []
        for _ in 0..<SharedResource.eventStreams.each { open.append(try await browser.get("/events")) }
        #expect(open.allSatisfy { $0.status == .ok })
        let refused = try await browser.get("/events")
        #expect(refused.status == .tooManyRequests)
        #expect(refused.headers[.retryAfter] == "30" && refused.headers[.connection] == "close")
        #expect(try await other.get("/events").status == .ok)
        open.removeLast()
        #expect(try await browser.get("/events").status == .ok)
        await served.close()
    }

    @Test("let one account have so many requests under way, and answer probes whatever is")
    func requests() async throws {
        let served = try ServedStore()
        let (token, other) = (try await served.user("ada").token, try await served.user("grace").token)
        var unread: [WebAnswer] = []
        for _ in 0..<SharedResource.answers.each {
            unread.append(try await served.ask(.get, "/auth/me", token: token))
        }
        #expect(unread.allSatisfy { $0.status == .ok })
        for prefix in ["", "/api"] {
            let refused = try await served.ask(.post, prefix + "/tasks", #"{"title":"x"}"#, token: token)
            #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] == "1")
        }
        #expect(try await served.ask(.get, "/auth/me", token: other).status == .ok)
        for target in ["/health", "/ready", "/live"] { #expect(try await served.ask(.get, target).status == .ok) }
        unread = []
        #expect(try await served.ask(.get, "/tasks", token: token).json() == [])
        await served.close()
    }

    @Test(
        "hold for a network: an IPv4 address, 64 bits of IPv6",
        arguments: [
            ("192.0.2.7", "192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8:0:0::/64", "2001:db8:0::/48"),
            ("2001:DB8:0:0:ffff::9", "2001:db8:0:0::/64", "2001:db8:0::/48"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64", "2001:db8:1::/48"), ("unknown", "unknown", "unknown"),
        ])
    func networks(_ address: String, _ network: String, _ site: String) {
        #expect(ClientNetwork.of(address) == network)
        #expect(ClientNetwork.site(of: address) == site)
    }

    @Test(
        "see the address behind what proxies and sockets put around it",
        arguments: [
            ("192.0.2.7:4711", "192.0.2.7"), ("[2001:db8::1]:4711", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"),
        ])
    func addresses(_ text: String, _ address: String) { #expect(PeerAddress.plain(text) == address) }

    // MARK: Signing in

    @Test("let the programs of one network wait a hundred times, however many addresses it has, and others meanwhile")
    func waitingPrograms() async throws {
        let served = try ServedStore()
        var statuses: [Int] = []
        for number in 0..<120 {
            let address: HTTPFields = [.forwardedFor: "2001:db8::\(String(number, radix: 16))"]
            let answer = try await served.ask(.post, "/auth/cli/init", "{}", headers: address)
            statuses.append(answer.status.code)
            if answer.status == .tooManyRequests { #expect(answer.headers[.retryAfter] == "600") }
        }
        #expect(statuses == Array(repeating: 200, count: 100) + Array(repeating: 429, count: 20))
        let other: HTTPFields = [.forwardedFor: "192.0.2.7"]
        #expect(try await served.ask(.post, "/auth/cli/init", "{}", headers: other).status == .ok)
        await served.close()
    }

    @Test("let whoever asks for much make room for whoever asks for little, where all wait that can")
    func busiestSite() async throws {
        let served = try ServedStore()
        let now = served.clock.now.seconds
        let few: HTTPFields = [.forwardedFor: "192.0.2.7"]
        let first = try await served.ask(.post, "/auth/cli/init", "{}", headers: few).json()
        try await served.accounts.write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                    INSERT INTO sign_in (id, state, address, network, site, created)
                    SELECT 'id' || i, 'waiting', '', 'n' || (i / 100), 's' || (i / 1000), ? FROM n
                    """, arguments: [ServerSettings.mostWaiting, now])
        }
        for _ in 0..<5 {
            #expect(try await served.ask(.post, "/auth/cli/init", "{}", headers: few).status == .ok)
        }
        let id = try #require(first["session_id"]?.stringValue)
        #expect(try await served.accounts.signIn(id) != nil, "the one that waited before still does")
        let count = try await served.accounts.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sign_in") }
        #expect(count == ServerSettings.mostWaiting + 1)
        await served.close()
    }

    @Test("slow down who guesses passwords, and neither another network nor a browser that has signed in before")
    func guessing() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let owner = TestBrowser(served)
        #expect(try await owner.signIn("ada").status == .seeOther)
        owner.cookies[BrowserCookie.session.rawValue] = nil
        let guesser = TestBrowser(served)
        for _ in 0..<10 { #expect(try await guesser.signIn("ada", "a wrong password").status == .unauthorized) }
        #expect(try await guesser.signIn("ada", "a wrong password").status == .tooManyRequests)
        #expect(try await guesser.signIn("ada").status == .tooManyRequests, "nor is the right one tried")
        let elsewhere = TestBrowser(served, address: "203.0.113.7")
        #expect(try await elsewhere.signIn("ada").status == .seeOther)
        #expect(try await owner.signIn("ada").status == .seeOther, "even at the guesser's address")
        await served.close()
    }

    @Test("count for a known browser as well, and only for the account that it is known for")
    func knownBrowsers() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        _ = try await served.user("grace")
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        for _ in 0..<10 { #expect(try await browser.signIn("ada", "a wrong password").status == .unauthorized) }
        #expect(try await browser.signIn("ada").status == .tooManyRequests)
        for _ in 0..<10 { #expect(try await browser.signIn("grace", "a wrong password").status == .unauthorized) }
        #expect(try await browser.signIn("grace").status == .tooManyRequests)
        let account = try #require(try await served.accounts.account(named: "ada"))
        try await served.accounts.setPassword(
            of: account, PasswordHash(of: "another one, longer", parameters: .quick))
        served.clock.advance(bySeconds: 900)
        for _ in 0..<10 { _ = try await TestBrowser(served).signIn("ada", "a wrong password") }
        let late = try await browser.signIn("ada", "another one, longer")
        #expect(late.status == .tooManyRequests, "a new password makes all browsers strangers")
        await served.close()
    }

    @Test("hold for a name from everywhere, too, where the guessers are many")
    func manyGuessers() async throws {
        let served = try ServedStore()
        _ = try await served.user("ada")
        let owner = TestBrowser(served)
        _ = try await owner.signIn("ada")
        let most = ServerSettings.attemptsPerNameEverywhere
        for number in 0..<most {
            let guesser = TestBrowser(served, address: "198.51.100.\(number)")
            #expect(try await guesser.signIn("ada", "a wrong password").status == .unauthorized)
        }
        #expect(try await TestBrowser(served, address: "203.0.113.7").signIn("ada").status == .tooManyRequests)
        #expect(try await owner.signIn("ada").status == .seeOther)
        await served.close()
    }
}
