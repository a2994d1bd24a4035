import OperationCatalogue
import Testing

@testable import MCPFrontend

@Suite("The tools")
struct ToolDefinitionTests {
    static let definitions = Catalogue.standard.definitions
    static let folder = "Tests/MCPFrontendTests/Golden/tools"

    private func tool(_ name: String, _ version: ProtocolVersion = .july2026) throws -> JSONValue {
        ToolDefinition(try #require(Catalogue.standard.definition(of: name))).json(for: version)
    }

    @Test("A tool is what its file says", arguments: definitions)
    func golden(definition: OperationDefinition) throws {
        let json = ToolDefinition(definition).json(for: .july2026)
        try GoldenFile.expect(json.indented, at: "\(Self.folder)/\(definition.name).json")
        var writer = JSONWriter()
        ToolDefinition(definition).write(for: .july2026, to: &writer)
        #expect(try writer.takeText().value() == json)
    }

    @Test("Each file is that of a tool")
    func noStrayFiles() throws {
        #expect(try GoldenFile.names(in: Self.folder) == Set(Self.definitions.map { "\($0.name).json" }))
    }

    @Test(
        "Every operation has a name, a title, a description for a model, both schemas and four hints",
        arguments: definitions)
    func parity(definition: OperationDefinition) throws {
        let tool = ToolDefinition(definition).json(for: .july2026)
        #expect(
            tool.objectValue?.members.map(\.key) == [
                "name", "title", "description", "inputSchema", "outputSchema", "annotations",
            ])
        #expect(tool["name"] == .string(definition.name))
        // MCP "Tool Names".
        #expect(definition.name.wholeMatch(of: /[A-Za-z0-9_.-]{1,128}/) != nil)
        let description = try #require(tool["description"]?.stringValue)
        #expect(description.hasPrefix(definition.summary))
        #expect((100...1000).contains(description.count), "\(description.count) characters")
        #expect(!definition.guidance.isEmpty)
        #expect(!description.contains("\n") && !description.contains("  ") && description.hasSuffix("."))
        let annotations = try #require(tool["annotations"]?.objectValue)
        #expect(annotations["readOnlyHint"] == .bool(definition.effect == .read))
        #expect(annotations["destructiveHint"] == .bool(["delete_task", "logout"].contains(definition.name)))
        #expect(annotations["idempotentHint"] == .bool(definition.isIdempotent))
        #expect(annotations["openWorldHint"] == false)
    }

    @Test("Every argument is in the input schema, and nothing else is", arguments: definitions)
    func arguments(definition: OperationDefinition) throws {
        let schema = JSONSchema.arguments(of: definition)
        #expect(schema["type"] == "object")
        let clear = definition.clearableNames.isEmpty ? [] : [ToolArguments.clearName]
        #expect(schema["properties"]?.objectValue?.members.map(\.key) == definition.fields.map(\.name) + clear)
        let names = definition.clearableNames.map { JSONValue.string($0) }
        #expect((schema["properties"]?["clear"]?["items"]?["enum"]?.arrayValue ?? []) == names)
        let required = definition.fields.filter { $0.presence == .required }.map { JSONValue.string($0.name) }
        #expect((schema["required"]?.arrayValue ?? []) == required)
        for field in definition.fields {
            let property = try #require(schema["properties"]?[field.name])
            #expect(property["description"] == .string(field.summary))
            #expect(property["default"] == field.defaultValue)
            #expect(property["type"]?.stringValue != nil)
        }
    }

    @Test("No schema says what clients stumble over", arguments: definitions)
    func clients(definition: OperationDefinition) {
        /// The keywords of a schema and of all within it, with what they stand for.
        func keywords(_ schema: JSONValue) -> [(String, JSONValue)] {
            (schema.objectValue?.members ?? []).flatMap { member -> [(String, JSONValue)] in
                switch member.key {
                case "properties", "$defs": (member.value.objectValue?.members ?? []).flatMap { keywords($0.value) }
                default: [(member.key, member.value)] + keywords(member.value)
                }
            }
        }
        for schema in [JSONSchema.arguments(of: definition), JSONSchema.structuredContent(of: definition)] {
            for (keyword, value) in keywords(schema) {
                switch keyword {
                case "type": #expect(value.stringValue != nil && value != "null")
                case "format": #expect(value == "date-time")
                case "enum": #expect(value.arrayValue?.allSatisfy { $0.stringValue != nil } == true)
                case "additionalProperties", "anyOf", "oneOf", "allOf", "const", "nullable":
                    Issue.record("\(definition.name): \(keyword)")
                default: break
                }
            }
        }
    }

    @Test("Every output schema is of an object, and names its members", arguments: definitions)
    func output(definition: OperationDefinition) {
        let schema = JSONSchema.structuredContent(of: definition)
        #expect(schema["type"] == "object")
        let names = schema["properties"]?.objectValue?.members.map(\.key)
        switch definition.payload {
        case .object(let object): #expect(names == object.members.map(\.name))
        default: #expect(names == ["result"])
        }
    }

    @Test("The seed's arguments are there under their names")
    func seedArguments() throws {
        let seed: [String: [String]] = [
            "start_auth": [], "complete_auth": ["session_id", "code"], "logout": [], "whoami": [], "list_tasks": [],
            "get_task": ["task_id"], "get_daily_tasks": [], "get_mood_history": [], "merge_task": ["task_id"],
            "create_task": [
                "title", "description", "labels", "parent_id", "assignee", "complete_by", "productive", "desire",
            ],
            "update_task": [
                "task_id", "title", "description", "status", "labels", "assignee", "complete_by", "productive",
                "desire",
            ],
            "set_task_status": ["task_id", "status"],
            "split_task": ["task_id", "first_title", "first_description", "second_title", "second_description"],
            "fold_task": ["task_id", "title", "description", "labels", "desire", "productive", "complete_by"],
        ]
        for (name, arguments) in seed {
            let properties = try tool(name)["inputSchema"]?["properties"]?.objectValue
            for argument in arguments { #expect(properties?[argument] != nil, "\(name) \(argument)") }
        }
    }

    @Test("A version gets what it knows", arguments: ProtocolVersion.allCases)
    func versions(version: ProtocolVersion) throws {
        let keys = Set(try tool("create_task", version).objectValue?.members.map(\.key) ?? [])
        switch version {
        case .november2024: #expect(keys == ["name", "description", "inputSchema"])
        case .march2025: #expect(keys == ["name", "description", "inputSchema", "annotations"])
        default:
            #expect(keys == ["name", "title", "description", "inputSchema", "outputSchema", "annotations"])
        }
    }
}

extension OperationDefinition: CustomTestStringConvertible {
    package var testDescription: String { name }
}
