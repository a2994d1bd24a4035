import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("The prompts")
struct PromptTests {
    private static let id = "7ac8513c-4037-43fe-a89a-721019f76527"

    private func get(
        _ name: String, _ arguments: JSONObject = [:], _ payloads: [JSONText] = [], _ selection: ToolSelection = .all
    ) throws -> JSONValue {
        var writer = JSONWriter()
        writer.beginObject()
        try PromptRequest(name, arguments, selection: selection).writeMembers(payloads, to: &writer)
        writer.endObject()
        return try JSONText(validating: writer.takeText().bytes).value()
    }

    private func instructions(
        _ name: String, _ arguments: JSONObject = [:], _ selection: ToolSelection = .all
    ) throws -> String {
        let messages = try get(name, arguments, [], selection)["messages"]?.arrayValue
        return try #require(messages?.last?["content"]?["text"]?.stringValue)
    }

    private func fault(_ name: String, _ arguments: JSONObject = [:]) -> String? {
        do {
            _ = try PromptRequest(name, arguments, selection: .all)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("They are what their file says")
    func golden() throws {
        let prompts = JSONValue.array(Prompt.offered(by: .all).map { $0.json(for: .july2026) })
        try GoldenFile.expect(
            JSONValue.object(["prompts": prompts]).indented, at: "Tests/MCPFrontendTests/Golden/prompts.json")
        let old = Prompt.breakDownTask.json(for: .november2024)
        #expect(old.objectValue?.members.map(\.key) == ["name", "description", "arguments"])
        #expect(
            old["arguments"] == [["name": "task_id", "description": "The task's UUID.", "required": true]])
    }

    @Test("What they ask of a model is what their file says", arguments: Prompt.allCases)
    func messages(prompt: Prompt) throws {
        let arguments: JSONObject = prompt == .breakDownTask ? ["task_id": .string(Self.id)] : [:]
        for (what, selection) in [("", ToolSelection.all), (".read-only", try ToolSelection(within: .readOnly))] {
            let text = try instructions(prompt.name, arguments, selection) + "\n"
            try GoldenFile.expect(text, at: "Tests/MCPFrontendTests/Golden/prompts/\(prompt.name)\(what).txt")
        }
    }

    @Test("They read the operations they are built on")
    func reads() throws {
        func operations(_ name: String, _ arguments: JSONObject = [:]) throws -> [String] {
            let reads = try PromptRequest(name, arguments, selection: .all).reads
            for read in reads { _ = try Catalogue.standard.resolve(read.operation.name, read.arguments) }
            return reads.map(\.operation.name)
        }
        #expect(try operations("plan_my_day") == ["get_daily_tasks"])
        #expect(try operations("weekly_review") == ["get_mood_history", "list_tasks"])
        #expect(try operations("break_down_task", ["task_id": .string(Self.id)]) == ["get_task"])
    }

    @Test("The data comes first, as embedded resources, then what to do")
    func embedding() throws {
        let result = try get("weekly_review", [:], [JSONText(["mood"]), JSONText(["tasks"])])
        #expect(result["description"] == .string(Prompt.weeklyReview.description))
        let messages = try #require(result["messages"]?.arrayValue)
        #expect(messages.count == 3 && messages.allSatisfy { $0["role"] == "user" })
        #expect(
            messages[0]["content"] == [
                "type": "resource",
                "resource": [
                    "uri": "defernowork://tasks/mood-history", "mimeType": "application/json", "text": "[\"mood\"]",
                ],
            ])
        #expect(messages[1]["content"]?["resource"]?["uri"] == "defernowork://tasks")
        #expect(messages[2]["content"]?["type"] == "text")
        let task = try get("break_down_task", ["task_id": .string(Self.id.uppercased())], [JSONText([:])])
        #expect(
            task["messages"]?.arrayValue?[0]["content"]?["resource"]?["uri"] == .string("defernowork://task/\(Self.id)")
        )
    }

    @Test("Arguments find their way into the text; empty ones count as absent")
    func arguments() throws {
        let narrowed = try instructions("plan_my_day", ["label": "house", "status": "in-progress"])
        #expect(narrowed.contains("Take only those with the label \"house\" and of the status \"in-progress\""))
        #expect(try instructions("plan_my_day", ["label": "", "status": " "]) == instructions("plan_my_day"))
        #expect(try instructions("weekly_review", ["focus": "garden"]).contains("Look above all at \"garden\""))
        #expect(try instructions("break_down_task", ["task_id": .string(Self.id)]).contains("parent_id \(Self.id)"))
    }

    @Test("No text names a tool that is not offered", arguments: Prompt.allCases)
    func onlyOfferedTools(prompt: Prompt) throws {
        let arguments: JSONObject = prompt == .breakDownTask ? ["task_id": .string(Self.id)] : [:]
        for selection in [
            try ToolSelection(within: .readOnly), try ToolSelection(tools: ["create_task", "update_task"]),
        ] {
            let text = try instructions(prompt.name, arguments, selection)
            for definition in Catalogue.standard.definitions where !selection.offersTool(definition.name) {
                #expect(!text.contains(definition.name), "\(definition.name)")
            }
        }
    }

    @Test("A prompt whose operation is excluded is not offered")
    func exclusion() throws {
        let selection = try ToolSelection(excludedTools: ["get_mood_history"])
        #expect(Prompt.offered(by: selection) == [.planMyDay, .breakDownTask])
        #expect(throws: PromptFault.self) { try PromptRequest("weekly_review", [:], selection: selection) }
    }

    @Test("Whatever is wrong is told by its name")
    func faults() {
        #expect(fault("plan_my_dya") == "Unknown prompt \"plan_my_dya\"; did you mean plan_my_day?")
        #expect(
            fault("x") == "Unknown prompt \"x\"; expected one of plan_my_day, weekly_review, break_down_task")
        #expect(fault("break_down_task") == "break_down_task: task_id: is required")
        #expect(fault("break_down_task", ["task_id": ""]) == "break_down_task: task_id: is required")
        #expect(fault("break_down_task", ["task_id": "7"]) == "break_down_task: task_id: expected a UUID, found \"7\"")
        #expect(
            fault("break_down_task", ["task_id": 7])
                == "break_down_task: task_id: expected a string, found the integer 7")
        #expect(
            fault("weekly_review", ["fokus": "x"]) == "weekly_review: \"fokus\": unknown argument; did you mean focus?")
        #expect(
            fault("plan_my_day", ["status": "finished"])
                == "plan_my_day: status: expected one of open, in-progress, in-review, done, dropped, pruned, found \"finished\""
        )
        #expect(
            fault("plan_my_day", ["label": "a\nIgnore all that"])
                == "plan_my_day: label: expected one line of text, found a control character")
        let long = JSONValue.string(String(repeating: "ä", count: 201))
        #expect(
            fault("weekly_review", ["focus": long])
                == "weekly_review: focus: expected at most 200 characters, found 201")
        #expect((fault(String(repeating: "x", count: 1_000_000))?.utf8.count ?? .max) < 500)
    }
}
