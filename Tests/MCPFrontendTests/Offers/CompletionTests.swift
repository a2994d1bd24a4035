import OperationCatalogue
import Testing

@testable import MCPFrontend

@Suite("The completions")
struct CompletionTests {
    private static let template = "defernowork://task/{task_id}"

    private static let tasks: JSONText = {
        let rows: [(String, String, String, [JSONValue])] = [
            ("7ac8513c-4037-43fe-a89a-721019f76527", "Water the plants", "done", ["house"]),
            ("7ac9513c-4037-43fe-a89a-721019f76527", "Plant a tree", "open", ["garden", "House rules"]),
            ("0ac8513c-4037-43fe-a89a-721019f76527", "Buy water-plants", "in-progress", ["house"]),
            ("1ac8513c-4037-43fe-a89a-721019f76527", "Äpfel pflücken", "open", []),
        ]
        return JSONText(
            .array(
                rows.map {
                    ["id": .string($0), "title": .string($1), "status": .string($2), "labels": .array($3)]
                }))
    }()

    private func request(
        _ reference: JSONValue, _ name: JSONValue, _ value: JSONValue, _ context: JSONObject? = nil,
        _ selection: ToolSelection = .all
    ) throws(CompletionFault) -> CompletionRequest {
        var parameters: JSONObject = ["ref": reference, "argument": ["name": name, "value": value]]
        if let context { parameters["context"] = ["arguments": .object(context)] }
        return try CompletionRequest(parameters, selection: selection)
    }

    private func prompt(_ name: String) -> JSONValue { ["type": "ref/prompt", "name": .string(name)] }
    private var task: JSONValue { ["type": "ref/resource", "uri": .string(Self.template)] }

    private func values(
        _ reference: JSONValue, _ name: JSONValue, _ value: JSONValue, _ context: JSONObject? = nil
    ) throws -> [String] {
        try request(reference, name, value, context).completion(from: Self.tasks).values
    }

    /// The first characters of the ids.
    private func ids(_ value: JSONValue) throws -> [String] {
        let ofTemplate = try values(task, "task_id", value)
        #expect(try values(prompt("break_down_task"), "task_id", value) == ofTemplate)
        return ofTemplate.map { String($0.prefix(4)) }
    }

    @Test("Tasks are found by the beginning of their id or by words of their title, active ones first")
    func taskIDs() throws {
        #expect(try ids("") == ["7ac9", "0ac8", "1ac8", "7ac8"])
        #expect(try ids("7AC") == ["7ac9", "7ac8"])
        #expect(try ids("7ac8513c-4037-43fe-a89a-721019f76527") == ["7ac8"])
        #expect(try ids("plant") == ["7ac9", "0ac8", "7ac8"])
        #expect(try ids("pla wat") == ["0ac8", "7ac8"])
        #expect(try ids("  the ") == ["7ac8"])
        #expect(try ids("äpf") == ["1ac8"])
        #expect(try ids("lants") == [])
        #expect(try ids("!") == [])
    }

    @Test("Statuses need no tasks, and begin with what was typed")
    func statuses() throws {
        let request = try request(prompt("plan_my_day"), "status", "in")
        #expect(request.read == nil)
        #expect(request.completion(from: nil) == Completion(["in-progress", "in-review"]))
        #expect(try values(prompt("plan_my_day"), "status", "").count == TaskStatus.allCases.count)
        #expect(try values(prompt("plan_my_day"), "status", "x") == [])
    }

    @Test("Labels are those in use, the most used first")
    func labels() throws {
        #expect(try request(prompt("plan_my_day"), "label", "").read?.operation.name == "list_tasks")
        #expect(try values(prompt("plan_my_day"), "label", "") == ["house", "House rules", "garden"])
        #expect(try values(prompt("plan_my_day"), "label", "HOU") == ["house", "House rules"])
        #expect(try values(prompt("plan_my_day"), "label", "rul") == ["House rules"])
    }

    @Test("A focus is a status or a label")
    func focus() throws {
        #expect(try values(prompt("weekly_review"), "focus", "").count == TaskStatus.allCases.count + 3)
        #expect(try values(prompt("weekly_review"), "focus", "g") == ["garden"])
        #expect(try values(prompt("weekly_review"), "focus", "do") == ["done"])
    }

    @Test("What was filled in before narrows it down")
    func context() throws {
        #expect(try values(prompt("plan_my_day"), "label", "", ["status": "open"]) == ["House rules", "garden"])
        #expect(try values(prompt("plan_my_day"), "status", "", ["label": "house"]) == ["in-progress", "done"])
        #expect(try request(prompt("plan_my_day"), "status", "", ["label": "house"]).read != nil)
        #expect(try values(prompt("plan_my_day"), "label", "", ["label": "x", "status": ""]).count == 3)
        #expect(try values(prompt("plan_my_day"), "label", "", ["status": 7, "other": .null]).count == 3)
    }

    @Test("At most a hundred values are given, and how many there are")
    func limit() throws {
        let many = (0..<250).map { number -> JSONValue in
            ["id": .string("id-\(number)"), "title": "t", "status": "open", "labels": [.string("l\(number)")]]
        }
        let payload = JSONText(.array(many))
        let completion = try request(task, "task_id", "ID").completion(from: payload)
        #expect(completion.values.count == 100 && completion.total == 250 && completion.hasMore)
        #expect(completion.values.first == "id-0" && completion.values.last == "id-99")
        let labels = try request(prompt("plan_my_day"), "label", "l1").completion(from: payload)
        #expect(labels.values.count == 100 && labels.total == 111)
        var writer = JSONWriter()
        writer.beginObject()
        Completion(["a\"b"]).writeMembers(to: &writer)
        writer.endObject()
        #expect(writer.takeText().description == #"{"completion":{"values":["a\"b"],"total":1,"hasMore":false}}"#)
    }

    @Test("Without tasks, or with a payload of another form, there is nothing to suggest")
    func noPayload() throws {
        let request = try request(task, "task_id", "")
        for payload: JSONText? in [nil, JSONText([:]), JSONText(.null), JSONText([1, [:], ["id": 7]])] {
            #expect(request.completion(from: payload) == .empty)
        }
        let selection = try ToolSelection(excludedTools: ["list_tasks"])
        #expect(try self.request(task, "task_id", "", nil, selection).read == nil)
    }

    @Test("Whatever is wrong is told by its place")
    func faults() {
        func fault(_ parameters: JSONObject) -> String? {
            do {
                _ = try CompletionRequest(parameters, selection: .all)
                return nil
            } catch {
                return error.description
            }
        }
        func faultOf(_ reference: JSONValue, _ name: JSONValue = "task_id", _ value: JSONValue = "") -> String? {
            fault(["ref": reference, "argument": ["name": name, "value": value]])
        }
        #expect(fault([:]) == "argument: is required")
        #expect(fault(["argument": []]) == "argument: expected an object, found an array of 0")
        #expect(fault(["argument": ["name": "x", "value": ""]]) == "ref: is required")
        #expect(faultOf(task, 7) == "argument.name: expected a string, found the integer 7")
        #expect(faultOf(task, "task_id", .null) == "argument.value: expected a string, found null")
        #expect(fault([:]) == "argument: is required")
        #expect(faultOf(["type": "ref/tool"]) == "ref.type: expected ref/prompt or ref/resource, found \"ref/tool\"")
        #expect(faultOf(["type": "ref/prompt"]) == "ref.name: is required")
        #expect(faultOf(["type": "ref/resource"]) == "ref.uri: is required")
        #expect(faultOf(prompt("plan_my_dya")) == "Unknown prompt \"plan_my_dya\"; did you mean plan_my_day?")
        #expect(
            faultOf(prompt("plan_my_day"), "lable") == "plan_my_day: \"lable\": unknown argument; did you mean label?")
        #expect(
            faultOf(["type": "ref/resource", "uri": "file:///x"])
                == "Resource not found: \"file:///x\"; resources/list and resources/templates/list name those there are"
        )
        #expect(
            faultOf(["type": "ref/resource", "uri": "defernowork://tasks"])
                == "\"defernowork://tasks\" has no variable \"task_id\" to complete")
        #expect(faultOf(task, "id") == "\"defernowork://task/{task_id}\" has no variable \"id\" to complete")
    }
}
