import BackendContract
import GRDB
import Glibc
import HTTPTypes
import OperationCatalogue
import OperationPipeline
import RESTBackend
import Synchronization
import Testing

@testable import BackendServer

@Suite("The API")
struct APITests {
    @Test("answers who shows no good token with 401, at every endpoint that is for users", arguments: Endpoint.all)
    func unauthorized(_ endpoint: Endpoint) async throws {
        let served = try ServedStore()
        switch endpoint.action {
        case .health, .ready, .live, .beginSignIn, .finishSignIn: break
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
        case .item(.sequence): subject = "1"
        case .item(.reference): subject = "ada-1"
        default: subject = try #require(created["id"]?.stringValue)
        }
        let all: JSONObject = [
            "title": "x", "name": "x", "first_title": "a", "second_title": "b", "description": "",
        ]
        var known = all
        switch endpoint.action {
        case .operation(let definition, _):
            for member in all.members where !definition.fields.contains(where: { $0.name == member.key }) {
                known[member.key] = nil
            }
        case .revokeToken: known = [:]
        default: known = ["name": "x"]
        }
        let body = endpoint.method == .get ? "" : JSONText(.object(known)).description
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
        #expect(try await served.ask(.get, "/tasks/nonsense", token: token).status == .notFound)
        #expect(try await served.ask(.get, "/tasks/search?q=", token: token).status == .badRequest)
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

    @Test("lets nobody reach another's tasks by what stands in a body or a query")
    func isolationOfBodies() async throws {
        let served = try ServedStore()
        let (hers, theirs) = (try await served.user("ada").token, try await served.user("grace").token)
        let made = try await served.ask(.post, "/tasks", #"{"title":"Secret plan"}"#, token: hers).json()
        let secret = try #require(made["id"]?.stringValue)
        let own = try await served.ask(.post, "/tasks", #"{"title":"Own"}"#, token: theirs).json()
        let id = try #require(own["id"]?.stringValue)
        for (method, target, body, status) in [
            (.post, "/tasks", #"{"title":"x","parent_id":"\#(secret)"}"#, 404),
            (.post, "/tasks/\(id)/move", #"{"new_parent_id":"\#(secret)"}"#, 404),
            (.post, "/tasks", #"{"title":"x","id":"\#(secret)"}"#, 409),
            (
                .post, "/tasks/import",
                #"{"tasks":[{"id":"7ac8513c-4037-43fe-a89a-721019f76527","title":"x","parent_id":"\#(secret)"}]}"#, 422
            ),
            (.post, "/tasks/import", #"{"tasks":[{"id":"\#(secret)","title":"x"}]}"#, 200),
            (.get, "/tasks/search?q=secret", "", 200), (.get, "/tasks/search?q=plan&parent_id=\(secret)", "", 200),
        ] as [(HTTPRequest.Method, String, String, Int)] {
            let answer = try await served.ask(method, target, body, token: theirs)
            #expect(answer.status.code == status, "\(method) \(target) \(body)")
            #expect(!answer.text.contains("Secret"))
        }
        let browser = TestBrowser(served)
        _ = try await browser.signIn("grace")
        let form = TestBrowser.formToken(of: try await browser.get("/tokens"))
        let changed = try await browser.post(.taskStatus, [.csrf: form, .task: secret, .status: "done"])
        #expect(changed.status == .notFound)
        let task = try await served.ask(.get, "/tasks/\(secret)", token: hers).json()
        #expect(task["status"] == "open" && task["children"] == [])
        await served.close()
    }

    @Test("finds an item by its identifier, its number and its reference")
    func items() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        _ = try await served.ask(.post, "/tasks", #"{"title":"First"}"#, token: token)
        let task = try await served.ask(.post, "/tasks", #"{"title":"Second"}"#, token: token).json()
        let id = try #require(task["id"]?.stringValue)
        for name in ["\(id)", "by-seq/2", "by-seq/%232", "by-ref/ada-2", "by-ref/ADA-2"] {
            let item = try await served.ask(.get, "/items/\(name)", token: token).json()
            #expect(item["title"] == "Second", "\(name)")
            #expect(item["kind"] == "task" && item["blocked"] == false && item["is_blocker"] == false, "\(name)")
        }
        for (name, status) in [
            ("by-seq/3", 404), ("by-seq/0", 404), ("by-seq/x", 400), ("by-seq/%23", 400), ("by-seq/-1", 400),
            ("by-ref/grace-2", 404), ("by-ref/ada", 400), ("by-ref/-2", 400),
            ("by-seq/1099511627778", 404), ("by-seq/9223372036854775807", 404), ("by-seq/99999999999999999999", 400),
        ] {
            #expect(try await served.ask(.get, "/items/\(name)", token: token).status.code == status, "\(name)")
        }
        await served.close()
    }

    @Test("takes what it has exported, as a list or in an object, also from another account of the same store")
    func transfer() async throws {
        let served = try ServedStore()
        let (hers, theirs) = (try await served.user("ada").token, try await served.user("grace").token)
        _ = try await served.ask(.post, "/tasks", #"{"title":"Hers"}"#, token: hers)
        let export = try await served.ask(.get, "/api/tasks/export", token: hers).json()
        let all = try #require(export["data"])
        let tasks = try #require(all["tasks"])
        #expect(tasks.arrayValue?.count == 1)
        for body in [all, tasks, ["tasks": tasks, "habits": [], "root_order": []]] {
            let again = try await served.ask(.post, "/tasks/import", JSONText(body).description, token: hers)
            #expect(try again.json() == ["imported": 0, "existing": 1])
        }
        for body in ["{}", "", #"{"habits":[]}"#] {
            let nothing = try await served.ask(.post, "/tasks/import", body, token: hers)
            #expect(nothing.status.code == 422 && nothing.text.contains("tasks: is required"), "\(body)")
        }
        for (imported, existing) in [(1, 0), (0, 1)] as [(JSONValue, JSONValue)] {
            let copied = try await served.ask(.post, "/tasks/import", JSONText(tasks).description, token: theirs)
            #expect(try copied.json() == ["imported": imported, "existing": existing, "renamed": 1])
        }
        let copy = try await served.ask(.get, "/tasks/export", token: theirs).json()["tasks"]?.arrayValue
        #expect(copy?.map { $0["title"] } == ["Hers"])
        #expect(copy?.first?["id"] != tasks.arrayValue?.first?["id"])
        #expect(try await served.ask(.get, "/api/tasks/export", token: hers).json() == export, "hers are as they were")
        await served.close()
    }

    @Test("lets an import have a longer body than other requests, in both dialects")
    func longBodies() {
        let most = 16 * 1_048_576
        #expect(Endpoint.mostBodyBytes(.post, target: "/tasks/import") == most)
        #expect(Endpoint.mostBodyBytes(.post, target: "/api/tasks/import?x=1") == most)
        for (method, target) in [(HTTPRequest.Method.post, "/tasks"), (.get, "/tasks/import"), (.post, "/sign-in")] {
            #expect(Endpoint.mostBodyBytes(method, target: target) == ServerSettings.mostBodyBytes)
        }
    }

    @Test("answers HEAD as GET, without the body")
    func head() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        for target in ["/health", "/tasks", "/api/tasks", "/sign-in"] {
            let get = try await served.ask(.get, target, token: token)
            let head = try await served.ask(.head, target, token: token)
            #expect(head.status == get.status, "\(target)")
            #expect(head.text.isEmpty)
            if target != "/sign-in" { #expect(head.headers[.contentLength] == "\(get.text.utf8.count)") }
        }
        #expect(try await served.ask(.delete, "/sign-in").status == .methodNotAllowed)
        #expect(try await served.ask(.delete, "/sign-in").headers[.allow] == "GET, HEAD, POST")
        await served.close()
    }

    @Test("refuses a host that is none, which links to it would be made of")
    func hosts() {
        for host in ["evil.example/@x", "a b", "", "a\"b", "x?y"] {
            let request = WebRequest(method: .get, target: "/", host: host, headers: [:], body: [], peer: "127.0.0.1")
            #expect(request == nil, "\(host)")
        }
        for host in ["127.0.0.1:3000", "[::1]:3000", "tasks.example.org"] {
            let request = WebRequest(method: .get, target: "/", host: host, headers: [:], body: [], peer: "127.0.0.1")
            #expect(request?.origin == "http://\(host)")
        }
    }

    @Test("believes of its clients what a proxy says on this machine or at a named address, and nobody else")
    func proxies() throws {
        let headers: HTTPFields = [.forwardedProto: "https", .forwardedFor: "203.0.113.9, 203.0.113.7"]
        for (peer, isBelieved) in [
            ("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("192.0.2.1", true),
            ("::ffff:192.0.2.1", true), ("192.0.2.2", false), ("::ffff:192.0.2.2", false),
        ] {
            let request = try #require(
                WebRequest(
                    method: .get, target: "/", host: "a", headers: headers, body: [], peer: peer,
                    proxies: ["192.0.2.1"]))
            #expect(request.isSecure == isBelieved, "\(peer)")
            #expect(request.clientAddress == (isBelieved ? "203.0.113.7" : PeerAddress.plain(peer)))
        }
    }

    @Test("says of its health what is wrong: the store gone, the accounts damaged, the log not writable")
    func health() async throws {
        let served = try ServedStore()
        /// What it says in the end: it is looked at twice a second at most.
        func health(_ expected: HTTPResponse.Status) async throws -> Bool {
            for _ in 0..<500 {
                if try await served.ask(.get, "/health").status == expected { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
        #expect(try await health(.ok))
        served.recorder.failure.withLock { $0 = OperationError(.logUnavailable, "the disk is full") }
        #expect(try await health(.serviceUnavailable))
        served.recorder.failure.withLock { $0 = nil }
        try await served.accounts.write { try $0.execute(sql: "ALTER TABLE token RENAME TO gone") }
        #expect(try await health(.internalServerError))
        try await served.accounts.write { try $0.execute(sql: "ALTER TABLE gone RENAME TO token") }
        #expect(try await health(.ok))
        #expect(rename(served.folder + "/tasks.sqlite", served.folder + "/moved") == 0)
        #expect(try await health(.serviceUnavailable))
        #expect(rename(served.folder + "/moved", served.folder + "/tasks.sqlite") == 0)
        await served.close()
    }

    @Test(
        "is answered about its health while everybody reads, and everybody while others ask about it",
        .timeLimit(.minutes(1)))
    func healthUnderLoad() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        _ = try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token)
        try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
            for client in 0..<48 {
                group.addTask {
                    let targets = ["/api/items/by-seq/1", "/health", "/tasks", "/items/by-ref/ada-1"]
                    var worst = HTTPResponse.Status.ok
                    for _ in 0..<25 {
                        let status = try await served.ask(.get, targets[client % 4], token: token).status
                        if status != .ok { worst = status }
                    }
                    return worst
                }
            }
            for try await status in group { #expect(status == .ok) }
        }
        await served.close()
    }

    @Test("refuses what would be written to a store or accounts that are gone", arguments: ["", ".accounts"])
    func gone(ending: String) async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        #expect(try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token).status == .created)
        #expect(try await served.ask(.post, "/auth/tokens", #"{"name":"x"}"#, token: token).status == .ok)
        for companion in ["", "-wal", "-shm"] { remove(served.folder + "/tasks.sqlite" + ending + companion) }
        let target = ending.isEmpty ? "/tasks" : "/auth/tokens"
        let body = ending.isEmpty ? #"{"title":"y"}"# : #"{"name":"y"}"#
        let status = try await served.ask(.post, target, body, token: token).status
        #expect(status == .serviceUnavailable, "\(status)")
        await served.close()
    }

    @Test("records each request that was answered, with who asked, and without the query")
    func accessRecords() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        try await served.serving { address in
            let location = try HTTPAddress(address)
            for token in [token, "wrong"] {
                let backend = try RESTBackend(location: location, tokens: FixedToken(secret: token))
                _ = try? await ContractClient(backend).call("search_tasks", ["query": "milk"])
                await backend.close()
            }
        }
        await served.close()
        let records = served.recorder.served
        #expect(records.map(\.path) == ["/tasks/search", "/tasks/search"])
        #expect(records.map(\.status) == [200, 401])
        #expect(records.map(\.user) == ["ada", nil])
        #expect(records.allSatisfy { $0.method == "GET" && $0.address == "127.0.0.1" && $0.agent?.isEmpty == false })
        #expect(records.first?.bytes == 2)
    }

    @Test("records a change of the status alone under its own name")
    func statusAlone() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let task = try await served.ask(.post, "/tasks", #"{"title":"Iron"}"#, token: token).json()
        let path = "/tasks/\(task["id"]?.stringValue ?? "")"
        let done = try await served.ask(.patch, path, #"{"status":"done"}"#, token: token)
        #expect(try done.json()["status"] == "done")
        _ = try await served.ask(.patch, path, #"{"status":"open","desire":0.5}"#, token: token)
        #expect(served.recorder.outcomes.map(\.request.operation) == ["create_task", "set_task_status", "update_task"])
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
