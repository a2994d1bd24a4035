import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("Somebody who leaves")
struct LeavingTests {
    enum Way: CaseIterable, Sendable { case reset, disable, remove }

    @Test("comes in no more by anything that let them in before", arguments: Way.allCases)
    func access(_ way: Way) async throws {
        let served = try ServedStore(records: TestFeed())
        let (account, token) = try await served.user("eve")
        let link = try await served.accounts.invite(account).reveal()
        let other = try await served.user("ada").token
        let browser = TestBrowser(served)
        _ = try await browser.signIn("eve")
        let begun = try await served.ask(.post, "/auth/cli/init", "{}").json()
        let id = try #require(begun["session_id"]?.stringValue)
        let body = #"{"session_id":"\#(id)"}"#
        let approved = try await served.ask(.post, "/auth/cli/approve", body, token: token).json()
        let code = try #require(approved["code"]?.stringValue)
        guard case .events(let events) = try await browser.get("/events").body else {
            Issue.record("there is no stream")
            return
        }
        var iterator = events.makeAsyncIterator()
        _ = await iterator.next(isolation: nil)

        switch way {
        case .reset: try await served.accounts.endAccess(of: account)
        case .disable: try await served.accounts.disable(account)
        case .remove: try await served.accounts.remove(account)
        }
        #expect(try await served.ask(.get, "/tasks", token: token).status == .unauthorized)
        #expect(try await browser.get("/").status == .seeOther)
        #expect(try await browser.get("/events").status == .unauthorized)
        #expect(try await TestBrowser(served).signIn("eve").status == .unauthorized)
        #expect(try await TestBrowser(served).get("/setup?link=\(link)").status == .notFound)
        let verified = try await served.ask(
            .post, "/auth/cli/verify", #"{"session_id":"\#(id)","code":"\#(code)"}"#)
        #expect(verified.status == .unauthorized)
        #expect(try await served.ask(.get, "/tasks", token: other).status == .ok)
        await served.close()
    }

    @Test("and was disabled gets no token and no link until they are enabled, and then begins anew")
    func disabled() async throws {
        let served = try ServedStore()
        let account = try await served.user("eve").account
        try await served.accounts.disable(account)
        #expect(try await served.accounts.disabledAccounts() == [account])
        let token = try await served.accounts.makeToken(for: account, named: "x").secret.reveal()
        #expect(try await served.ask(.get, "/tasks", token: token).status == .unauthorized)
        let early = try await served.accounts.invite(account).reveal()
        #expect(try await TestBrowser(served).get("/setup?link=\(early)").status == .notFound)
        try await served.accounts.enable(account)
        #expect(try await TestBrowser(served).get("/setup?link=\(early)").status == .ok)
        await served.close()
    }

    @Test("and was removed leaves a name that nobody gets, and with it none of their tasks")
    func names() async throws {
        let served = try ServedStore()
        let (account, token) = try await served.user("eve")
        _ = try await served.ask(.post, "/tasks", #"{"title":"Secret"}"#, token: token)
        try await served.accounts.remove(account)
        #expect(try await served.accounts.account(named: "eve") == nil)
        await #expect(throws: OperationError.self) { try await served.user("eve") }
        await served.close()
    }
}
