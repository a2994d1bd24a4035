import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Reading a log")
struct LogScanTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    /// Three creates of different callers, the first without an outcome, and a read.
    private func makeLog() async throws -> [Invocation] {
        let log = OperationLog(.file(path), version: "0.2.0")
        let callers = [
            Caller(door: .batch, user: "anna"),
            Caller(door: .mcp, user: "ben", client: .init(name: "agent", version: "1")),
            Caller(door: .cli, user: "anna"),
        ]
        let intents = callers.enumerated().map { index, caller in
            let arguments: JSONObject = ["title": .string("Task \(index)")]
            let base = Sample.intent(arguments)
            let request = OperationRequest("create_task", arguments, caller: caller)
            return Invocation(id: base.id, definition: base.definition, operation: base.operation, request: request)
        }
        try await log.record(intents: intents)
        let results: [OperationResult] = [
            .ok(JSONText(["id": "7033cae7-eff6-4df1-bed9-01d16e89c2b0"])),
            .failed(OperationError(.notFound, "task not found")),
        ]
        try await log.record(
            outcomes: zip(intents.dropFirst(), results).map { intent, result in
                ConcludedOperation(
                    id: intent.id, request: intent.request, definition: intent.definition, hasIntent: true,
                    outcome: Outcome(result: result, nanoseconds: 2_000_000))
            } + [Sample.read()])
        return intents
    }

    @Test("An intent and its outcome are one operation; one without an outcome comes last and is unknown")
    func pairing() async throws {
        let intents = try await makeLog()
        let operations = Reading.operations(path).operations
        #expect(operations.map { $0["op"] } == ["create_task", "create_task", "whoami", "create_task"])
        #expect(operations.map { $0["status"] } == ["ok", "failed", "ok", "unknown"])
        #expect(operations.map { $0["args"]?["title"] } == ["Task 1", "Task 2", nil, "Task 0"])
        #expect(operations[3]["id"]?.stringValue == intents[0].id.description)
        #expect(operations[3]["ended"] == nil && operations[3]["ms"] == nil)
        #expect(operations[0].objectValue?.members.map(\.key).prefix(4) == ["time", "ended", "id", "op"])
        #expect(operations[0]["ms"] == 2.0)
        #expect(operations[1]["error"]?["code"] == "not_found")
    }

    @Test("Each filter lets through what it names and nothing else")
    func filters() async throws {
        let intents = try await makeLog()
        let titles = { (change: (inout LogFilter) throws -> Void) in
            try Reading.filtered(path, change).map { $0["args"]?["title"]?.stringValue ?? "-" }
        }
        #expect(try titles { $0.operations = ["create_task"] } == ["Task 1", "Task 2", "Task 0"])
        #expect(try titles { $0.operations = ["whoami", "get_task"] } == ["-"])
        #expect(try titles { $0.doors = ["mcp", "cli"] } == ["Task 1", "Task 2"])
        #expect(try titles { $0.statuses = ["unknown"] } == ["Task 0"])
        #expect(try titles { $0.actor = "agent" } == ["Task 1"])
        #expect(try titles { $0.actor = "anna" } == ["Task 2", "-", "Task 0"])
        let run = intents[1].request.caller.run.description
        #expect(try titles { $0.run = run } == ["Task 1"])
        #expect(try titles { $0.run = String(run.prefix(20)) }.contains("Task 1"))
        #expect(try titles { $0.task = "7033cae7-eff6-4df1-bed9-01d16e89c2b0" } == ["Task 1"])
        #expect(try titles { $0.task = "7033cae7-eff6-4df1-bed9-01d16e89c2b1" } == [])
        #expect(try titles { $0.since = .now } == [])
        #expect(try titles { $0.until = .now }.count == 4)
        #expect(try titles { $0.conditions = [try LogCondition("ms >= 2")] } == ["Task 1", "Task 2"])
        #expect(try titles { $0.conditions = [try LogCondition("args.title~tASK 0")] } == ["Task 0"])
        let both = [try LogCondition("error.code != not_found"), try LogCondition("ms=2")]
        #expect(try titles { $0.conditions = both } == ["Task 1"])
    }

    @Test("An outcome is found by what only its intent names")
    func outcomeOfNamedIntent() async throws {
        let task = "01a220d0-e61f-7522-830d-8c748cb9b8c3"
        let log = OperationLog(.file(path), version: "0.2.0")
        var intent = Sample.intent()
        let request = Sample.request("delete_task", ["task_id": .string(task)])
        intent = Invocation(
            id: intent.id, definition: DeleteTask.definition, operation: intent.operation, request: request)
        try await log.record(intents: [intent])
        try await log.record(outcomes: [
            ConcludedOperation(
                id: intent.id, request: request, definition: DeleteTask.definition, hasIntent: true,
                outcome: Outcome(result: .ok(JSONText(["deleted": true])), nanoseconds: 1))
        ])
        #expect(Reading.filtered(path) { $0.task = task }.map { $0["status"] } == ["ok"])
    }

    @Test("What is no record is told with its line and passed over; the rest is read")
    func brokenLines() async throws {
        _ = try await makeLog()
        try append("garbage\n\n[1]\n{\"kind\":\"later\",\"x\":1}\n", to: path)
        let log = OperationLog(.file(path), version: "0.2.0")
        try await log.record(outcomes: [Sample.read()])
        try append("{\"v\":2,\"ki", to: path)
        let result = Reading.operations(path, folder("none"))
        #expect(result.operations.count == 5)
        #expect(result.readable == 1)
        #expect(result.faults.map(\.line) == [8, 10, 14, nil])
        #expect(result.faults[0].message.hasPrefix("no record: "))
        #expect(result.faults[2].message.contains("not whole"))
    }

    @Test("Records of version 1, and any order of members, are read")
    func otherForms() throws {
        let id = UniqueIdentifier.version7()
        try append(
            """
            {"v":1,"kind":"intent","time":"2026-11-28T07:00:00.000000Z","seq":1,"id":"\(id)","op":"a","args":{}}
            {"status":"ok","ms":1.5,"id":"\(id)","time":"2026-11-28T07:00:01.000000Z","kind":"outcome","new":[1]}

            """, to: path)
        let operations = Reading.operations(path).operations
        #expect(operations.count == 1)
        #expect(operations[0]["time"] == "2026-11-28T07:00:00.000000Z")
        #expect(operations[0]["ended"] == "2026-11-28T07:00:01.000000Z")
    }

    @Test("Intents that wait for outcomes that never come take up no more than their limit, and none is lost")
    func manyUnknown() async throws {
        let count = 100_000
        var line = ""
        for number in 0..<count {
            let id = UniqueIdentifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 + UInt64(number))
            line += "{\"v\":2,\"kind\":\"intent\",\"time\":\"2026-11-28T07:00:00.000000Z\","
            line += "\"id\":\"\(id)\",\"op\":\"a\","
            line += "\"args\":{\"text\":\"\(String(repeating: "x", count: 200))\"}}\n"
        }
        try append(line, to: path)
        let operations = Reading.operations(path).operations
        #expect(operations.count == count)
        #expect(Set(operations.compactMap { $0["id"]?.stringValue }).count == count)
    }
}
