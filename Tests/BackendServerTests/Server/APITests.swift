import HTTPTypes
import OperationCatalogue
import OperationPipeline
import Testing

@testable import BackendServer

@Suite("The API")
struct APITests {
    @Test("answers who shows no good token with 401, at every endpoint that is for users", arguments: Endpoint.all)
    func unauthorized(_ endpoint: Endpoint) async throws {
        let served = try ServedStore()
        switch endpoint.action {
        case .health, .beginSignIn, .finishSignIn: break
        default:
            for token in [nil, "wrong"] {
                let answer = try await served.ask(endpoint.method, endpoint.target, "{}", token: token)
                #expect(answer.status == .unauthorized, "\(endpoint.target)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
        }
        await served.close()
    }

    @Test("gives nobody another's task or token, at every endpoint that names one", arguments: Endpoint.all)
    func isolation(_ endpoint: Endpoint) async throws {
        guard endpoint.path.contains(.subject) else { return }
        let served = try ServedStore()
        let (ada, hers) = try await served.user("ada")
        let (_, token) = try await served.user("grace")
        let created = try await served.ask(.post, "/tasks", #"{"title":"Secret"}"#, token: hers).json()
        let subject: String
        switch endpoint.action {
        case .renameToken, .revokeToken: subject = try await served.accounts.tokens(of: ada)[0].id
        case .taskBySequence: subject = "1"
        case .taskByReference: subject = "ada-1"
        default: subject = try #require(created["id"]?.stringValue)
        }
        let body = """
            {"title":"x","name":"x","first_title":"a","second_title":"b","description":""}
            """
        for prefix in ["", "/api"] {
            let target = prefix + endpoint.target.replacing("*", with: subject)
            let answer = try await served.ask(endpoint.method, target, body, token: token)
            #expect(answer.status == .notFound, "\(endpoint.method) \(target)")
            #expect(!answer.text.contains("Secret"))
        }
        #expect(try await served.ask(.get, "/tasks", token: hers).json().arrayValue?.count == 1)
        #expect(try await served.accounts.tokens(of: ada).count == 1)
        await served.close()
    }

    @Test("says in each dialect what went wrong")
    func failures() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let missing = "/tasks/7ac8513c-4037-43fe-a89a-721019f76527"
        #expect(try await served.ask(.get, missing, token: token).json()["message"] == "task not found")
        let wrapped = try await served.ask(.get, "/api" + missing, token: token).json()
        #expect(wrapped["version"] == "0.1")
        #expect(wrapped["error"]?["code"] == "not_found")
        #expect(try await served.ask(.post, "/tasks", "{", token: token).status == .badRequest)
        #expect(try await served.ask(.post, "/tasks", "[]", token: token).status == .badRequest)
        #expect(try await served.ask(.post, "/tasks", "{}", token: token).status.code == 422)
        #expect(try await served.ask(.get, "/tasks/nonsense", token: token).status.code == 422)
        let wrong = try await served.ask(.put, "/tasks", token: token)
        #expect(wrong.status == .methodNotAllowed)
        #expect(wrong.headers[.allow] == "GET, POST")
        #expect(try await served.ask(.get, "/api/nonsense", token: token).status == .notFound)
        await served.close()
    }

    @Test("tells of a taken identifier what it is for its owner, and nothing for others")
    func takenIdentifiers() async throws {
        let served = try ServedStore()
        let (hers, theirs) = (try await served.user("ada").token, try await served.user("grace").token)
        let body = #"{"title":"Secret","id":"7ac8513c-4037-43fe-a89a-721019f76527"}"#
        #expect(try await served.ask(.post, "/api/tasks", body, token: hers).status == .created)
        let again = try await served.ask(.post, "/api/tasks", body, token: hers)
        #expect(again.status == .conflict)
        #expect(try again.json()["error"]?["code"] == "item_exists")
        #expect(try again.json()["error"]?["existing"]?["title"] == "Secret")
        let other = try await served.ask(.post, "/api/tasks", body, token: theirs)
        #expect(other.status == .conflict)
        #expect(try other.json()["error"]?["code"] == "id_conflict")
        #expect(try other.json()["error"]?["existing"] == nil)
        await served.close()
    }

    @Test("makes, lists, renames and revokes tokens, and shows each once")
    func tokens() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let made = try await served.ask(.post, "/api/auth/tokens", #"{"name":"Backup"}"#, token: token).json()
        let secret = try #require(made["data"]?["token"]?.stringValue)
        let id = try #require(made["data"]?["id"]?.stringValue)
        #expect(try await served.ask(.get, "/auth/me", token: secret).status == .ok)
        let renamed = try await served.ask(.patch, "/auth/tokens/\(id)", #"{"name":"Spare"}"#, token: token)
        #expect(renamed.status == .noContent)
        let list = try await served.ask(.get, "/auth/tokens", token: token)
        #expect(list.text.contains("Spare") && !list.text.contains(secret))
        #expect(try await served.ask(.delete, "/auth/tokens/\(id)", token: token).status == .noContent)
        #expect(try await served.ask(.get, "/auth/me", token: secret).status == .unauthorized)
        #expect(try await served.ask(.post, "/auth/tokens", #"{"name":" "}"#, token: token).status.code == 422)
        await served.close()
    }

    @Test("keeps each user's settings, and refuses what is none")
    func settings() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let path = "/auth/me/settings"
        #expect(try await served.ask(.patch, path, #"{"time_zone":"Europe/Lisbon"}"#, token: token).status == .ok)
        #expect(try await served.ask(.get, path, token: token).json()["time_zone"] == "Europe/Lisbon")
        #expect(try await served.ask(.patch, path, #"{"time_zone":7}"#, token: token).status == .badRequest)
        #expect(try await served.ask(.patch, path, #"{"nonsense":7}"#, token: token).status == .badRequest)
        let other = try await served.user("grace").token
        #expect(try await served.ask(.get, path, token: other).json()["time_zone"] == .null)
        await served.close()
    }

    @Test("records every operation with its door, user, client and trace")
    func records() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let headers: HTTPFields = [
            .userAgent: "agent/2.1 (test)", .traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ]
        _ = try await served.ask(.get, "/tasks", token: token, headers: headers)
        let record = try #require(served.recorder.outcomes.first)
        #expect(record.request.operation == "list_tasks")
        #expect(record.request.caller.door == .http)
        #expect(record.request.caller.user == "ada")
        #expect(record.request.caller.client?.name == "agent")
        #expect(record.request.caller.client?.version == "2.1")
        #expect(record.request.trace?.traceID == "0af7651916cd43dd8448eb211c80319c")
        await served.close()
    }

    @Test(
        "refuses paths that play tricks",
        arguments: [
            "tasks", "/tasks/..", "/tasks/%2e%2e/x", "/tasks/a%2fb", "/tasks/%00", "/tasks/%", "/tasks/%ff",
            "/?a=1&a=2",
        ])
    func paths(_ target: String) {
        let request = WebRequest(method: .get, target: target, host: nil, headers: [:], body: [], peer: "127.0.0.1")
        #expect(request == nil)
    }
}

extension Endpoint: CustomTestStringConvertible {
    /// The path, with `*` for the subject.
    var target: String {
        "/"
            + path.map { segment in
                if case .word(let word) = segment { return word }
                return "*"
            }.joined(separator: "/")
    }

    package var testDescription: String { "\(method.rawValue) \(target)" }
}
