import OperationCatalogue
import Testing

@Suite("Requests against the catalogue")
struct ResolveTests {
    private let id: JSONValue = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"

    private func failure(_ name: String, _ arguments: JSONObject) -> OperationError? {
        do {
            _ = try Catalogue.standard.resolve(name, arguments)
            return nil
        } catch {
            return error
        }
    }

    private func update(_ arguments: JSONObject) throws -> UpdateTask? {
        var arguments = arguments
        arguments["task_id"] = id
        return try Catalogue.standard.resolve("update_task", arguments).operation as? UpdateTask
    }

    @Test("update_task tells an absent field from null and from a value")
    func patches() throws {
        let nothing = try #require(try update([:]))
        #expect(nothing.description == .unchanged)
        #expect(nothing.labels == .unchanged)
        #expect(nothing.completeBy == .unchanged)
        #expect(nothing.moodStart == .unchanged)
        #expect(nothing.title == nil)
        #expect(nothing.pinned == nil)

        let cleared = try #require(
            try update([
                "description": nil, "labels": nil, "assignee": nil, "complete_by": nil, "productive": nil,
                "desire": nil, "mood_start": nil, "mood_finish": nil,
            ]))
        #expect(cleared.description == .clear)
        #expect(cleared.labels == .clear)
        #expect(cleared.assignee == .clear)
        #expect(cleared.completeBy == .clear)
        #expect(cleared.productive == .clear)
        #expect(cleared.desire == .clear)
        #expect(cleared.moodStart == .clear)
        #expect(cleared.moodFinish == .clear)

        let set = try #require(
            try update([
                "description": "", "labels": [], "complete_by": "2026-11-30T18:00:00+01:00", "desire": -1,
                "mood_finish": ["r": 0.5, "theta": 2], "pinned": false, "title": "t", "status": "in-review",
                "productive": 1.0, "mood_start": ["theta": 0, "r": 0],
            ]))
        #expect(set.description == .set(""))
        #expect(set.labels == .set([]))
        #expect(set.completeBy == .set(Timestamp(seconds: 1_796_058_000)))
        #expect(set.desire == .set(-1))
        #expect(set.productive == .set(1))
        #expect(set.moodFinish == .set(Mood(r: 0.5, theta: 2)))
        #expect(set.moodStart == .set(Mood(r: 0, theta: 0)))
        #expect(set.pinned == false)
        #expect(set.title == "t")
        #expect(set.status == .inReview)
        #expect(set.assignee == .unchanged)
    }

    @Test("Fields that cannot be empty refuse null and say what to do", arguments: ["title", "status", "pinned"])
    func keepable(field: String) {
        var arguments: JSONObject = ["task_id": id]
        arguments[field] = JSONValue.null
        #expect(
            failure("update_task", arguments)?.message
                == "update_task: \(field): must not be null; leave it out to keep it as it is")
    }

    @Test("Every fault comes at once, each with its place")
    func everyFault() {
        let error = failure(
            "create_task",
            [
                "description": 5, "labels": ["home", 7], "parent_id": "x", "desire": 1.5, "complete_by": "soon",
                "titel": "Buy milk", "id": nil,
            ])
        #expect(error?.code == .invalidArguments)
        #expect(
            error?.faults.map(\.place) == [
                "description", "labels[1]", "parent_id", "complete_by", "desire", "titel",
            ])
        #expect(error?.message.hasPrefix("create_task: description: expected a string") == true)
        #expect(error?.message.hasSuffix("titel: unknown field; did you mean title?") == true)
    }

    @Test("The limits of the fields hold at their edges")
    func limits() {
        func title(_ count: Int) -> JSONObject { ["title": .string(String(repeating: "ä", count: count))] }
        #expect(failure("create_task", title(1)) == nil)
        #expect(failure("create_task", title(2000)) == nil)
        #expect(failure("create_task", title(2001))?.faults.map(\.place) == ["title"])
        #expect(failure("create_task", title(0))?.message == "create_task: title: must not be empty")
        func labels(_ count: Int, _ length: Int) -> JSONObject {
            let label = JSONValue.string(String(repeating: "l", count: length))
            return ["title": "t", "labels": .array(Array(repeating: label, count: count))]
        }
        #expect(failure("create_task", labels(100, 200)) == nil)
        #expect(failure("create_task", labels(101, 1)) != nil)
        #expect(failure("create_task", labels(1, 201)) != nil)
        #expect(failure("create_task", labels(1, 0)) != nil)
        #expect(failure("search_tasks", ["query": "会"]) == nil)
        #expect(failure("search_tasks", ["query": ""]) != nil)
        #expect(failure("move_task", ["task_id": id, "position": 1_000_000]) == nil)
        #expect(failure("move_task", ["task_id": id, "position": 1_000_001]) != nil)
        #expect(failure("move_task", ["task_id": id, "position": -1]) != nil)
    }

    @Test("move_task tells a new parent from none and from the present one")
    func move() throws {
        func parent(_ arguments: JSONObject) throws -> Patch<UniqueIdentifier>? {
            (try Catalogue.standard.resolve("move_task", arguments).operation as? MoveTask)?.newParentID
        }
        #expect(try parent(["task_id": id]) == .unchanged)
        #expect(try parent(["task_id": id, "new_parent_id": nil]) == .clear)
        let identifier = try #require(UniqueIdentifier("7033cae7-eff6-4df1-bed9-01d16e89c2b0"))
        #expect(try parent(["task_id": id, "new_parent_id": id]) == .set(identifier))
    }

    @Test("An unknown operation gets a hint where one is near, and stays short where its name is long")
    func unknownOperations() {
        #expect(failure("creat_task", [:])?.message == "unknown operation \"creat_task\"; did you mean create_task?")
        #expect(failure("fly", [:])?.message == "unknown operation \"fly\"")
        #expect(failure("", [:])?.message == "unknown operation \"\"")
        #expect(failure("a\nb", [:])?.message == #"unknown operation "a\nb""#)
        #expect(failure("CREATE_TASK", [:])?.code == .unknownOperation)
        let endless = "e" + String(repeating: "\u{301}", count: 100_000)
        for name in [String(repeating: "x", count: 1_000_000), endless] {
            #expect((failure(name, [:])?.message.utf8.count ?? .max) < 1500)
        }
    }

    @Test("An operation without fields takes none")
    func noFields() {
        #expect(failure("whoami", [:]) == nil)
        #expect(
            failure("whoami", ["verbose": true])?.message == "whoami: verbose: unknown field; whoami takes no arguments"
        )
    }

    @Test("Values that are not known yet are passed over, all else is checked")
    func unknownValues() throws {
        let catalogue = Catalogue.standard
        _ = try catalogue.resolve("set_task_status", ["task_id": "?", "status": "done"], ignoringValuesOf: ["task_id"])
        _ = try catalogue.resolve(
            "update_task", ["task_id": "?", "title": nil], ignoringValuesOf: ["task_id", "title"])
        let error = #expect(throws: OperationError.self) {
            try catalogue.resolve("set_task_status", ["task_id": "?", "status": "x"], ignoringValuesOf: ["task_id"])
        }
        #expect(error?.faults.map(\.place) == ["status"])
    }
}
