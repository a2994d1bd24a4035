import GRDB
import Glibc
import HTTPTypes
import OperationCatalogue
import Synchronization
import Testing

@testable import BackendServer

@Suite("A server that fails itself")
struct OwnFailureTests {
    @Test("reads when its log is gone, refuses writes with 503, and says so where it is asked whether it is ready")
    func logGone() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let task = try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token).json()
        let path = "/tasks/\(task["id"]?.stringValue ?? "")"
        #expect(try await served.ask(.get, "/ready").status == .ok)
        served.recorder.failure.withLock { $0 = OperationError(.logUnavailable, "the log /srv/log.ndjson is gone") }
        for target in [path, "/tasks", "/auth/me", "/tasks/today", "/api/tasks", "/items/by-seq/1"] {
            #expect(try await served.ask(.get, target, token: token).status == .ok, "\(target)")
        }
        #expect(try await browser.get("/").status == .ok)
        for (method, target) in [(.post, "/tasks"), (.patch, path), (.delete, path)] as [(HTTPRequest.Method, String)] {
            let body = method == .delete ? "" : #"{"title":"y"}"#
            let refused = try await served.ask(method, target, body, token: token)
            #expect(refused.status == .serviceUnavailable, "\(target)")
            #expect(refused.text.contains("log") && !refused.text.contains("/srv"), "\(refused.text)")
        }
        // Who may come in is not the log's business: no operation is carried out.
        #expect(try await TestBrowser(served).signIn("ada").status == .seeOther)
        #expect(try await served.ask(.post, "/auth/tokens", #"{"name":"x"}"#, token: token).status == .ok)
        let ready = try await served.ask(.get, "/ready")
        #expect(ready.status == .serviceUnavailable && ready.text.contains("the log"))
        #expect(try await served.ask(.get, "/live").status == .ok)
        #expect(try await served.ask(.get, "/tasks", token: token).json().arrayValue?.count == 1)
        await served.close()
    }

    @Test("never names a file of its machine in an answer, whatever has failed")
    func paths() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        let browser = TestBrowser(served)
        _ = try await browser.signIn("ada")
        let form = TestBrowser.formToken(of: try await browser.get("/"))
        let task = try await served.ask(.post, "/tasks", #"{"title":"x"}"#, token: token).json()
        #expect(rename(served.folder + "/tasks.sqlite", served.folder + "/moved") == 0)
        try await served.accounts.write { try $0.execute(sql: "ALTER TABLE invitation RENAME TO gone") }
        served.recorder.failure.withLock {
            $0 = OperationError(.logUnavailable, "cannot write to the log \(served.folder)/log.ndjson: no space")
        }
        var answers: [WebAnswer] = []
        for prefix in ["", "/api"] {
            for target in ["/health", "/ready", "/tasks", "/auth/tokens"] {
                answers.append(try await served.ask(.get, prefix + target, token: token))
            }
            answers.append(try await served.ask(.post, prefix + "/tasks", #"{"title":"y"}"#, token: token))
        }
        let fields: KeyValuePairs<FormField, String> = [
            .csrf: form, .task: task["id"]?.stringValue ?? "", .status: "done",
        ]
        answers += [
            try await browser.get("/"), try await browser.get("/setup?link=x"),
            try await browser.post(.taskStatus, fields),
        ]
        for answer in answers { #expect(!answer.text.contains(served.folder), "\(answer.text)") }
        #expect(answers.contains { $0.status.code >= 500 })
        #expect(rename(served.folder + "/moved", served.folder + "/tasks.sqlite") == 0)
        await served.close()
    }

    @Test("has a sentence of its own for each failure that is its own", arguments: ErrorCode.allCases)
    func sentences(_ code: ErrorCode) {
        let error = OperationError(code, "something about /srv/store.sqlite")
        guard error.httpStatus >= 500, ![.cancelled, .notRun, .deadlineExceeded, .unknownOperation].contains(code)
        else {
            return
        }
        #expect(!error.messageForClients().contains("/srv"))
        #expect(!error.messageForClients(isUnknown: true).contains("/srv"))
        #expect(!error.messageForClients(isUnknown: true).contains("nothing"), "nobody knows that")
    }

    @Test("answers 507 where there is no room left")
    func noRoom() async throws {
        let served = try ServedStore()
        let token = try await served.user("ada").token
        try await served.accounts.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let name = String(repeating: "x", count: 100)
        var status = 200
        for _ in 0..<200 where status == 200 {
            status = try await served.ask(.post, "/auth/tokens", #"{"name":"\#(name)"}"#, token: token).status.code
        }
        #expect(status == 507)
        let full = OperationError(.backendFailed, "no space", status: 507)
        #expect(Dialect.bare.failure(full).status.code == 507)
        await served.close()
    }
}
