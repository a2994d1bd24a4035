import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("The published schema")
struct SchemaTests {
    static let path: String = {
        let folders = #filePath.split(separator: "/").dropLast(3)
        return "/\(folders.joined(separator: "/"))/config/log-record.schema.json"
    }()

    private func words(_ keys: String...) throws -> [String] {
        let schema = try JSONText(validating: contents(of: Self.path)).value()
        let found = keys.reduce(Optional(schema)) { $0?[$1] }
        return try #require(found?.arrayValue).compactMap(\.stringValue)
    }

    @Test("Its words are those of the catalogue")
    func words() throws {
        #expect(try words("$defs", "operation", "properties", "door", "enum") == Door.allCases.map(\.rawValue))
        #expect(try words("$defs", "error", "properties", "code", "enum") == ErrorCode.allCases.map(\.rawValue))
        #expect(try words("$defs", "outcome", "properties", "status", "enum") == OutcomeStatus.allCases.map(\.rawValue))
    }

    @Test("Real records of every kind pass it", .enabled(if: Validator.isWanted))
    func realRecords() async throws {
        let folder = try TemporaryFolder()
        let path = folder("operations.ndjson")
        let log = OperationLog(.file(path), version: "0.2.0")
        try await log.record(intents: [Sample.intent(), Self.fullIntent()])
        try await log.record(outcomes: Self.outcomes())
        await log.record(served: Self.served)
        for run in Self.runs { try await log.record(begin: run) }
        for status in RunStatus.allCases { try await log.record(end: RunRecordTests.ending(status)) }
        try await log.record(end: RunRecordTests.ending(files: RunRecordTests.beginning().files))
        try append("{\"torn", to: path)
        try await log.close()
        let signed = try await Self.rotatedAndSigned(in: folder)
        let whole = lines(of: path).filter { $0.last == UInt8(ascii: "}") } + signed
        #expect(whole.count == 3 + Self.outcomes().count + Self.served.count + Self.runs.count + 4 + 2 + signed.count)
        let lines = whole
        #expect(try Validator.verdicts(on: lines, schema: Self.path) == lines.map { _ in "valid" })
    }

    @Test("Records that are wrong do not", .enabled(if: Validator.isWanted))
    func wrongRecords() async throws {
        let folder = try TemporaryFolder()
        let path = folder("operations.ndjson")
        let log = OperationLog(.file(path), version: "0.2.0")
        try await log.record(intents: [Self.fullIntent()])
        try await log.record(outcomes: Self.outcomes())
        try await log.record(begin: RunRecordTests.beginning())
        try await log.record(end: RunRecordTests.ending())
        let all = try records(of: path)
        let (records, begin, end) = (all.dropLast(2), all[all.count - 2], all[all.count - 1])
        let (intent, done) = (records[1], records[2])
        let told = try #require(records.first { $0["changes"]?.arrayValue?.isEmpty == false })
        let failed = try #require(records.last)
        let wrong: [JSONValue] = [
            changed(intent) { $0["seq"] = nil },
            changed(intent) { $0["kind"] = "intention" },
            changed(intent) { $0["extra"] = 1 },
            changed(intent) { $0["status"] = "ok" },
            changed(intent) { $0["args"] = nil },
            changed(intent) { $0["v"] = 3 },
            changed(intent) { $0["changes"] = [] },
            changed(failed) { $0["changes"] = [] },
            changed(told) { $0["changes_bytes"] = 3 },
            changed(told) { $0["changes"] = nil },
            changed(told) { $0["changes"] = [:] },
            changed(told) { $0["changes"] = [["change": "create", "after": [:]]] },
            changed(told) { $0["changes"] = [["change": "rename", "task": "x"]] },
            changed(told) {
                $0["changes"] = [
                    ["task": "7033cae7-eff6-4df1-bed9-01d16e89c2b0", "change": "update", "fields": ["status": "done"]]
                ]
            },
            changed(intent) { $0["after"] = ["offset": 0, "hash": $0["hash"] ?? .null] },
            changed(records[0]) { $0["after"] = ["offset": -1, "hash": $0["hash"] ?? .null] },
            changed(records[0]) { $0["after"] = ["offset": 0] },
            changed(records[0]) { $0["segment"] = ["bytes": 0, "sha256": $0["hash"] ?? .null] },
            changed(records[0]) {
                $0["after"] = ["offset": 0, "hash": $0["hash"] ?? .null]
                $0["segment"] = ["bytes": 7, "sha256": $0["hash"] ?? .null]
            },
            changed(intent) { $0["time"] = "2026-11-30T17:00:00Z" },
            changed(intent) { $0["id"] = "7033cae7-eff6-4df1-bed9-01d16e89c2b0" },
            changed(intent) { $0["door"] = "window" },
            changed(intent) { $0["line"] = nil },
            changed(intent) { $0["span_id"] = nil },
            changed(records[0]) { $0["pid"] = nil },
            changed(records[0]) { $0["op"] = "whoami" },
            changed(records[0]) { $0["sync"] = "always" },
            changed(records[0]) { $0["seq"] = 7 },
            changed(records[0]) { $0["prev"] = $0["hash"] },
            changed(intent) { $0["hash"] = nil },
            changed(intent) { $0["hash"] = "abc" },
            changed(intent) { $0["signature"] = "abc" },
            changed(done) { $0["result"] = nil },
            changed(done) { $0["result_bytes"] = 3 },
            changed(done) { $0["error"] = failed["error"] },
            changed(failed) { $0["error"] = nil },
            changed(failed) { $0["error"] = ["code": "oops", "message": "x"] },
            changed(failed) { $0["result"] = [:] },
            changed(failed) { $0["ms"] = nil },
            changed(done) { $0["queued_ms"] = 0.5 },
            changed(done) { $0["settles"] = "n1" },
            changed(begin) { $0["files"] = [] },
            changed(begin) { $0["run"] = nil },
            changed(begin) { $0["id"] = intent["id"] },
            changed(begin) { $0["vars_bytes"] = 70_000 },
            changed(end) { $0["status"] = "unknown" },
            changed(end) { $0["skipped"] = nil },
            changed(end) { $0["vars"] = [:] },
            .array([intent]),
        ]
        let verdicts = try Validator.verdicts(on: wrong.map { JSONText($0).bytes }, schema: Self.path)
        #expect(verdicts == wrong.map { _ in "invalid" })
    }

    private func changed(_ record: JSONValue, _ change: (inout JSONObject) -> Void) -> JSONValue {
        var object = record.objectValue ?? [:]
        change(&object)
        return .object(object)
    }

    /// The lines of a writer that signs, in its second segment.
    private static func rotatedAndSigned(in folder: TemporaryFolder) async throws -> [[UInt8]] {
        let path = folder("signed.ndjson")
        var settings = LogSettings()
        settings.key = .generate()
        settings.rotation.size = 1
        let log = OperationLog(.file(path), settings: settings, version: "0.2.0")
        try await log.record(intents: Sample.intents(1))
        try await log.record(intents: Sample.intents(1))
        try await log.close()
        return lines(of: path)
    }

    private static func fullIntent() -> Invocation {
        let base = Sample.intent()
        return Invocation(
            id: base.id, definition: base.definition, operation: base.operation, request: fullRequest(["title": "x"]))
    }

    private static func fullRequest(_ arguments: JSONObject) -> OperationRequest {
        OperationRequest(
            "create_task", arguments, id: "n1", key: RequestKey("k"), caller: Sample.caller, step: 1,
            place: SourcePlace(file: "-", line: 1, column: 1),
            trace: TraceContext(traceID: "0af7651916cd43dd8448eb211c80319c", spanID: "b7ad6b7169203331"))
    }

    private static let served = [
        ServedRequest(
            method: "GET", path: "/tasks/\"ä\"", status: 200, address: "::1", user: "anna", agent: "curl/8",
            trace: TraceContext(traceID: "0af7651916cd43dd8448eb211c80319c", spanID: "b7ad6b7169203331"), bytes: 12,
            nanoseconds: 1_234_567),
        ServedRequest(
            method: String(repeating: "X", count: 5000), path: "/", status: 404, address: "", user: nil, agent: nil,
            trace: nil, bytes: nil, nanoseconds: 0),
        ServedRequest(
            method: "GET", path: "/health", status: 200, address: "*", user: nil, agent: nil, trace: nil, bytes: 15,
            nanoseconds: 1000, sum: ServedRequest.Sum(count: 9000, until: Timestamp(seconds: 1_764_000_000))),
    ]

    private static let runs = [
        RunRecordTests.beginning(), RunRecordTests.beginning(variables: [:]),
        RunRecordTests.beginning(variables: ["a": .string(String(repeating: "x", count: 70_000))]),
    ]

    private static func outcomes() -> [ConcludedOperation] {
        let request = fullRequest(["title": "x", "other": 1])
        let big = JSONText(.string(String(repeating: "x", count: 70_000)))
        let ends: [OperationResult] = [
            .ok(JSONText(["id": "1"])), .ok(big), .ok(big, changes: JSONText([])),
            .ok(big, changes: ChangeRecordTests.everyKind),
            .unknown(OperationError(.deadlineExceeded, "too late", backendCode: "late", cause: "timeout")),
            .skipped(.notRun), .skipped(nil),
        ]
        let failures = ErrorCode.allCases.map { OperationResult.failed(OperationError($0, "a sentence")) }
        let huge = fullRequest(["title": .string(String(repeating: "x", count: 70_000))])
        return ends.map { Sample.outcome(request, Sample.definition, $0, hasIntent: true) }
            + Door.allCases.map { door in
                Sample.outcome(
                    OperationRequest("whoami", [:], caller: Caller(door: door, user: "anna")), WhoAmI.definition,
                    .ok(big))
            }
            + [Sample.outcome(huge, nil, .failed(OperationError(.unknownOperation, "unknown")))]
            + failures.map { Sample.outcome(request, Sample.definition, $0) }
    }
}

/// The Python package `jsonschema`: one verdict for each line.
enum Validator {
    /// Where it is missing the tests that need it are skipped, but never in CI (`CI` set), where they fail.
    static let isWanted = isContinuousIntegration || run("import jsonschema", input: []) != nil

    private static var isContinuousIntegration: Bool { getenv("CI").map { $0.pointee != 0 } == true }

    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for line in sys.stdin:
            print("valid" if validator.is_valid(json.loads(line)) else "invalid")
        """

    static func verdicts(on lines: [[UInt8]], schema: String) throws -> [String] {
        let output = run(script, schema, input: Array(lines.joined(separator: [UInt8(ascii: "\n")])))
        let text = try #require(output, "python3 with the package jsonschema is needed")
        return text.split(separator: "\n").map(String.init)
    }

    /// What python3 prints for a script and its input; `nil` where it fails.
    private static func run(_ script: String, _ arguments: String..., input: [UInt8]) -> String? {
        guard let folder = try? TemporaryFolder() else { return nil }
        let (inputPath, outputPath) = (folder("input"), folder("output"))
        guard (try? append(String(decoding: input, as: UTF8.self), to: inputPath)) != nil else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words = (["python3", "-c", script] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, "python3", &actions, nil, &words, environ) == 0 else { return nil }
        var status: CInt = 0
        guard waitpid(child, &status, 0) == child, status == 0 else { return nil }
        return String(decoding: contents(of: outputPath), as: UTF8.self)
    }
}
