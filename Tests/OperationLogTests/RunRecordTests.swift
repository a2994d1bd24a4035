import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Records of runs, and of what was skipped")
struct RunRecordTests {
    let folder: TemporaryFolder
    let path: String
    let log: OperationLog

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
        log = OperationLog(.file(path), version: "0.2.0")
    }

    private func keys(_ record: JSONValue) -> [String] { record.objectValue?.members.map(\.key) ?? [] }

    static let digest = String(repeating: "0a", count: 32)

    static func beginning(variables: JSONObject = ["city": "Lisbon"]) -> RunBeginning {
        RunBeginning(
            caller: Sample.caller,
            files: [RunFile(name: "week.yaml", digest: digest), RunFile(name: "-", digest: nil)],
            variables: variables)
    }

    static func ending(_ status: RunStatus = .failed, files: [RunFile] = []) -> RunEnding {
        RunEnding(
            caller: Sample.caller, status: status, counts: [.ok: 3, .failed: 1, .skipped: 7], nanoseconds: 12_345_678,
            files: files)
    }

    @Test("A run begins with its scripts, their hashes and its variables, and ends with how it ended and how many")
    func run() async throws {
        try await log.record(begin: Self.beginning())
        try await log.record(end: Self.ending(files: [RunFile(name: "-", digest: Self.digest)]))
        let records = try records(of: path)
        #expect(records.map { $0["kind"] } == ["header", "run.begin", "run.end"])
        #expect(
            keys(records[1]).dropFirst(5) == ["door", "user", "client", "run", "files", "vars", "hash"])
        #expect(records[1]["run"]?.stringValue == Sample.caller.run.description)
        let digest = JSONValue.string(Self.digest)
        #expect(records[1]["files"] == [["file": "week.yaml", "sha256": digest], ["file": "-"]])
        #expect(records[1]["vars"] == ["city": "Lisbon"])
        #expect(
            keys(records[2]).dropFirst(5) == [
                "door", "user", "client", "run", "status", "ok", "failed", "unknown", "skipped", "ms", "files", "hash",
            ])
        #expect(records[2]["status"] == "failed")
        #expect(["ok", "failed", "unknown", "skipped"].map { records[2][$0] } == [3, 1, 0, 7])
        #expect(records[2]["ms"]?.doubleValue == 12.345)
        #expect(records[2]["files"] == [["file": "-", "sha256": digest]])
        expectIntactChains(lines(of: path))
    }

    @Test("Variables that come to more than 64 KiB are recorded by their size")
    func largeVariables() async throws {
        let text = String(repeating: "x", count: 70_000)
        try await log.record(begin: Self.beginning(variables: ["a": .string(text)]))
        let record = try #require(try records(of: path).last)
        #expect(record["vars"] == nil)
        #expect(record["vars_bytes"] == 70_008)
    }

    @Test("A log that takes no record says so")
    func unwritable() async throws {
        let log = OperationLog(.file("/dev/full"), version: "0.2.0")
        _ = try await refusal { try await log.record(begin: Self.beginning()) }
        _ = try await refusal { try await log.record(end: Self.ending()) }
    }

    @Test("What was skipped says why, or nothing where its own condition was not met; arguments are there where known")
    func skipped() async throws {
        let request = OperationRequest(
            "create_task", ["title": "x"], caller: Sample.caller, verdict: .skipped(.notRun))
        let unknown = OperationRequest("create_task", [:], caller: Sample.caller, verdict: .skipped(nil))
        try await log.record(outcomes: [
            Sample.outcome(request, Sample.definition, .skipped(.notRun)),
            Sample.outcome(unknown, Sample.definition, .skipped(nil)),
        ])
        let records = try records(of: path)
        #expect(records.map { $0["status"] }.dropFirst() == ["skipped", "skipped"])
        #expect(records[1]["error"]?["code"] == "not_run")
        #expect(records[1]["args"] == ["title": "x"])
        #expect(records[2]["error"] == nil)
        #expect(records[2]["args"] == nil)
    }

    @Test(
        "The wait before an operation is recorded from a millisecond on", arguments: [(999_999, nil), (1_000_000, 1.0)])
    func queued(nanoseconds: UInt64, milliseconds: Double?) async throws {
        let outcome = Outcome(
            result: .ok(JSONText(["id": "1"])), nanoseconds: 2_000_000, queuedNanoseconds: nanoseconds)
        try await log.record(outcomes: [
            ConcludedOperation(
                id: .version7(), request: Sample.request(["title": "x"]), definition: Sample.definition,
                hasIntent: true,
                outcome: outcome)
        ])
        let record = try #require(try records(of: path).last)
        #expect(record["ms"]?.doubleValue == 2)
        #expect(record["queued_ms"]?.doubleValue == milliseconds)
    }
}
