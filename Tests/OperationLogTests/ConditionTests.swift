import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Conditions on the fields of records")
struct ConditionTests {
    static let operation: JSONValue = [
        "time": "2026-11-28T07:00:00.250000Z", "op": "create_task", "status": "failed", "user": "anna", "ms": 12.5,
        "run": "01a2210d-3790-7ec7-853c-06e30d4c8401", "file": "week.yaml", "line": 12,
        "args": [
            "title": "Buy milk && bread", "labels": ["home", "shop"], "desire": 0.5,
            "complete_by": "2026-12-01T00:00:00+01:00", "parent_id": .null,
        ],
        "error": ["code": "not_found", "message": "it's not there"],
    ]

    @Test(
        "It holds of what it says",
        arguments: [
            "ms > 12", "ms=12.5", "ms != 1", "status = failed", "user = anna", "user != ben", "line >= 12", "user < b",
            "args.title = \"Buy milk && bread\"", "args.title = 'Buy milk && bread'", "args.title ~ MILK",
            "args.title ~ \"milk\"", "error.message ~ \"it's\"", "args.title != milk", "args.labels = shop",
            "args.labels ~ sho", "args.labels != garden", "args.desire <= 0.5", "args.parent_id = null",
            "run = 01A2210D-3790-7EC7-853C-06E30D4C8401", "run ~ 01a2210d", "time > 2026-11-28T08:00:00+01:00",
            "time = 2026-11-28T07:00:00Z", "time >= 2026-11", "time < 2026-12-01", "time <= 2026-11",
            "time != 2026-10", "args.complete_by = 2026-11-30T23:00:00Z", "args.complete_by < 2026-12-01T00:00:00Z",
            "error.code != item_exists", "result.title != x", "error ~ not_found",
        ])
    func holds(text: String) throws {
        #expect(try LogCondition(text, local: .fixed(0)).holds(of: Self.operation))
    }

    @Test(
        "It does not hold of anything else, nor where the field is not there",
        arguments: [
            "ms > 12.5", "ms < 12.5", "status = ok", "args.title = Buy", "args.title = \"\"", "args.labels = home,shop",
            "time > 2026-11", "time = 2026-11-28T07:00:01Z", "result.title = x", "result.title ~ x",
            "args.status = open",
            "args.parent_id != null", "time < 2026-11-28",
        ])
    func doesNotHold(text: String) throws {
        #expect(try !LogCondition(text, local: .fixed(0)).holds(of: Self.operation))
    }

    @Test(
        "What cannot hold of any record is refused, with what could",
        arguments: [
            ("", "FIELD OP VALUE"), ("ms", "FIELD OP VALUE"), ("= 3", "FIELD OP VALUE"), ("a b = c", "FIELD OP VALUE"),
            ("ms ! 3", "'!' is no comparison"), ("args.title == x", "write ="), ("args.title =~ x", "write ~"),
            ("ms <> 3", "write !="), ("ms => 3", "write >="), ("args.title !~ x", "there is no !~"),
            ("ms >", "the value is missing"), ("ms > abc", "a number (milliseconds)"), ("line = x", "line is a number"),
            ("ms > 0 && ms < 9", "another --where"), ("ms > 9 || line = 1", "in place of ||"),
            ("user = 'x' && ms > 3", "another --where"), ("user = 'x", "no other one ends it"),
            ("user = 'x' y", "behind it stands 'y'"),
            ("title = x", "did you mean args.title or changes.title or result.title?"),
            ("args.titel = x", "did you mean args.title?"), ("MS > 3", "did you mean ms?"),
            ("error.kode = x", "did you mean error.code?"), ("args.colour = x", "args has "),
            ("nonsense = x", "expected one of time, "), ("kind = intent", "add --raw"),
            ("args = x", "args is an object of"),
            ("result.children.id = x", "result.children is a list"), ("user.name = x", "user has no fields"),
            ("status = done", "status is one of ok, failed"), ("error.code = notfound", "did you mean not_found?"),
            ("args.status = finished", "one of open, in-progress"), ("op = create_taks", "did you mean create_task?"),
            ("status > ok", "status has no order"), ("run = 01a2210d", "write 'run ~ 01a2210d'"),
            ("args.pinned = yes", "true or false"), ("time > soon", "time is a time, such as"),
            ("args.parent_id < null", "no order"), ("args..title = x", "no record has a field args..title"),
        ])
    func refused(text: String, words: String) throws {
        let fault = #expect(throws: LogConditionFault.self) { try LogCondition(text) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test("An operation that is not looked for lends no fields")
    func fieldsOfOperations() throws {
        let fields = RecordField.record(of: [DeleteTask.definition])
        #expect(throws: LogConditionFault.self) { try LogCondition("args.title = x", fields: fields) }
        #expect(throws: Never.self) { try LogCondition("args.task_id ~ x", fields: fields) }
        #expect(throws: Never.self) { try LogCondition("op = somebody_elses", fields: fields) }
    }

    /// What the schema says of members, in dots, through its references.
    private static func names(in schema: JSONValue, _ root: JSONValue, below prefix: String) -> Set<String> {
        var schema = schema
        if let reference = schema["$ref"]?.stringValue {
            schema = reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? .null }
        }
        var names: Set<String> = []
        for member in schema["properties"]?.objectValue?.members ?? [] where member.value.objectValue != nil {
            names.insert(prefix + member.key)
            names.formUnion(Self.names(in: member.value, root, below: "\(prefix)\(member.key)."))
        }
        for part in schema["allOf"]?.arrayValue ?? [] { names.formUnion(Self.names(in: part, root, below: prefix)) }
        return names
    }

    @Test("Every member of every kind of record can be asked for")
    func schema() throws {
        let schema = try JSONText(validating: contents(of: SchemaTests.path)).value()
        let known = Set(RecordField.record().paths)
        for kind in try #require(schema["oneOf"]?.arrayValue) {
            let names = Self.names(in: kind, schema, below: "")
            #expect(names.count > 5)
            #expect(names.subtracting(known).filter { !$0.hasPrefix("vars.") } == [])
        }
    }
}
