import Testing

@testable import OperationCatalogue

@Suite("What an import takes")
struct TaskExportTests {
    private static let one = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
    private static let two = "3e218381-e57f-48fc-a078-c34632c662c0"

    /// The fault of the tasks as a tree, which is also that of their texts.
    private func fault(of tasks: JSONValue) -> FieldFault? {
        let limits = FieldLimits(maximumCount: 3)
        let fault = Self.fault { () throws(FieldFault) in try TaskExport.decode(tasks, limits: limits) }
        if let elements = tasks.arrayValue {
            let list = Self.list(elements)
            let ofTexts = Self.fault { () throws(FieldFault) in try TaskExport.decode(list, limits: limits) }
            #expect(ofTexts == fault)
        }
        return fault
    }

    private static func fault(of decode: () throws(FieldFault) -> TaskExport) -> FieldFault? {
        do {
            _ = try decode()
            return nil
        } catch {
            return error
        }
    }

    private static func list(_ elements: [JSONValue]) -> JSONTextList {
        var list = JSONTextList()
        for element in elements { list.append(JSONText(element)) }
        return list
    }

    @Test("is a list of tasks of which only id and title must be there")
    func smallest() throws {
        let json: [JSONValue] = [["id": .string(Self.one), "title": "a"]]
        for export in [
            try TaskExport.decode(.array(json), limits: FieldLimits()),
            try TaskExport.decode(Self.list(json), limits: FieldLimits()),
        ] {
            var tasks: [TaskSnapshot] = []
            try export.forEach { tasks.append($0) }
            let task = try #require(tasks.first)
            #expect(tasks.count == 1 && task.title == "a" && task.status == .open)
            #expect(task.description.isEmpty && task.actions.isEmpty)
            #expect(export.json == .array(json))
        }
    }

    @Test("is taken as the texts of any number of tasks, each read when its turn comes")
    func texts() throws {
        let json: [JSONValue] = (0..<3000).map {
            [
                "id": .string("\(UniqueIdentifier(high: 1, low: UInt64($0)))"),
                "title": .string("\($0) " + String(repeating: "é", count: 400)),
            ]
        }
        let list = Self.list(json)
        #expect(list.blocks.count > 2, "the texts are not to be one block, which would be copied as it grows")
        #expect(list.count == 3000 && list.value == .array(json))
        #expect(list.byteCount == JSONText(.array(json)).bytes.count)
        var writer = JSONWriter()
        writer.list(list)
        #expect(writer.takeText() == JSONText(.array(json)))
        let export = try TaskExport.decode(list, limits: FieldLimits(maximumCount: 3000))
        var titles: [String] = []
        try export.forEach { titles.append($0.title) }
        #expect(titles == json.compactMap { $0["title"]?.stringValue })
        #expect(export.heads.map(\.id.low) == Array(0..<3000 as Range<UInt64>))
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
