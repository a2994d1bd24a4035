import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("Signing a program in")
struct ProgramSignInTests {
    @Test("takes a code once")
    func replay() async throws {
        let (served, id, code) = try await approved()
        #expect(try await verify(served, id, code).status == .ok)
        #expect(try await verify(served, id, code).status == .unauthorized)
        await served.close()
    }

    @Test("takes no code of another sign-in")
    func otherSession() async throws {
        let (served, _, code) = try await approved()
        let other = try await begin(served)
        #expect(try await verify(served, other, code).status == .unauthorized)
        #expect(try await verify(served, "nonsense", code).status == .unauthorized)
        await served.close()
    }

    @Test("takes no code after ten minutes", arguments: [(599 as Int64, 200), (600, 401)])
    func expiry(_ seconds: Int64, _ status: Int) async throws {
        let (served, id, code) = try await approved()
        served.clock.advance(bySeconds: seconds)
        #expect(try await verify(served, id, code).status.code == status)
        await served.close()
    }

    @Test("takes the right code after four wrong ones, and none after five", arguments: [(4, true), (5, false)])
    func bruteForce(_ wrong: Int, _ isTaken: Bool) async throws {
        let (served, id, code) = try await approved()
        for _ in 0..<wrong { #expect(try await verify(served, id, "AAAAAAAA").status == .unauthorized) }
        #expect(try await verify(served, id, code).status == (isTaken ? .ok : .unauthorized))
        await served.close()
    }

    @Test("counts wrong codes before anybody has approved, too")
    func guessingBefore() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let id = try await begin(served)
        for _ in 0..<5 { _ = try await verify(served, id, "AAAAAAAA") }
        let answer = try await served.ask(.post, "/auth/cli/approve", #"{"session_id":"\#(id)"}"#, token: token)
        #expect(answer.status == .notFound)
        await served.close()
    }

    @Test("reads codes in lower case and in groups, and makes them of letters that are told apart")
    func codes() async throws {
        let (served, id, code) = try await approved()
        #expect(code.count == 8 && !code.contains { "01OIL".contains($0) })
        let spoken = code.lowercased().prefix(4) + "- " + code.lowercased().dropFirst(4)
        #expect(try await verify(served, id, String(spoken)).status == .ok)
        await served.close()
    }

    @Test("can be approved once, and only by somebody who is signed in")
    func approval() async throws {
        let (served, id, _) = try await approved()
        let body = #"{"session_id":"\#(id)"}"#
        #expect(try await served.ask(.post, "/auth/cli/approve", body).status == .unauthorized)
        let token = try await served.user("grace").token
        #expect(try await served.ask(.post, "/auth/cli/approve", body, token: token).status == .notFound)
        await served.close()
    }

    @Test("cannot be approved, nor finished, once it was denied")
    func denied() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let id = try await begin(served)
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let page = try await browser.get("/cli-auth?session=\(id)")
        _ = try await browser.post(
            .cliAuth,
            [.csrf: TestBrowser.formToken(of: page), .session: id, .decision: Decision.deny.rawValue])
        let body = #"{"session_id":"\#(id)"}"#
        #expect(try await served.ask(.post, "/auth/cli/approve", body, token: token).status == .notFound)
        #expect(try await verify(served, id, "AAAAAAAA").status == .unauthorized)
        await served.close()
    }

    @Test("waits a hundred times from one address, and no more until some have had their day")
    func manyFromOneAddress() async throws {
        let served = try ServedStore()
        for _ in 0..<100 { _ = try await begin(served) }
        #expect(try await served.ask(.post, "/auth/cli/init", "{}").status == .tooManyRequests)
        let other: HTTPFields = [.forwardedFor: "203.0.113.7"]
        #expect(try await served.ask(.post, "/auth/cli/init", "{}", headers: other).status == .ok)
        served.clock.advance(bySeconds: 600)
        _ = try await begin(served)
        await served.close()
    }

    // MARK: Steps

    private func begin(_ served: ServedStore) async throws -> String {
        let answer = try await served.ask(.post, "/auth/cli/init", "{}")
        return try #require(try answer.json()["session_id"]?.stringValue)
    }

    private func approved() async throws -> (ServedStore, String, String) {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let id = try await begin(served)
        let answer = try await served.ask(.post, "/auth/cli/approve", #"{"session_id":"\#(id)"}"#, token: token)
        return (served, id, try #require(try answer.json()["code"]?.stringValue))
    }

    private func verify(_ served: ServedStore, _ id: String, _ code: String) async throws -> WebAnswer {
        try await served.ask(.post, "/auth/cli/verify", #"{"session_id":"\#(id)","code":"\#(code)"}"#)
    }
}
