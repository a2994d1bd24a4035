import BackendContract
import HTTPTypes
import OperationCatalogue
import RESTBackend
import Testing

@testable import BackendServer

@Suite("The served API")
struct ServedContractTests {
    @Test(
        "keeps the backend contract over HTTP, in both dialects", arguments: ["", "/api"],
        ContractCase.contract + ContractCase.choices)
    func contract(_ prefix: String, _ sentence: ContractCase) async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        try await served.serving { address in
            let location = try HTTPAddress(address + prefix)
            let backend = try RESTBackend(location: location, tokens: FixedToken(secret: token))
            do { try await sentence.hold(backend) } catch { Issue.record(error, "\(sentence.sentence)") }
            await backend.close()
        }
        await served.close()
    }

    @Test("lets a client sign in with a code and out again, in both dialects", arguments: ["", "/api"])
    func signIn(_ prefix: String) async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        try await served.serving { address in
            let location = try HTTPAddress(address + prefix)
            let tokens = SavedToken()
            let backend = try RESTBackend(location: location, tokens: tokens)
            let client = ContractClient(backend)
            let begun = try await client.call("start_auth")
            let session = try #require(begun["session_id"]?.stringValue)
            #expect(begun["auth_url"] == .string("\(address)/cli-auth?session=\(session)"))
            let approved = try await served.ask(
                .post, "/auth/cli/approve", #"{"session_id":"\#(session)"}"#, token: token)
            let code = try #require(try approved.json()["code"]?.stringValue)
            let done = try await client.call(
                "complete_auth", ["session_id": .string(session), "code": .string(code.lowercased())])
            #expect(done["username"] == "ada")
            #expect(try await client.call("whoami")["username"] == "ada")
            let own = try tokens.token()?.reveal() ?? ""
            try await client.call("logout")
            #expect(try await served.ask(.get, "/auth/me", token: own).status == .unauthorized)
            #expect(try await served.ask(.get, "/auth/me", token: token).status == .ok, "other tokens stay")
            await backend.close()
        }
        await served.close()
    }
}

struct FixedToken: TokenStore {
    let secret: String

    func token() throws(OperationError) -> Secret? { Secret(secret) }
    func save(_ token: Secret, username: String, for address: HTTPAddress) throws(OperationError) {}
    func remove() throws(OperationError) {}
}
