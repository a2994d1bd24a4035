import Testing

@testable import OperationCatalogue

@Suite("What an import takes")
struct TaskExportTests {
    private static let one = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
    private static let two = "3e218381-e57f-48fc-a078-c34632c662c0"

    private func fault(of tasks: JSONValue) -> FieldFault? {
        do {
            _ = try TaskExport.decode(tasks, limits: FieldLimits(maximumCount: 3))
            return nil
        } catch {
            return error
        }
    }

    @Test("is a list of tasks of which only id and title must be there")
    func smallest() throws {
        let export = try TaskExport.decode([["id": .string(Self.one), "title": "a"]], limits: FieldLimits())
        let task = try #require(export.tasks.first)
        #expect(task.title == "a" && task.status == .open && task.description.isEmpty && task.actions.isEmpty)
    }

    @Test("may hold members that are not known, and null for what is not there")
    func lenient() {
        let task: JSONValue = [
            "id": .string(Self.one), "title": "a", "attachments_seen": [[:]], "parent_id": .null, "labels": .null,
            "status": .null,
        ]
        #expect(fault(of: [task]) == nil)
    }

    static let faults: [(JSONObject, [String])] = [
        (["id": "x"], ["0", "id"]), (["id": .null], ["0", "id"]), (["title": ""], ["0", "title"]),
        (["title": .null], ["0", "title"]), (["status": "finished"], ["0", "status"]),
        (["labels": ["a", 1]], ["0", "labels", "1"]), (["children": ["x"]], ["0", "children", "0"]),
        (["children": 1], ["0", "children"]), (["parent_id": .string(one)], ["0", "parent_id"]),
        (["mood_start": ["r": 1]], ["0", "mood_start", "theta"]), (["desire": 2], ["0", "desire"]),
        (["date_created": "yesterday"], ["0", "date_created"]), (["pinned": 1], ["0", "pinned"]),
        (["actions": [1]], ["0", "actions", "0"]),
        (["actions": [["kind": "Split"]]], ["0", "actions", "0", "recorded_at"]),
        (["actions": [["kind": 1, "recorded_at": "2031-04-12T08:00:00Z"]]], ["0", "actions", "0", "kind"]),
    ]

    @Test("is refused with the place of what is wrong", arguments: faults)
    func places(wrong: JSONObject, place: [String]) {
        var task: JSONObject = ["id": .string(Self.one), "title": "a"]
        for member in wrong.members { task[member.key] = member.value }
        #expect(fault(of: [.object(task)])?.path == place)
    }

    @Test("is refused where it is no list of tasks, or too long")
    func lists() {
        let task: JSONValue = ["id": .string(Self.one), "title": "a"]
        #expect(fault(of: task)?.path == [])
        #expect(fault(of: ["a"])?.path == ["0"])
        #expect(fault(of: [task, task, task, task])?.message == "expected at most 3 entries, found 4")
    }

    @Test("names no task twice, and none that is below itself")
    func trees() {
        func task(_ id: String, under parent: String? = nil) -> JSONValue {
            ["id": .string(id), "title": "a", "parent_id": parent.map { .string($0) } ?? .null]
        }
        #expect(fault(of: [task(Self.one), task(Self.one)])?.path == ["1", "id"])
        #expect(fault(of: [task(Self.one, under: Self.two), task(Self.two)]) == nil)
        let circle = fault(of: [task(Self.one, under: Self.two), task(Self.two, under: Self.one)])
        #expect(circle?.path.last == "parent_id")
    }
}
