import Foundation
import OperationCatalogue
import Testing

@testable import MCPFrontend

/// The schemas, held against what really comes and goes.
@Suite("The tools' schemas", .enabled(if: SchemaValidator.isWanted))
struct ToolSchemaTests {
    private typealias Case = SchemaValidator.Case
    private static let definitions = Catalogue.standard.definitions

    private func examples(of definition: OperationDefinition) -> JSONObject {
        var arguments = JSONObject()
        for field in definition.fields { arguments.append(field.name, field.example) }
        return arguments
    }

    /// The structured content of a call that ended with this payload.
    private func structured(_ payload: JSONText, _ definition: OperationDefinition) throws -> JSONValue {
        var writer = JSONWriter()
        writer.beginObject()
        ToolResult(.ok(payload), of: definition, selection: .all).writeMembers(for: .july2026, to: &writer)
        writer.endObject()
        return try #require(try writer.takeText().value()["structuredContent"])
    }

    private func output(_ name: String, _ payload: JSONText) throws -> Case {
        let definition = try #require(Catalogue.standard.definition(of: name))
        return Case(
            name: "\(name) \(payload.description.prefix(300))", schema: JSONSchema.structuredContent(of: definition),
            instance: try structured(payload, definition))
    }

    @Test("Arguments that resolve are valid")
    func goodArguments() throws {
        var cases: [Case] = []
        for definition in Self.definitions {
            let schema = JSONSchema.arguments(of: definition)
            var least = examples(of: definition)
            for field in definition.fields where field.presence != .required { least[field.name] = nil }
            for arguments in [examples(of: definition), least] + clearing(definition) + defaults(of: definition) {
                let understood = ToolArguments(arguments, for: definition)
                _ = try Catalogue.standard.resolve(
                    definition.name, understood.arguments, besides: understood.faults)
                cases.append(Case(name: definition.name, schema: schema, instance: .object(arguments)))
            }
        }
        try SchemaValidator.expectValid(cases)
    }

    private func clearing(_ definition: OperationDefinition) -> [JSONObject] {
        definition.clearableNames.map { name in
            var arguments = examples(of: definition)
            arguments[name] = nil
            arguments[ToolArguments.clearName] = [.string(name)]
            return arguments
        }
    }

    private func defaults(of definition: OperationDefinition) -> [JSONObject] {
        definition.fields.compactMap { field in
            guard let defaultValue = field.defaultValue else { return nil }
            var arguments = examples(of: definition)
            arguments[field.name] = defaultValue
            return arguments
        }
    }

    @Test("Arguments that do not resolve are invalid")
    func badArguments() throws {
        var cases: [Case] = []
        for definition in Self.definitions {
            for (what, arguments) in faulty(definition) {
                #expect(throws: OperationError.self, "\(definition.name) \(what)") {
                    try Catalogue.standard.resolve(definition.name, arguments)
                }
                cases.append(
                    Case(
                        name: "\(definition.name) \(what)", schema: JSONSchema.arguments(of: definition),
                        instance: .object(arguments)))
            }
        }
        #expect(cases.count > 100)
        try SchemaValidator.expectInvalid(cases)
    }

    /// The examples with one thing wrong in each.
    private func faulty(_ definition: OperationDefinition) -> [(String, JSONObject)] {
        var all: [(String, JSONObject)] = []
        func add(_ name: String, _ value: JSONValue?) {
            var arguments = examples(of: definition)
            arguments[name] = value
            all.append(("\(name) = \(value.map { JSONText($0).description.prefix(60) } ?? "absent")", arguments))
        }
        for field in definition.fields {
            add(field.name, [["nested": true]])
            if field.presence == .required { add(field.name, nil) }
            if field.presence == .required || field.presence == .keepable { add(field.name, .null) }
            let limits = field.limits
            switch field.kind.shape {
            case .text(.plain):
                add(field.name, .string(String(repeating: "ä", count: limits.length.upperBound + 1)))
                if limits.length.lowerBound > 0 { add(field.name, "") }
            case .text(.identifier): add(field.name, 7)
            case .text(.choice): add(field.name, "finished")
            case .number: add(field.name, .number(limits.range.upperBound + 0.5))
            case .integer:
                add(field.name, 0.5)
                add(field.name, .integer(Int64(limits.range.upperBound) + 1))
            case .list where field.kind == .textList:
                add(field.name, .array(Array(repeating: "x", count: limits.maximumCount + 1)))
                add(field.name, [""])
            case .object: add(field.name, ["r": 1])
            case .list: add(field.name, [["title": "x"]])
            case .text(.timestamp), .boolean: add(field.name, 1)
            }
        }
        return all
    }

    @Test("Every payload of the embedded store is valid")
    func storePayloads() async throws {
        let store = try TemporaryStore()
        let full: JSONObject = [
            "description": "Both balconies", "labels": ["house"], "complete_by": "2026-11-30T17:00:00Z",
            "productive": 0.5, "desire": -0.25,
        ]
        let parent = try await store.create("Water the plants", full)
        let parentID: JSONObject = ["task_id": .string(parent)]
        let child = try await store.create("Fetch water", ["parent_id": .string(parent)])
        let other = try await store.create("Read")
        var calls: [(String, JSONObject)] = [
            ("start_auth", [:]), ("complete_auth", ["session_id": "s", "code": "c"]), ("whoami", [:]),
            ("create_task", ["title": "New", "labels": [], "parent_id": .string(parent)]), ("get_task", parentID),
            (
                "update_task",
                [
                    "task_id": .string(other), "mood_start": ["r": 1, "theta": 0.5], "pinned": true,
                    "complete_by": "2026-01-01T00:00:00.5Z",
                ]
            ),
            ("get_daily_tasks", [:]),
            ("set_task_status", ["task_id": .string(other), "status": "done"]),
            (
                "split_task",
                [
                    "task_id": .string(parent), "first_title": "a", "first_description": "", "second_title": "b",
                    "second_description": "",
                ]
            ),
            ("fold_task", ["task_id": .string(parent), "title": "next", "description": ""]),
            ("move_task", ["task_id": .string(other), "new_parent_id": .string(parent)]),
            ("merge_task", ["task_id": .string(child)]), ("get_task", parentID), ("list_tasks", [:]),
            ("search_tasks", ["query": "water"]), ("get_mood_history", [:]), ("get_daily_tasks", [:]),
            ("delete_task", ["task_id": .string(other)]), ("export_tasks", [:]),
            ("import_tasks", ["tasks": ImportTasks.tasks.definition.example]), ("logout", [:]),
        ]
        var cases: [Case] = []
        for (name, arguments) in calls {
            cases.append(try output(name, try await store.payload(name, arguments)))
        }
        calls.removeAll { name, _ in !Self.definitions.contains { $0.name == name } }
        #expect(Set(calls.map(\.0)) == Set(Self.definitions.map(\.name)))
        try SchemaValidator.expectValid(cases)
    }

    @Test("Every payload that was seen at a live backend is valid, and so are those of the bare dialect")
    func seenPayloads() throws {
        var cases: [Case] = []
        let fixtures = [
            "auth-me": ["whoami"], "tasks-sample": ["list_tasks", "search_tasks"], "today-sample": ["get_daily_tasks"],
        ]
        #expect(try GoldenFile.names(in: "Tests/MCPFrontendTests/Fixtures") == Set(fixtures.keys.map { "\($0).json" }))
        for (file, names) in fixtures {
            let path = GoldenFile.testFolder.appending(path: "Fixtures/\(file).json")
            let envelope = try JSONText(validating: [UInt8](try Data(contentsOf: path))).value()
            for name in names { cases.append(try output(name, JSONText(try #require(envelope["data"])))) }
        }
        for (name, payload) in try Self.barePayloads() { cases.append(try output(name, payload)) }
        try SchemaValidator.expectValid(cases)
    }

    /// What the seed's own backend answers: tasks without `ref` and the like, and lists of other members.
    private static func barePayloads() throws -> [(String, JSONText)] {
        let task: JSONValue = [
            "id": "7ac8513c-4037-43fe-a89a-721019f76527", "title": "Water the plants", "description": "Both balconies",
            "status": "open", "labels": ["house"], "parent_id": nil, "children": [], "complete_by": nil,
            "productive": 0.5, "desire": nil, "date_created": "2026-04-18T20:08:13.919016817Z",
            "actions": [["kind": "Created", "recorded_at": "2026-04-18T20:08:13.919016817Z"]],
        ]
        let id: JSONValue = "7ac8513c-4037-43fe-a89a-721019f76527"
        let payloads: [(String, JSONValue)] = [
            ("get_task", task), ("create_task", task), ("list_tasks", [task]), ("list_tasks", []),
            ("split_task", ["parent": task, "first_child": task, "second_child": task]),
            ("fold_task", ["original": task, "next_task": task]),
            ("merge_task", ["parent": task, "merged_children": [task]]),
            ("merge_task", ["parent": task, "merged_children": [id]]),
            ("get_daily_tasks", [["id": id, "title": "Water the plants", "status": "open", "score": 12.5]]),
            (
                "get_mood_history",
                [
                    [
                        "task_id": id, "title": "Water the plants", "finished_at": "2026-04-18T20:08:13Z",
                        "productive": 1, "desire": nil, "mood_start": ["r": 0.5, "theta": 1], "mood_finish": nil,
                    ]
                ]
            ),
            ("whoami", ["id": id, "username": "sampleuser", "role": "admin"]),
            ("start_auth", ["auth_url": "https://deferno.work/cli-auth?s=1", "session_id": "1", "instructions": "x"]),
            ("complete_auth", ["authenticated": true, "username": ""]),
            ("logout", ["message": "Logged out and credentials removed."]),
            ("delete_task", ["deleted": true, "id": id]),
        ]
        return payloads.map { ($0, JSONText($1)) }
    }

    @Test("Whatever a backend sends, the structured content of every tool fits the schema that the tool is listed with")
    func hostileBackend() async throws {
        let members = [
            "id", "title", "status", "labels", "parent_id", "children", "actions", "task", "parent", "merged_children",
            "first_child", "original", "tasks", "imported", "deleted", "authenticated", "username", "message",
            "auth_url",
            "session_id", "instructions", "task_id", "mood_start", "result",
        ]
        let odd: [JSONValue] = [.null, true, -1.5, "", "x", [], [.null], [[:]], [[["id": .null]]], [:], ["r": "x"]]
        var payloads = odd
        for value in odd {
            let object = JSONValue.object(JSONObject(uniqueMembers: members.map { .init(key: $0, value: value) }))
            payloads += [object, [object, value]]
        }
        let definitions = Self.definitions
        let all = payloads
        let server = try await TestServer(
            .november2025,
            backend: ScriptedBackend { invocation in
                let number = invocation.request.id?.split(separator: " ").last.flatMap { Int($0) } ?? 0
                return .ok(JSONText(all[number]))
            })
        server.request("tools", "tools/list")
        let tools = try await server.result(of: "tools")["tools"]?.arrayValue ?? []
        var cases: [Case] = []
        for definition in definitions {
            let schema = try #require(tools.first { $0["name"] == .string(definition.name) }?["outputSchema"])
            for number in payloads.indices {
                let id = JSONValue.string("\(definition.name) \(number)")
                server.call(id, definition.name, .object(examples(of: definition)))
                let result = try await server.result(of: id)
                #expect(result["isError"] == false)
                let content = try #require(result["structuredContent"], "\(JSONText(id))")
                cases.append(Case(name: "\(JSONText(id))", schema: schema, instance: content))
            }
        }
        await server.finish()
        #expect(cases.count == definitions.count * payloads.count)
        try SchemaValidator.expectValid(cases)
    }
}
