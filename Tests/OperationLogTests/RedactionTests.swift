import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Redaction")
struct RedactionTests {
    static let token = "dfr_live_0123456789abcdef"
    static let secretive = OperationDefinition(
        "sign_in", title: "Sign in", summary: "Signs in.", effect: .write, isIdempotent: false,
        fields: [
            Field<String>("code", "The code.", isSecret: true).definition,
            Field<String>("title", "Any text.").definition,
            Field<[String]>("labels", "Any texts.").definition,
            Field<Mood>("mood_start", "A mood.").definition,
        ],
        payload: .anything)

    let folder: TemporaryFolder
    let path: String
    let log: OperationLog

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
        log = OperationLog(.file(path), version: "0.2.0")
    }

    private func expectNoToken(location: SourceLocation = #_sourceLocation) {
        let text = String(decoding: contents(of: path), as: UTF8.self)
        #expect(!text.contains(Self.token), sourceLocation: location)
    }

    @Test("A secret field's value is in no record, its name is")
    func secretField() async throws {
        let arguments: JSONObject = ["code": .string(Self.token), "title": "x"]
        let request = Sample.request("sign_in", arguments)
        let base = Sample.intent()
        let intent = Invocation(id: base.id, definition: Self.secretive, operation: base.operation, request: request)
        try await log.record(intents: [intent])
        try await log.record(outcomes: [
            Sample.outcome(request, Self.secretive, .failed(OperationError(.notPermitted, "no")))
        ])
        let records = try records(of: path)
        #expect(records[1]["args"] == ["code": "[redacted]", "title": "x"])
        #expect(records[2]["args"] == ["code": "[redacted]", "title": "x"])
        expectNoToken()
    }

    @Test("A secret field's values are in no changes either, those before as well as those after; all else is")
    func secretFieldInChanges() async throws {
        let token: JSONValue = .string(Self.token)
        let changes: JSONValue = [
            ["task": "t", "title": "x", "change": "create", "after": ["title": "x", "code": token]],
            [
                "task": "t", "title": "x", "change": "update",
                "fields": ["code": ["before": token, "after": token], "title": ["before": "y", "after": "x"]],
            ],
            ["task": "t", "title": "x", "change": "delete", "before": ["title": "x", "code": ["r": token]]],
            ["task": "t", "change": "update", "fields": [:], "history": [["Said": ["code": token]]]],
        ]
        let write = Sample.request("sign_in", [:])
        for payload in [PayloadForm.object(PayloadObject("task", [.id, Self.secretMember])), .anything] {
            let definition = OperationDefinition(
                "sign_in", title: "Sign in", summary: "Signs in.", effect: .write, isIdempotent: false,
                fields: payload.isObject(PayloadObject("task", [])) ? [] : Self.secretive.fields, payload: payload)
            let result = OperationResult.ok(JSONText(.null), changes: JSONText(changes))
            try await log.record(outcomes: [Sample.outcome(write, definition, result)])
        }
        for record in try records(of: path).dropFirst() {
            let shown = try #require(record["changes"]?.arrayValue)
            #expect(shown[0]["after"] == ["title": "x", "code": "[redacted]"])
            #expect(
                shown[1]["fields"] == [
                    "code": ["before": "[redacted]", "after": "[redacted]"], "title": ["before": "y", "after": "x"],
                ])
            #expect(shown[2]["before"] == ["title": "x", "code": "[redacted]"])
            #expect(shown[3]["history"] == [["Said": ["code": "[redacted]"]]])
        }
        expectNoToken()
    }

    private static let secretMember = PayloadMember(Field<String>("code", "The code.", isSecret: true))

    @Test("A fault of a secret field does not quote what was found")
    func faultOfSecretField() async throws {
        let faults = [
            ArgumentFault(path: ["code"], message: "expected 6 digits, found the string \"\(Self.token)\""),
            ArgumentFault(path: ["title"], message: "is required"),
        ]
        let error = OperationError(.invalidArguments, "sign_in: code: found \(Self.token)", faults: faults)
        try await log.record(outcomes: [Sample.outcome(Sample.request("sign_in", [:]), Self.secretive, .failed(error))])
        #expect(try records(of: path)[1]["error"]?["message"] == "sign_in: code: [redacted]; title: is required")
        expectNoToken()
    }

    @Test("Values of unknown fields and of unknown operations are hidden, their names stay")
    func unknown() async throws {
        let token = JSONValue.string(Self.token)
        let error = OperationError(.invalidArguments, "unknown field")
        try await log.record(outcomes: [
            Sample.outcome(Sample.request(["title": "x", "tokn": token]), Sample.definition, .failed(error)),
            Sample.outcome(Sample.request("creat_task", ["title": token, "a": [token]]), nil, .failed(error)),
        ])
        let records = try records(of: path)
        #expect(records[1]["args"] == ["title": "x", "tokn": "[redacted]"])
        #expect(records[2]["op"] == "creat_task")
        #expect(records[2]["args"] == ["title": "[redacted]", "a": "[redacted]"])
        expectNoToken()
    }

    @Test("Arrays and objects where none belong are hidden")
    func wrongShapes() async throws {
        let token = JSONValue.string(Self.token)
        let arguments: JSONObject = [
            "title": ["secret": token], "labels": ["home", [token]],
            "mood_start": .object(["r": 0.5, "theta": [token], "key": token]),
        ]
        let error = OperationError(.invalidArguments, "no")
        try await log.record(outcomes: [
            Sample.outcome(Sample.request("sign_in", arguments), Self.secretive, .failed(error))
        ])
        #expect(
            try records(of: path)[1]["args"] == [
                "title": "[redacted]", "labels": ["home", "[redacted]"],
                "mood_start": ["r": 0.5, "theta": "[redacted]", "key": "[redacted]"],
            ])
        expectNoToken()
    }

    @Test("Of huge arguments that are not well formed the size alone is recorded")
    func hugeMalformed() async throws {
        let request = Sample.request(["title": .string(String(repeating: "x", count: 100_000))])
        let error = OperationError(.invalidArguments, "too long")
        try await log.record(outcomes: [Sample.outcome(request, Sample.definition, .failed(error))])
        let record = try records(of: path)[1]
        #expect(record["args"] == nil)
        #expect(record["args_bytes"] == 100_012)
    }

    @Test(
        "What is no task in a list of tasks is hidden where it holds more than one value; of a huge faulty list the size is kept"
    )
    func lists() async throws {
        let task: JSONValue = ["id": "x", "title": "a"]
        let elements: [JSONValue] = [task, [.string(Self.token)], "text", 5]
        func request(_ elements: [JSONValue]) -> OperationRequest {
            OperationRequest(
                "import_tasks", [:], lists: ["tasks": Sample.list(elements)], caller: Sample.caller)
        }
        let error = OperationError(.invalidArguments, "no")
        let huge = Array(repeating: task, count: 5000)
        try await log.record(outcomes: [
            Sample.outcome(request(elements), ImportTasks.definition, .failed(error)),
            Sample.outcome(request(huge), ImportTasks.definition, .failed(error)),
        ])
        let records = try records(of: path)
        #expect(records[1]["args"] == ["tasks": [task, "[redacted]", "text", 5]])
        #expect(records[2]["args"] == nil)
        let size = JSONText(["tasks": .array(huge)]).bytes.count
        #expect(abs((records[2]["args_bytes"]?.integerValue ?? 0) - Int64(size)) < 8)
        expectNoToken()
    }

    @Test("The credential of a caller is in no record")
    func credential() async throws {
        let caller = Caller(door: .http, user: "anna", credential: Secret(Self.token))
        let request = OperationRequest("whoami", [:], caller: caller)
        try await log.record(outcomes: [Sample.outcome(request, WhoAmI.definition, .ok(JSONText(nil)))])
        expectNoToken()
    }
}
