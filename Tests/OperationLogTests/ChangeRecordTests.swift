import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

/// What writes have done to tasks, as the log tells it.
@Suite("Changes in the record")
struct ChangeRecordTests {
    static let task: JSONValue = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
    static let parent: JSONValue = "52958c4d-1c2b-5618-9d7d-6e48d9b99fed"

    static let everyKind = JSONText([
        [
            "task": task, "title": "Buy milk", "change": "create",
            "after": ["title": "Buy milk", "labels": ["home"], "mood_start": ["r": 0.5, "theta": 1]],
        ],
        [
            "task": task, "title": "Buy milk", "change": "update",
            "fields": ["status": ["before": "open", "after": "done"], "pinned": ["after": true]],
            "history": [["Split": ["child_id": parent]]],
        ],
        [
            "task": task, "title": "Buy milk", "change": "place",
            "before": ["parent_id": nil, "previous_id": nil], "after": ["parent_id": parent, "previous_id": nil],
        ],
        ["task": task, "title": "Buy milk", "change": "delete", "before": ["title": "Buy milk"]],
        ["change": "create", "tasks": [task, parent]],
    ])

    let folder: TemporaryFolder
    let path: String
    let log: OperationLog

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
        log = OperationLog(.file(path), version: "0.2.0")
    }

    /// The outcome's record of an operation that has ended well.
    private func record(
        _ definition: OperationDefinition, _ payload: JSONText, changes: JSONText?
    ) async throws -> JSONValue {
        let request = Sample.request(definition.name, [:])
        try await log.record(outcomes: [Sample.outcome(request, definition, .ok(payload, changes: changes))])
        return try #require(try records(of: path).last)
    }

    private static let taskPayload = JSONText(["id": task, "title": "Buy milk", "actions": [["kind": "Created"]]])

    @Test(
        "The outcome of a write whose payload is tasks has the changes in its place, byte for byte",
        arguments: Catalogue.standard.definitions.filter { $0.givesTasks && $0.isWrite }.map(\.name))
    func inPlaceOfResult(operation: String) async throws {
        let definition = try #require(Catalogue.standard.definition(of: operation))
        let record = try await record(definition, Self.taskPayload, changes: Self.everyKind)
        #expect(record["result"] == nil && record["result_bytes"] == nil)
        let line = String(decoding: try #require(lines(of: path).last), as: UTF8.self)
        #expect(line.contains(",\"status\":\"ok\",\"changes\":\(Self.everyKind),\"ms\":"))
    }

    @Test("Writes whose payload is tasks are those on tasks, but for the import, which answers with counts")
    func writesOfTasks() {
        let writes = Catalogue.standard.definitions.filter { $0.isWrite && $0.session == nil }
        #expect(writes.filter { !$0.givesTasks }.map(\.name) == [ImportTasks.definition.name])
        #expect(writes.count > 7)
        #expect(!Catalogue.standard.definitions.contains { $0.isWrite && $0.session != nil && $0.givesTasks })
    }

    @Test("An empty list of changes says that nothing was changed, and stands in the payload's place as well")
    func nothingChanged() async throws {
        let record = try await record(UpdateTask.definition, Self.taskPayload, changes: JSONText([]))
        #expect(record["changes"] == [] && record["result"] == nil)
    }

    @Test("The payload stays where the backend does not tell, and where it is nothing that changes tell")
    func resultStays() async throws {
        let silent = try await record(UpdateTask.definition, Self.taskPayload, changes: nil)
        #expect(silent["changes"] == nil && silent["result"]?["title"] == "Buy milk")
        let counts: JSONValue = ["imported": 2, "existing": 0]
        let imported = try await record(ImportTasks.definition, JSONText(counts), changes: Self.everyKind)
        #expect(imported["changes"]?.arrayValue?.count == 5 && imported["result"] == counts)
        let read = try await record(GetTask.definition, Self.taskPayload, changes: Self.everyKind)
        #expect(read["changes"] == nil && read["result"] == nil && read["result_bytes"] != nil)
    }

    @Test("Changes of any length are recorded whole, without a copy, and the chain covers them")
    func long() async throws {
        let text = String(repeating: "ä", count: 300_000)
        let changes = JSONText([
            [
                "task": Self.task, "title": "T", "change": "update",
                "fields": ["description": ["before": .string(text), "after": ""]],
            ]
        ])
        let record = try await record(UpdateTask.definition, Self.taskPayload, changes: changes)
        #expect(record["changes"]?.arrayValue?.first?["fields"]?["description"]?["before"]?.stringValue == text)
        _ = try await self.record(UpdateTask.definition, Self.taskPayload, changes: JSONText([]))
        expectIntactChains(lines(of: path))
    }

    @Test("Intent and outcome are one operation with its changes, which conditions find")
    func reading() async throws {
        _ = try await record(UpdateTask.definition, Self.taskPayload, changes: Self.everyKind)
        for (condition, count) in [
            ("changes.fields.status.after = done", 1), ("changes.fields.status.before = done", 0),
            ("changes.change = place", 1), ("changes.after.parent_id = \(Self.parent.stringValue ?? "")", 1),
            ("changes.after.labels = home", 1), ("changes.title ~ MILK", 1), ("changes.title != \"Buy milk\"", 0),
            ("changes.fields.pinned.after = true", 1), ("changes.tasks = \(Self.task.stringValue ?? "")", 1),
            ("changes ~ Split", 1),
        ] {
            let found = try Reading.filtered(path) { $0.conditions = [try LogCondition(condition)] }
            #expect(found.count == count, "\(condition)")
        }
        let named = Reading.filtered(path) { $0.task = Self.parent.stringValue }
        #expect(named.map { $0["changes"]?.arrayValue?.count } == [5])
        let fault = #expect(throws: LogConditionFault.self) { try LogCondition("changes.fields.status.aftr = done") }
        #expect(fault?.message.contains("did you mean changes.fields.status.after?") == true, "\(fault?.message ?? "")")
    }
}
