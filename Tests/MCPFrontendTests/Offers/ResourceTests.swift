import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("The resources")
struct ResourceTests {
    private static let id = "7ac8513c-4037-43fe-a89a-721019f76527"
    private let catalogue = ResourceCatalogue(.all)

    @Test("They are what their file says, and have the seed's URIs and names")
    func golden() throws {
        let lists: JSONValue = [
            "resources": .array(catalogue.resources.map { $0.json(for: .july2026) }),
            "resourceTemplates": .array(catalogue.templates.map { $0.json(for: .july2026) }),
        ]
        try GoldenFile.expect(lists.indented, at: "Tests/MCPFrontendTests/Golden/resources.json")
        #expect(
            catalogue.resources.map(\.uri) == [
                "defernowork://tasks", "defernowork://tasks/today", "defernowork://tasks/mood-history",
            ])
        #expect(catalogue.templates.map(\.uri) == ["defernowork://task/{task_id}"])
    }

    @Test("Versions before titles do without", arguments: [ProtocolVersion.november2024, .march2025])
    func oldVersions(version: ProtocolVersion) {
        for resource in ResourceDefinition.all {
            let keys = resource.json(for: version).objectValue?.members.map(\.key) ?? []
            #expect(
                keys == [resource.isTemplate ? "uriTemplate" : "uri", "name", "description", "mimeType", "annotations"])
        }
    }

    @Test(
        "A URI is read whatever the case of scheme and host, and with percent-encoding",
        arguments: [
            ("defernowork://tasks", "list_tasks", "defernowork://tasks"),
            ("DefernoWork://TASKS", "list_tasks", "defernowork://tasks"),
            ("defernowork://t%61sks", "list_tasks", "defernowork://tasks"),
            ("defernowork://tasks/today", "get_daily_tasks", "defernowork://tasks/today"),
            ("defernowork://tasks/tod%61y", "get_daily_tasks", "defernowork://tasks/today"),
            ("defernowork://Tasks/mood-history", "get_mood_history", "defernowork://tasks/mood-history"),
            ("defernowork://tasks/mood%2Dhistory", "get_mood_history", "defernowork://tasks/mood-history"),
            ("defernowork://task/\(id)", "get_task", "defernowork://task/\(id)"),
            ("defernowork://task/\(id.uppercased())", "get_task", "defernowork://task/\(id)"),
            ("DEFERNOWORK://Task/7ac8513c%2d4037%2D43fe-a89a-721019f76527", "get_task", "defernowork://task/\(id)"),
        ])
    func reading(uri: String, operation: String, normal: String) throws {
        let read = try catalogue.read(uri)
        #expect(read.operation.name == operation)
        #expect(read.uri == normal)
        #expect(read.requestedURI == uri)
        #expect(read.arguments == (operation == "get_task" ? ["task_id": .string(Self.id)] : [:]))
        _ = try Catalogue.standard.resolve(read.operation.name, read.arguments)
    }

    @Test(
        "Any other URI is a typed error",
        arguments: [
            "", "tasks", "defernowork", "defernowork:", "defernowork:tasks", "defernowork:/tasks", "defernowork://",
            "defernowork:///tasks", "defernowork://tasks/", "defernowork://tasks/Today", "defernowork://tasks/today/",
            "defernowork://tasks/today/x", "defernowork://tasks//today", "defernowork://tasks?x=1",
            "defernowork://tasks#x",
            "defernowork://tasks/today?", "defernowork://user@tasks", "defernowork://tasks:80", "http://tasks",
            "defernowork://task", "defernowork://tasks/%zz", "defernowork://tasks/%", "defernowork://tasks/%2",
            "defernowork://tasks/%ff", "defernowork://tasks%2Ftoday", " defernowork://tasks",
            "defernowork://task/\(id)/x",
        ])
    func unknown(uri: String) {
        #expect(throws: ResourceFault.unknown(uri)) { try catalogue.read(uri) }
    }

    @Test(
        "A task that is not named by a UUID is an error of its own", arguments: ["", "7", "%20", "{task_id}", "a%2Fb"])
    func invalidTaskID(text: String) throws {
        let uri = "defernowork://task/\(text)"
        let fault = #expect(throws: ResourceFault.self) { try catalogue.read(uri) }
        guard case .invalidTaskID = try #require(fault) else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(fault?.uri == uri)
        #expect(fault?.description.contains("a task is named by its UUID, found") == true)
    }

    @Test("An endless URI makes no endless error")
    func endless() {
        for uri in [
            String(repeating: "x", count: 1_000_000),
            "defernowork://task/" + String(repeating: "%41", count: 1_000_000),
        ] {
            let fault = #expect(throws: ResourceFault.self) { try catalogue.read(uri) }
            #expect((fault?.description.utf8.count ?? .max) < 500)
        }
    }

    @Test("What is excluded cannot be read, and is not listed")
    func exclusion() throws {
        let catalogue = ResourceCatalogue(try ToolSelection(excludedTools: ["get_task", "get_mood_history"]))
        #expect(catalogue.resources.map(\.name) == ["all_tasks_resource", "today_resource"])
        #expect(catalogue.templates.isEmpty)
        #expect(throws: ResourceFault.self) { try catalogue.read("defernowork://task/\(Self.id)") }
        #expect(throws: ResourceFault.self) { try catalogue.read("defernowork://tasks/mood-history") }
        let few = ResourceCatalogue(try ToolSelection(tools: ["create_task"], within: .readOnly))
        #expect(few.resources.count == 3 && few.templates.count == 1)
    }

    @Test("Contents show the URI as the client wrote it, and the payload as text")
    func contents() throws {
        var writer = JSONWriter()
        writer.beginObject()
        let excerpt = Excerpt(of: JSONText(["a\"b"]), within: 100)
        try catalogue.read("defernowork://TASKS").writeMembers(excerpt, .all, to: &writer)
        writer.endObject()
        #expect(
            writer.takeText().description
                == #"{"contents":[{"uri":"defernowork://TASKS","mimeType":"application/json","text":"[\"a\\\"b\"]"}]}"#)
    }
}

@Suite("The changes of resources")
struct ResourceChangesTests {
    private let lists: Set<String> = ["defernowork://tasks", "defernowork://tasks/today"]
    private let history = "defernowork://tasks/mood-history"

    private func uri(_ id: String) -> String { "defernowork://task/\(id)" }

    private func changes(
        _ store: TemporaryStore, _ name: String, _ arguments: JSONObject
    ) async throws -> ResourceChanges {
        let definition = try #require(Catalogue.standard.definition(of: name))
        return ResourceChanges(after: definition, arguments, payload: try await store.payload(name, arguments))
    }

    @Test("A read changes nothing")
    func reads() {
        for definition in Catalogue.standard.definitions where !definition.isWrite {
            let changes = ResourceChanges(after: definition, [:], payload: JSONText(["id": "x"]))
            #expect(changes.uris.isEmpty && !changes.reachesOtherTasks)
        }
    }

    @Test("A write changes the lists, its task, and the tasks that hang on it")
    func writes() async throws {
        let store = try TemporaryStore()
        let parent = try await store.create("parent")
        let create = try await changes(store, "create_task", ["title": "t", "parent_id": .string(parent)])
        #expect(create.uris.isSuperset(of: lists.union([uri(parent)])) && create.uris.count == 4)
        #expect(!create.uris.contains(history) && !create.reachesOtherTasks)

        let update = try await changes(store, "update_task", ["task_id": .string(parent.uppercased()), "title": "p"])
        #expect(update.uris == lists.union([uri(parent), history]))

        let halves: JSONObject = ["task_id": .string(parent), "first_title": "a", "second_title": "b"]
        let split = try await changes(store, "split_task", halves)
        #expect(split.uris.count == 5 && split.uris.contains(uri(parent)))

        let fold = try await changes(store, "fold_task", ["task_id": .string(parent), "title": "next"])
        #expect(fold.uris.count == 4 && fold.uris.contains(uri(parent)))
    }

    @Test("What moves tasks about may change any of them")
    func restructuring() async throws {
        let store = try TemporaryStore()
        let (task, parent) = (try await store.create("task"), try await store.create("parent"))
        let move = try await changes(store, "move_task", ["task_id": .string(task), "new_parent_id": .string(parent)])
        #expect(move.uris == lists.union([uri(task), uri(parent)]))
        let merge = try await changes(store, "merge_task", ["task_id": .string(task)])
        #expect(merge.uris == lists.union([uri(task), uri(parent)]))
        let delete = try await changes(store, "delete_task", ["task_id": .string(task)])
        #expect(delete.uris == lists.union([uri(task), history]))
        for changes in [move, merge, delete] {
            #expect(changes.contains(uri("0b2f7e7c-3a63-4b0e-9f0a-000000000000")))
            #expect(changes.contains(uri(task)) && changes.contains("defernowork://tasks"))
            #expect(!changes.contains("defernowork://other"))
        }
    }

    @Test("Signing in or out changes everything, beginning to sign in nothing")
    func session() {
        for definition in [CompleteAuth.definition, Logout.definition] {
            let changes = ResourceChanges(after: definition, [:], payload: JSONText([:]))
            #expect(changes.uris == lists.union([history]) && changes.reachesOtherTasks)
        }
        #expect(ResourceChanges(after: StartAuth.definition, [:], payload: JSONText([:])).uris.isEmpty)
    }

    @Test("A payload of another form does no harm")
    func oddPayloads() {
        let arguments: JSONObject = ["task_id": "not an id"]
        for payload: JSONValue in [.null, [], [[]], "x", ["parent": 1, "merged_children": ["x", .null, [:]]]] {
            let changes = ResourceChanges(after: MergeTask.definition, arguments, payload: JSONText(payload))
            #expect(changes.uris == lists)
        }
    }
}
