import BackendContract
import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import Testing

@Suite("A store that several people share")
struct OwnerTests {
    @Test("keeps the contract for one while another has tasks", arguments: ContractCase.contract + ContractCase.choices)
    func contract(_ sentence: ContractCase) async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let ada = try await backend.addOwner(named: "ada")
        let grace = try await backend.addOwner(named: "grace")
        try await ContractClient(backend, owner: ada.id).call("create_task", ["title": "Hers", "description": "-"])
        do { try await sentence.hold(backend, for: grace.id) } catch { Issue.record(error, "\(sentence.sentence)") }
        await backend.close()
    }

    @Test("gives nobody anything of another's, whatever identifier they name", arguments: Neighbour.attempts)
    func isolation(_ attempt: Neighbour.Attempt) async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let neighbour = try await Neighbour(backend)
        let error = try await neighbour.grace.refusal(attempt.operation, attempt.arguments(neighbour))
        #expect(error.code == attempt.code)
        #expect(error.existing == nil)
        #expect(!error.message.contains("Secret"))
        #expect(try await neighbour.snapshot() == neighbour.before, "nothing of the other's has changed")
        await backend.close()
    }

    @Test("lists and finds for each only their own")
    func lists() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let neighbour = try await Neighbour(backend)
        for name in ["list_tasks", "get_daily_tasks", "get_mood_history"] {
            let text = JSONText(try await neighbour.grace.call(name)).description
            #expect(!text.contains("Secret"), "\(name)")
        }
        for arguments: JSONObject in [["query": "secret"], ["query": "secret", "parent_id": neighbour.parent]] {
            #expect(try await neighbour.grace.call("search_tasks", arguments).arrayValue?.count == 0)
        }
        let local = ContractClient(backend)
        #expect(try await local.call("list_tasks").arrayValue?.count == 0, "nor for the machine's own user")
        await backend.close()
    }

    @Test("puts an export into another's account as copies that refer to one another; a repeat changes nothing")
    func importOfAnothers() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let ada = ContractClient(backend, owner: try await backend.addOwner(named: "ada").id)
        let local = ContractClient(backend)
        let parent = try await local.create("parent")
        let child = try await local.create("child", ["parent_id": .string(parent)])
        try await local.call("fold_task", ["task_id": .string(child), "title": "next"])
        let export = try await local.call("export_tasks")
        for (imported, existing) in [(3, 0), (0, 3)] as [(JSONValue, JSONValue)] {
            let result = try await ada.call("import_tasks", ["tasks": export["tasks"] ?? .null])
            #expect(result == ["imported": imported, "existing": existing, "renamed": 3])
        }
        let copies = try await ada.call("export_tasks")["tasks"]?.arrayValue ?? []
        func copy(_ title: JSONValue) -> JSONValue { copies.first { $0["title"] == title } ?? .null }
        #expect(copies.count == 3)
        #expect(copy("parent")["children"] == [copy("child")["id"] ?? .null, copy("next")["id"] ?? .null])
        #expect(copy("child")["parent_id"] == copy("parent")["id"])
        #expect(copy("child")["next_task_id"] == copy("next")["id"])
        #expect(!copies.contains { $0["id"] == .string(parent) || $0["id"] == .string(child) })
        #expect(try await local.call("export_tasks") == export, "the others' own are as they were")
        await backend.close()
    }

    @Test("tells each who they are, counts for each from 1, and takes a name once")
    func names() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let neighbour = try await Neighbour(backend)
        #expect(try await neighbour.grace.call("whoami")["username"] == "grace")
        let second = try await neighbour.grace.call("create_task", ["title": "Second", "description": ""])
        #expect(second["ref"] == "grace-2")
        await #expect(throws: OperationError.self) { try await backend.addOwner(named: "Grace") }
        await #expect(throws: OperationError.self) { try await backend.addOwner(named: "local") }
        await backend.close()
    }

    @Test("refuses an owner that it does not know")
    func stranger() async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        let error = try await ContractClient(backend, owner: .version7()).refusal("list_tasks", [:])
        #expect(error.code == .forbidden)
        await backend.close()
    }
}
