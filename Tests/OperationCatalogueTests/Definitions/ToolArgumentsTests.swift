import OperationCatalogue
import Testing

@Suite("What a client means by a tool's arguments")
struct ToolArgumentsTests {
    private func understood(_ name: String, _ given: JSONObject) throws -> ToolArguments {
        ToolArguments(given, for: try #require(Catalogue.standard.definition(of: name)))
    }

    private func arguments(_ name: String, _ given: JSONObject) throws -> JSONObject {
        let understood = try understood(name, given)
        #expect(understood.faults == [])
        return understood.arguments
    }

    @Test("A JSON text in the place of another value is that value, where it is one that fits")
    func jsonTexts() throws {
        let given: JSONObject = [
            "title": "x", "labels": #" ["a", "[b]"] "#, "desire": "0.5", "productive": " -1 ", "complete_by": "2026",
        ]
        #expect(
            try arguments("create_task", given) == [
                "title": "x", "labels": ["a", "[b]"], "desire": 0.5, "productive": -1, "complete_by": "2026",
            ])
        #expect(
            try arguments("update_task", ["mood_start": #"{"r":"0.5","theta":1}"#, "pinned": "true"])
                == ["mood_start": ["r": 0.5, "theta": 1], "pinned": true])
        #expect(
            try arguments("update_task", ["mood_finish": ["r": "1", "theta": "2e0"]])["mood_finish"] == [
                "r": 1, "theta": 2.0,
            ])
        for (text, value) in [("True", true), ("FALSE", false), (" false ", false)] as [(JSONValue, JSONValue)] {
            #expect(try arguments("update_task", ["pinned": text]) == ["pinned": value])
        }
    }

    @Test("A text field stays a text, whatever stands in it")
    func texts() throws {
        let given: JSONObject = ["title": "[1, 2]", "description": "{}", "complete_by": "null", "assignee": "true"]
        #expect(try arguments("create_task", given) == given)
        #expect(try arguments("search_tasks", ["query": "12", "label": "null", "status": "[]"]).count == 3)
        #expect(try arguments("complete_auth", ["session_id": "1", "code": "12345"])["code"] == "12345")
        #expect(try arguments("create_task", ["labels": #"["1", "null"]"#])["labels"] == ["1", "null"])
    }

    @Test("What can mean nothing, or several things, stays as it is and is refused")
    func misfits() throws {
        let given: JSONObject = ["labels": "a, b", "desire": "much", "productive": "[1]", "title": "x"]
        #expect(try arguments("create_task", given) == given)
        let error = #expect(throws: OperationError.self) {
            try Catalogue.standard.resolve("create_task", try arguments("create_task", given))
        }
        #expect(error?.faults.map(\.place).sorted() == ["desire", "labels", "productive"])
        for value in [1, 0, "yes", "1"] as [JSONValue] {
            #expect(try arguments("update_task", ["pinned": value]) == ["pinned": value])
        }
    }

    @Test("A number with a zero fraction is an integer where one belongs")
    func integers() throws {
        for value in [2.0, "2", "2.0", 2] as [JSONValue] {
            #expect(try arguments("move_task", ["position": value]) == ["position": 2])
        }
        for value in [2.5, "2.5", 1e300] as [JSONValue] {
            #expect(try arguments("move_task", ["position": value])["position"]?.integerValue == nil)
        }
        #expect(try arguments("create_task", ["desire": 1.0]) == ["desire": 1.0])
    }

    @Test("Tasks to import come as a text, and in texts of their own")
    func tasks() throws {
        let id: JSONValue = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
        let tasks: JSONValue = [["id": id, "title": "[1]", "labels": ["a"], "pinned": true, "desire": .null]]
        let text = #"{"id":\#(JSONText(id)),"title":"[1]","labels":"[\"a\"]","pinned":"true","desire":null}"#
        for given in [tasks, .string("[\(text)]"), [.string(text)]] as [JSONValue] {
            #expect(try arguments("import_tasks", ["tasks": given]) == ["tasks": tasks])
        }
    }

    @Test("null, and a text that says it, leaves an argument out that need not be there")
    func null() throws {
        let given: JSONObject = [
            "task_id": .null, "title": .null, "description": .null, "labels": "null", "complete_by": .null,
            "mood_start": "null", "pinned": .null, "clear": .null, "status": "open",
        ]
        #expect(try arguments("update_task", given) == ["task_id": .null, "status": "open"])
        #expect(try arguments("create_task", ["title": "x", "labels": .null]) == ["title": "x"])
        #expect(try arguments("move_task", ["new_parent_id": .null, "position": 1]) == ["position": 1])
    }

    @Test("What is to be cleared is named, and then is null as at every other door")
    func clearing() throws {
        for names in [["labels", "complete_by"], #"["labels","complete_by"]"#] as [JSONValue] {
            let given: JSONObject = ["title": "b", "labels": .null, "clear": names]
            #expect(try arguments("update_task", given) == ["title": "b", "labels": .null, "complete_by": .null])
        }
        #expect(try arguments("move_task", ["clear": "new_parent_id"]) == ["new_parent_id": .null])
        let all = Catalogue.standard.definitions.flatMap { definition in
            definition.clearableNames.map { (definition.name, $0) }
        }
        #expect(all.count > 8)
        for (name, field) in all { #expect(try arguments(name, ["clear": [.string(field)]]) == [field: .null]) }
    }

    @Test("What cannot be cleared is told by its place, with all that is wrong besides")
    func wrongClearing() throws {
        let given: JSONObject = [
            "title": "", "desire": 0.5, "clear": ["title", "desire", "complete_bye", 7, "labels"],
        ]
        let understood = try understood("update_task", given)
        #expect(understood.arguments["clear"] == nil && understood.arguments["labels"]?.isNull == true)
        let error = #expect(throws: OperationError.self) {
            try Catalogue.standard.resolve("update_task", understood.arguments, besides: understood.faults)
        }
        let places = error?.faults.map(\.place)
        #expect(places == ["task_id", "title", "clear[0]", "clear[1]", "clear[2]", "clear[3]"])
        #expect(error?.message.contains("did you mean complete_by?") == true)
        #expect(error?.message.contains("desire is to be cleared and has a new value as well") == true)
        for value in [true, "title", ["labels": true]] as [JSONValue] {
            let faults = try self.understood("update_task", ["clear": value]).faults
            #expect(faults.map(\.place) == ["clear"])
        }
        // Elsewhere it is a name like any other.
        #expect(try self.understood("create_task", ["clear": ["x"]]).arguments == ["clear": ["x"]])
    }

    @Test("Arguments of a tool that takes none are passed over; of any other they are refused by name")
    func surplus() throws {
        for definition in Catalogue.standard.definitions {
            let arguments = try arguments(definition.name, ["random_string": "x"])
            #expect(arguments.isEmpty == definition.fields.isEmpty)
        }
    }
}
