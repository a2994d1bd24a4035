import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("A search that finds as many tasks as it gives")
struct LimitReachedTests {
    @Test("says so in a field of its answer, and one that finds fewer does not", arguments: ["", "/api"])
    func field(dialect: String) async throws {
        let served = try ServedStore()
        let (_, token) = try await served.user("ada")
        let most = SearchTasks.mostResults
        func add(_ titles: [String]) async throws {
            let tasks = titles.map { title -> JSONValue in
                ["id": .string(UniqueIdentifier.version7().description), "title": .string(title), "status": "open"]
            }
            let body = JSONText(["tasks": .array(tasks)]).description
            #expect(try await served.ask(.post, "\(dialect)/tasks/import", body, token: token).status == .ok)
        }
        func field(_ query: String, _ method: HTTPRequest.Method = .get) async throws -> String? {
            let answer = try await served.ask(method, "\(dialect)/tasks/search?q=\(query)", token: token)
            #expect(answer.status == .ok)
            return answer.headers[HTTPField.Name.limitReached]
        }
        try await add((1..<most).map { "milk \($0)" })
        #expect(try await field("milk") == nil)
        try await add(["milk and bread"])
        #expect(try await field("milk") == "\(most)")
        #expect(try await field("milk", .head) == "\(most)")
        #expect(try await field("bread") == nil)
        await served.close()
    }
}
