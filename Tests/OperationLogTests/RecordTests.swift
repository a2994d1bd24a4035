import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Records")
struct RecordTests {
    let folder: TemporaryFolder
    let path: String
    let log: OperationLog

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
        log = OperationLog(.file(path), version: "0.2.0")
    }

    /// A record's line up to its last member.
    private func withoutHash(_ line: String) -> Substring {
        line.firstRange(of: ",\"hash\":").map { line[..<$0.lowerBound] } ?? line[...]
    }

    private func keys(_ record: JSONValue) -> [String] {
        record.objectValue?.members.map(\.key) ?? []
    }

    @Test("A writer's first record is its header, and the numbers run on over calls")
    func header() async throws {
        try log.open()
        try log.open()
        try await log.record(intents: Sample.intents(3))
        try await log.record(outcomes: [Sample.read()])
        let records = try records(of: path)
        #expect(records.map { $0["kind"] } == ["header", "intent", "intent", "intent", "outcome"])
        #expect(keys(records[0]).prefix(7) == ["v", "kind", "time", "writer", "seq", "pid", "program"])
        #expect(records[0]["sync"] == "group")
        #expect(records.allSatisfy { keys($0).last == "hash" })
        #expect(records[0]["program"] == ["name": "deferno", "version": "0.2.0"])
        #expect(records.allSatisfy { $0["writer"]?.stringValue == log.identifier.description && $0["v"] == 4 })
        expectUnbrokenSequences(records)
    }

    @Test("An intent holds who, where from and all arguments, in a fixed order")
    func intent() async throws {
        var invocation = Sample.intent(["title": "Buy \"milk\"\n", "labels": ["home"]])
        let request = OperationRequest(
            invocation.request.operation, invocation.request.arguments, id: "n1", caller: invocation.request.caller,
            step: 3, place: SourcePlace(file: "week \"1\".yaml", line: 12, column: 7),
            trace: TraceContext(traceID: "0af7651916cd43dd8448eb211c80319c", spanID: "b7ad6b7169203331"))
        invocation = Invocation(
            id: invocation.id, definition: invocation.definition, operation: invocation.operation, request: request)
        try await log.record(intents: [invocation])
        let line = String(decoding: lines(of: path)[1], as: UTF8.self)
        let expected = """
            "seq":1,"id":"\(invocation.id)","op":"create_task","door":"batch","user":"anna",\
            "client":{"name":"editor","version":"1.2"},"run":"\(Sample.caller.run)","step":3,"request_id":"n1",\
            "file":"week \\"1\\".yaml","line":12,"column":7,"trace_id":"0af7651916cd43dd8448eb211c80319c",\
            "span_id":"b7ad6b7169203331","args":{"title":"Buy \\"milk\\"\\n","labels":["home"]}
            """
        #expect(withoutHash(line).hasSuffix(expected))
    }

    @Test("The members of one caller and file are not taken for those of the next")
    func fragments() async throws {
        let other = Caller(door: .mcp, user: "ben")
        let intents = (0..<6).map { index in
            let arguments: JSONObject = ["title": "x"]
            let base = Sample.intent(arguments)
            let request = OperationRequest(
                "create_task", arguments, caller: index % 2 == 0 ? Sample.caller : other,
                place: SourcePlace(file: "\(index / 3).yaml", line: index + 1, column: 1))
            return Invocation(id: base.id, definition: base.definition, operation: base.operation, request: request)
        }
        try await log.record(intents: intents)
        let records = try records(of: path).dropFirst()
        #expect(records.map { $0["user"] } == ["anna", "ben", "anna", "ben", "anna", "ben"])
        #expect(records.map { $0["client"] != nil } == [true, false, true, false, true, false])
        #expect(records.map { $0["file"] } == ["0.yaml", "0.yaml", "0.yaml", "1.yaml", "1.yaml", "1.yaml"])
    }

    @Test("An outcome holds the arguments only where there is no intent, and the size only of what is read")
    func outcome() async throws {
        let write = Sample.request(["title": "x"])
        let payload: JSONValue = ["id": "1"]
        try await log.record(outcomes: [
            Sample.outcome(write, Sample.definition, .ok(JSONText(payload)), hasIntent: true),
            Sample.outcome(write, Sample.definition, .failed(OperationError(.notPermitted, "no")), hasIntent: false),
            Sample.read(),
            Sample.outcome(write, Sample.definition, .ok(Sample.payload(bytes: 65_537)), hasIntent: true),
            Sample.outcome(write, Sample.definition, .ok(Sample.payload(bytes: 65_536)), hasIntent: true),
        ])
        let records = Array(try records(of: path).dropFirst())
        #expect(records.map { $0["args"] } == [nil, ["title": "x"], [:], nil, nil])
        #expect(records.map { $0["status"] } == ["ok", "failed", "ok", "ok", "ok"])
        #expect(records.prefix(4).map { $0["result"] } == [payload, nil, nil, nil])
        #expect(records.map { $0["result_bytes"] } == [nil, nil, 15, 65_537, nil])
        let first = String(decoding: lines(of: path)[1], as: UTF8.self)
        #expect(withoutHash(first).hasSuffix(",\"result\":{\"id\":\"1\"},\"ms\":1.900"))
    }

    @Test("An error is recorded with its code, status, the backend's code, sentence and cause")
    func error() async throws {
        let error = OperationError(.itemExists, "there is one", backendCode: "item_exists", cause: "SQLITE_CONSTRAINT")
        try await log.record(outcomes: [Sample.outcome(Sample.request([:]), Sample.definition, .unknown(error))])
        let record = try records(of: path)[1]
        #expect(record["status"] == "unknown")
        #expect(
            record["error"] == [
                "code": "item_exists", "status": 409, "backend_code": "item_exists", "message": "there is one",
                "cause": "SQLITE_CONSTRAINT",
            ])
    }

    @Test("Long names and sentences are cut at a character's end, arguments of an intent are not")
    func bounds() async throws {
        let long = String(repeating: "ä", count: 10_000)
        try await log.record(intents: [Sample.intent(["title": .string(long)])])
        let sample = Sample.request(long, ["title": .string(long)])
        let request = OperationRequest(sample.operation, sample.arguments, id: long, caller: sample.caller)
        let error = OperationError(.unknownOperation, long, cause: long)
        try await log.record(outcomes: [Sample.outcome(request, nil, .failed(error))])
        let records = try records(of: path)
        #expect(records[1]["args"]?["title"]?.stringValue == long)
        #expect(records[2]["op"]?.stringValue == String(repeating: "ä", count: 510) + "…")
        #expect(records[2]["request_id"]?.stringValue?.utf8.count == 1023)
        #expect(records[2]["error"]?["message"]?.stringValue?.utf8.count == 8191)
        #expect(records[2]["error"]?["cause"]?.stringValue?.utf8.count == 8191)
    }

    @Test("Arguments beyond 1 MiB in one call go out whole, in several writes")
    func hugeCall() async throws {
        let text = String(repeating: "x", count: 400_000)
        try await log.record(intents: Sample.intents(5, title: text))
        let records = try records(of: path)
        #expect(records.count == 6)
        #expect(records.dropFirst().allSatisfy { $0["args"]?["title"]?.stringValue == text })
        expectUnbrokenSequences(records)
    }

    @Test("A recorder that discards takes everything")
    func discarding() async throws {
        let recorder = DiscardingRecorder()
        try await recorder.record(intents: Sample.intents(1))
        try await recorder.record(outcomes: [Sample.read()])
    }
}
