import OperationCatalogue
import Testing

@testable import MCPFrontend

@Suite("What is too long to be shown whole")
struct ExcerptTests {
    private static let id = "7ac8513c-4037-43fe-a89a-721019f76527"

    private func tasks(_ count: Int, _ more: JSONObject = [:]) -> JSONValue {
        .array(
            (0..<count).map { number in
                var task = more
                task["id"] = .string("\(number)")
                task["title"] = .string("a \"task\" with the name \(number)")
                if task["status"] == nil { task["status"] = number.isMultiple(of: 4) ? "open" : "done" }
                return .object(task)
            })
    }

    private func written(_ body: (inout JSONWriter) throws -> Void) throws -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        try body(&writer)
        writer.endObject()
        return try JSONText(validating: writer.takeText().bytes)
    }

    @Test("What fits is passed on byte for byte")
    func whole() throws {
        let payload = JSONText(trusted: Array(#"[{"a":1.50,"b":"\"\\"}]"#.utf8))
        let size =
            try written { writer in
                writer.key("x")
                writer.string(payload)
            }.bytes.count - 6
        #expect(Excerpt.size(payload) == size)
        let excerpt = Excerpt(of: payload, within: size)
        #expect(excerpt.text == payload && excerpt.cut == nil)
        #expect(Excerpt(of: payload, within: size - 1).cut != nil)
    }

    @Test("Of a long list as many elements stay as fit, in their order, those before that come first")
    func list() throws {
        let payload = JSONText(tasks(1000))
        let excerpt = Excerpt(of: payload, within: 20_000)
        #expect(Excerpt.size(excerpt.text) <= 20_000 && Excerpt.size(excerpt.text) > 19_800)
        let shown = try #require(try excerpt.text.value().arrayValue)
        #expect(excerpt.cut == .elements(shown: shown.count, of: 1000))
        #expect(shown.map { $0["id"]?.stringValue } == (0..<shown.count).map { "\($0)" })

        let active = Excerpt(of: payload, within: 60_000) { $0["status"] == "open" }
        let statuses = try #require(try active.text.value().arrayValue).map { $0["status"] }
        #expect(statuses.prefix(250).allSatisfy { $0 == "open" } && statuses[250] == "done")
    }

    @Test(
        "No payload is longer than the bound, whatever it is made of",
        arguments: [
            .array(Array(repeating: .string(String(repeating: "\"", count: 100_000)), count: 50)),
            .object(JSONObject(uniqueMembers: (0..<50_000).map { .init(key: "key \($0)", value: "x") })),
            .string(String(repeating: "\u{1}", count: 1_000_000)),
            ["id": "x", "description": .string(String(repeating: "ä", count: 1_000_000)), "actions": [["kind": "x"]]],
            [
                ["children": .array(Array(repeating: "7ac8513c-4037-43fe-a89a-721019f76527", count: 100_000))],
                ["id": "2"],
            ],
            .object(["\(String(repeating: "k", count: 500_000))": 1]),
        ] as [JSONValue])
    func anything(payload: JSONValue) throws {
        let excerpt = Excerpt(of: JSONText(payload), within: 50_000)
        #expect(Excerpt.size(excerpt.text) <= 50_000)
        #expect(excerpt.cut != nil)
        _ = try JSONText(validating: excerpt.text.bytes)
    }

    @Test("A long task keeps all its members, with long texts and lists cut")
    func object() throws {
        let long = JSONValue.string(String(repeating: "ä", count: 200_000))
        let payload: JSONValue = ["id": .string(Self.id), "title": "x", "description": long, "labels": ["a"]]
        let excerpt = Excerpt(of: JSONText(payload), within: 40_000)
        let value = try excerpt.text.value()
        #expect(value["id"] == .string(Self.id) && value["labels"] == ["a"])
        #expect(value["description"]?.stringValue?.hasSuffix("ä…") == true)
        #expect(excerpt.cut == .parts)
    }

    @Test(
        "Every prompt stays under 100,000 bytes, says what it leaves out, and how to get that",
        arguments: Prompt.allCases)
    func prompts(prompt: Prompt) throws {
        let arguments: JSONObject = prompt == .breakDownTask ? ["task_id": .string(Self.id)] : [:]
        let moods = tasks(20_000, ["task_title": "\"x\"", "mood_start": ["r": 0.5, "theta": 1]])
        let task: JSONValue = ["id": .string(Self.id), "description": .string(String(repeating: "\"", count: 500_000))]
        let payloads: [JSONValue] =
            switch prompt {
            case .planMyDay: [tasks(10_000)]
            case .weeklyReview: [moods, tasks(10_000)]
            case .breakDownTask: [task]
            }
        for selection in [ToolSelection.all, try ToolSelection(tools: ["create_task"])] {
            let request = try PromptRequest(prompt.name, arguments, selection: selection)
            let reply = try written { request.writeMembers(payloads.map { JSONText($0) }, to: &$0) }
            #expect(reply.bytes.count < 90_000 && reply.bytes.count > 20_000)
            let messages = try #require(try reply.value()["messages"]?.arrayValue)
            #expect(
                messages.map { $0["content"]?["type"] } == payloads.flatMap { _ in ["resource", "text"] } + ["text"])
            for (read, note) in zip(request.reads, messages.filter { $0["content"]?["type"] == "text" }) {
                let text = try #require(note["content"]?["text"]?.stringValue)
                let way = selection.offersTool(read.operation.name) ? "the tool " : "program's command 'call "
                #expect(text.contains(way + read.operation.name) && text.contains("since all would be too long"))
            }
        }
    }

    @Test("What one payload of a prompt leaves of the bound is the other's")
    func sharing() throws {
        let (few, many) = (JSONText(tasks(3)), JSONText(tasks(10_000)))
        for payloads in [[few, many], [many, few]] {
            let excerpts = Excerpt.sharing(50_000, payloads) { _ in false }
            let sizes = excerpts.map { Excerpt.size($0.text) }
            #expect(sizes.reduce(0, +) <= 50_000 && sizes.reduce(0, +) > 49_000)
            #expect(excerpts.map { $0.cut == nil } == payloads.map { $0 == few })
        }
    }

    @Test("Every resource has a bound, and what it leaves out is said in a text of its own")
    func resources() throws {
        let catalogue = ResourceCatalogue(.all)
        let read = try catalogue.read("defernowork://tasks")
        let excerpt = Excerpt(of: JSONText(tasks(40_000)), within: ResourceRead.bound)
        let reply = try written { read.writeMembers(excerpt, .all, to: &$0) }
        #expect(reply.bytes.count < 1_050_000)
        let contents = try #require(try reply.value()["contents"]?.arrayValue)
        #expect(contents.map { $0["mimeType"] } == ["application/json", "text/plain"])
        let shown = try JSONReader.value((contents[0]["text"]?.stringValue ?? "").utf8).arrayValue?.count ?? 0
        #expect(
            contents[1]["text"]?.stringValue == """
                defernowork://tasks has 40000 entries, of which only \(shown) are shown, since all would be too long: the tool \
                list_tasks returns everything; search_tasks finds some by their words.
                """)
    }
}
