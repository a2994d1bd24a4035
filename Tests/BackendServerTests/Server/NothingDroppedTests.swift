import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("What the server does not know")
struct NothingDroppedTests {
    @Test(
        "is refused by its name, with what is supported, and nothing is done",
        arguments: [
            #""recurrence":{"type":"weekly","days":["Mon"]}"#, #""priority":"fire""#,
            #""target_date":"2026-12-01T00:00:00Z""#, #""activity":{"id":"7ac8513c-4037-43fe-a89a-721019f76527"}"#,
            #""deadline_time_of_day":"17:00""#, #""status":"done""#, #""nonsense":0"#,
        ])
    func members(_ member: String) async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let name = try #require(member.split(separator: "\"").first).description
        for prefix in ["", "/api"] {
            let created = try await served.ask(.post, prefix + "/tasks", "{\"title\":\"x\",\(member)}", token: token)
            #expect(created.status.code == 422)
            #expect(created.text.contains(name) && created.text.contains("complete_by"), "\(created.text)")
        }
        #expect(try await served.ask(.get, "/tasks", token: token).json() == [])
        await served.close()
    }

    @Test("is refused at every endpoint that takes a body", arguments: Endpoint.all)
    func everywhere(_ endpoint: Endpoint) async throws {
        guard endpoint.method != .get else { return }
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let task = try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token).json()
        let target = endpoint.target.replacing("*", with: task["id"]?.stringValue ?? "")
        let answer = try await served.ask(endpoint.method, target, #"{"nonsense":1}"#, token: token)
        #expect([400, 422].contains(answer.status.code), "\(answer.status)")
        #expect(answer.text.contains("nonsense"), "\(answer.text)")
        #expect(try await served.ask(.get, "/tasks", token: token).json().arrayValue?.count == 1)
        await served.close()
    }

    @Test("is refused in a task that is imported where it holds what would be lost, and nothing is imported")
    func imports() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        func send(_ member: String) async throws -> WebAnswer {
            let task = #"{"id":"7ac8513c-4037-43fe-a89a-721019f76527","title":"x","ref":"ada-1",\#(member)}"#
            return try await served.ask(.post, "/tasks/import", "[\(task)]", token: token)
        }
        for (name, value) in [
            ("recurrence", #"{"type":"daily"}"#), ("priority", #""fire""#), ("target_date", #""2026-12-01""#),
            ("attachments", #"[{"id":"x"}]"#), ("blocked_by", #"[{"item":"x"}]"#),
        ] {
            let refused = try await send("\"\(name)\":\(value)")
            #expect(refused.status.code == 422 && refused.text.contains("tasks[0].\(name)"), "\(refused.text)")
        }
        #expect(try await served.ask(.get, "/tasks", token: token).json() == [])
        let rest = #""recurrence":null,"priority":"normal","attachments":[],"rev":7,"descendant_total":0"#
        #expect(try await send(rest).status == .ok)
        await served.close()
    }

    @Test("is passed over where it says nothing, which many clients write for what they leave out")
    func nothing() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let body = #"{"title":"x","recurrence":null,"blocked_by":[],"activity":{}}"#
        let task = try await served.ask(.post, "/tasks", body, token: token)
        #expect(task.status == .created)
        let path = "/tasks/\(try task.json()["id"]?.stringValue ?? "")"
        let changed = try await served.ask(.patch, path, #"{"desire":0.5,"target_date":null}"#, token: token)
        #expect(try changed.json()["desire"] == 0.5)
        await served.close()
    }

    @Test(
        "is refused in a query, too",
        arguments: [
            (.get, "/tasks?status=open"), (.get, "/tasks/today?tz=Europe/Lisbon"), (.get, "/tasks/search?q=x&limit=5"),
            (.delete, "/tasks/*?cascade=true"), (.get, "/items/*?full=true"), (.get, "/auth/tokens?limit=1"),
        ] as [(HTTPRequest.Method, String)])
    func queries(_ method: HTTPRequest.Method, _ target: String) async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let task = try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token).json()
        let path = target.replacing("*", with: task["id"]?.stringValue ?? "")
        let answer = try await served.ask(method, path, token: token)
        let name = try #require(
            target.split(separator: "?").last?.split(separator: "&").last?.split(separator: "=").first)
        #expect([400, 422].contains(answer.status.code) && answer.text.contains(name), "\(answer.text)")
        #expect(try await served.ask(.get, "/tasks", token: token).json().arrayValue?.count == 1)
        await served.close()
    }

    @Test("cannot be another task than that of the path")
    func twoTasks() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let task = try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token).json()
        let id = try #require(task["id"]?.stringValue)
        let other = #"{"title":"y","task_id":"7ac8513c-4037-43fe-a89a-721019f76527"}"#
        #expect(try await served.ask(.patch, "/tasks/\(id)", other, token: token).status.code == 422)
        let same = #"{"title":"y","task_id":"\#(id)"}"#
        #expect(try await served.ask(.patch, "/tasks/\(id)", same, token: token).json()["title"] == "y")
        await served.close()
    }

    @Test("is said to be no endpoint, to programs in both dialects, and to be no page to browsers")
    func endpoints() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        for (method, path) in [(.get, "/chores"), (.post, "/habits"), (.get, "/tasks/plan/of/today")]
            as [(HTTPRequest.Method, String)]
        {
            let bare = try await served.ask(method, path, token: token)
            #expect(bare.status == .notFound)
            #expect(try bare.json()["code"] == "endpoint_not_found")
            #expect(try bare.json()["message"] == .string("there is no such endpoint: \(method.rawValue) \(path)"))
            let wrapped = try await served.ask(method, "/api" + path, token: token)
            #expect(try wrapped.json()["error"]?["code"] == "endpoint_not_found")
        }
        let page = try await served.ask(.get, "/chores", headers: [.accept: "text/html,application/xml;q=0.9"])
        #expect(page.status == .notFound && page.text.contains("There is no such page"))
        await served.close()
    }
}
