import OperationCatalogue
import OperationLog
import Testing

@Suite("Operations whose fate is told later")
struct SettlingTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private static let task: JSONValue = ["title": "Buy milk", "id": .string(Line.id(900))]

    private func statuses(_ change: (inout LogFilter) -> Void = { _ in }) -> [[JSONValue?]] {
        Reading.filtered(path, change).map { [$0["id"], $0["status"], $0["settled_by"]] }
    }

    @Test(
        "The same task made again, or found made, settles the create without an outcome",
        arguments: [
            Line.outcome(2, at: 9),
            Line.outcome(2, "create_task", "failed", ["error": ["code": "item_exists", "message": "there"]], at: 9),
        ])
    func repeated(outcome: String) throws {
        let create = Line.intent(1, "create_task", Self.task)
        try append(create + Line.intent(2, "create_task", Self.task, at: 8) + outcome, to: path)
        let (first, second): (JSONValue, JSONValue) = (.string(Line.id(1)), .string(Line.id(2)))
        #expect(statuses().first == [first, "ok", second])
        #expect(statuses().count == 2 && statuses().last?.first == second)
        #expect(statuses { $0.statuses = ["unknown"] } == [])
    }

    @Test("A repetition that fails otherwise, or that made another task, settles nothing")
    func notSettled() throws {
        let failed = Line.outcome(2, "create_task", "failed", ["error": ["code": "backend_failed", "message": "no"]])
        let other: JSONValue = ["title": "Buy milk", "id": .string(Line.id(901))]
        try append(
            Line.intent(1, "create_task", Self.task) + Line.intent(2, "create_task", Self.task) + failed
                + Line.intent(3, "create_task", other) + Line.outcome(3), to: path)
        #expect(statuses { $0.statuses = ["unknown"] } == [[.string(Line.id(1)), "unknown", nil]])
    }

    @Test(
        "An outcome that names an operation settles it, also one whose own outcome was unknown",
        arguments: [("ok", "ok"), ("failed", "failed"), ("unknown", "unknown")])
    func named(status: String, settled: String) throws {
        let timedOut: JSONObject = ["error": ["code": "deadline_exceeded", "message": "late"], "ms": 5]
        let asked: JSONObject = [
            "settles": .string(Line.id(1)), "error": ["code": "not_found", "message": "not there"],
        ]
        try append(
            Line.intent(1, "set_task_status", ["task_id": .string(Line.id(900))])
                + Line.outcome(1, "set_task_status", "unknown", timedOut)
                + Line.outcome(2, "get_task", status, asked, at: 9), to: path)
        let operation = try #require(Reading.operations(path).operations.first { $0["id"]?.stringValue == Line.id(1) })
        #expect(operation["status"]?.stringValue == settled)
        #expect(operation["settled_by"]?.stringValue == (status == "unknown" ? nil : Line.id(2)))
        #expect((operation["error"] == nil) == (status == "ok"))
        #expect(operation["ms"] == 5)
    }

    @Test("Several that made the same task are settled by the one that did, each once")
    func chain() throws {
        let creates = (1...3).map { Line.intent($0, "create_task", Self.task) }.joined()
        try append(creates + Line.outcome(2, "create_task", "unknown") + Line.outcome(3), to: path)
        let found = statuses()
        #expect(Set(found.compactMap { $0[0]?.stringValue }) == [Line.id(1), Line.id(2), Line.id(3)])
        #expect(found.count == 3 && found.allSatisfy { $0[1] == "ok" })
        #expect(found.count { $0[2]?.stringValue == Line.id(3) } == 2)
    }

    @Test("What settles an operation counts also where the filter passes it over")
    func filtered() throws {
        func inRun(_ run: Int, _ line: String) -> String {
            line.replacing("\"op\":", with: "\"run\":\"\(Line.id(run))\",\"op\":")
        }
        try append(
            inRun(50, Line.intent(1, "create_task", Self.task)) + inRun(51, Line.intent(2, "create_task", Self.task))
                + inRun(51, Line.outcome(2)) + inRun(50, Line.intent(3, "update_task"))
                + inRun(52, Line.outcome(4, "get_task", "ok", ["settles": .string(Line.id(3))])), to: path)
        #expect(statuses { $0.run = Line.id(50) }.map { $0[1] } == ["ok", "ok"])
        #expect(statuses { $0.operations = ["update_task"] }.map { $0[1] } == ["ok"])
    }

    @Test("A settled operation counts as that, a skipped one neither as failed nor with a duration")
    func statistics() throws {
        try append(
            Line.intent(1, "create_task", Self.task) + Line.intent(2, "create_task", Self.task)
                + Line.outcome(2, "create_task", "ok", ["ms": 10])
                + Line.outcome(3, "create_task", "skipped", ["ms": 0, "error": ["code": "not_run", "message": "x"]])
                + Line.outcome(4, "create_task", "failed", ["ms": 10, "error": ["code": "not_found", "message": "x"]]),
            to: path)
        var statistics = LogStatistics()
        _ = LogScan([path]) { _ in }.operations(of: LogFilter()) {
            statistics.add($0)
            return true
        }
        let total = statistics.total
        #expect([total.ok, total.failed, total.unknown, total.skipped, total.count] == [2, 1, 0, 1, 4])
        #expect(abs(total.errorRate - 1.0 / 3) < 1e-9 && total.durations.count == 2)
        #expect(statistics.errors == ["not_found": 1])
    }
}
