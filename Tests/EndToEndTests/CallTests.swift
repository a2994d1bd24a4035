import Foundation
import OperationCatalogue
import Testing

@Suite("deferno call")
struct CallTests {
    @Test("Every operation of the catalogue does what it says")
    func everyOperation() throws {
        let home = try Home()
        var called: Set<String> = []
        func call(_ operation: String, _ arguments: String...) throws -> JSONValue {
            called.insert(operation)
            let finished = try home.run(["call", operation] + arguments)
            try #require(finished.end == .exit(0), "\(operation): \(finished.errorText)")
            #expect(finished.errorText == "")
            #expect(finished.output.last == UInt8(ascii: "\n"))
            return try JSONReader.value(finished.output)
        }
        func id(_ task: JSONValue?) throws -> String { try #require(task?["id"]?.stringValue) }

        #expect(try call("whoami")["username"]?.stringValue == "local")
        #expect(try call("start_auth")["auth_url"]?.isNull == true)
        #expect(try call("complete_auth", "session_id=s", "code=K7QM-2F9D")["username"]?.stringValue == "local")
        #expect(try call("logout")["message"]?.stringValue?.hasPrefix("Nothing to sign out of") == true)
        let parent = try id(try call("create_task", "title=Move house", "labels=home,2027"))
        let split = try call("split_task", "task_id=\(parent)", "first_title=Pack", "second_title=Carry")
        let (pack, carry) = (try id(split["first_child"]), try id(split["second_child"]))
        #expect(split["first_child"]?["labels"] == ["home", "2027"])
        let next = try id(try call("fold_task", "task_id=\(parent)", "title=Unpack")["next_task"])
        #expect(try call("get_task", "task_id=\(parent)")["next_task_id"]?.stringValue == next)
        #expect(try call("move_task", "task_id=\(next)", "new_parent_id=\(pack)")["parent_id"]?.stringValue == pack)
        #expect(try call("move_task", "task_id=\(next)", "new_parent_id:=null")["parent_id"]?.isNull == true)
        let updated = try call("update_task", "task_id=\(carry)", "pinned=true", #"mood_start={"r":0.5,"theta":1}"#)
        #expect(updated["pinned"]?.boolValue == true)
        #expect(try call("get_daily_tasks").arrayValue?.first?["task"]?["id"]?.stringValue == carry)
        #expect(try call("set_task_status", "task_id=\(carry)", "status=done")["finished_at"]?.isNull == false)
        #expect(try call("get_mood_history").arrayValue?.first?["task_id"]?.stringValue == carry)
        #expect(try call("search_tasks", "query=pack").arrayValue?.contains { $0["id"]?.stringValue == pack } == true)
        #expect(try call("merge_task", "task_id=\(pack)")["parent"] != nil)
        #expect(try call("get_task", "task_id=\(pack)")["status"]?.stringValue == "pruned")
        #expect(try call("delete_task", "task_id=\(next)")["deleted"]?.boolValue == true)
        let left = Set(try call("list_tasks").arrayValue?.compactMap { $0["id"]?.stringValue } ?? [])
        #expect(left == [parent, pack, carry])
        let exported = try #require(try call("export_tasks")["tasks"])
        #expect(Set(exported.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []) == left)
        #expect(try call("import_tasks", "tasks=\(JSONText(exported))") == ["imported": 0, "existing": 3])
        #expect(called == Set(Catalogue.standard.definitions.map(\.name)))

        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.openIntents == [])
        #expect(Set(audit.records("outcome").compactMap { $0["op"]?.stringValue }) == called)
    }

    @Test("Without arguments it names every operation with its fields")
    func listsOperations() throws {
        let home = try Home()
        let finished = try home.run("call")
        #expect(finished.end == .exit(0))
        for definition in Catalogue.standard.definitions {
            #expect(finished.outputText.contains("\(definition.name) "))
            for field in definition.fields { #expect(finished.outputText.contains(field.name)) }
        }
        #expect(home.isUntouched)
    }

    @Test("One object, fields, fields as JSON: the same task comes of each form")
    func formsOfArguments() throws {
        let home = try Home()
        let forms = [
            [#"{"title":"A, b","labels":["x","y"],"desire":0.5,"description":"c=d"}"#],
            ["title=A, b", "labels=x,y", "desire=0.5", "description=c=d"],
            [#"title:="A, b""#, #"labels:=["x","y"]"#, "desire:=0.5", #"description:="c=d""#],
            ["title=A, b", #"labels=["x","y"]"#, "desire:=5e-1", "description=c=d", "parent_id:=null"],
        ]
        for form in forms {
            let finished = try home.run(["call", "create_task"] + form)
            let task = try JSONReader.value(finished.output)
            #expect(task["title"]?.stringValue == "A, b")
            #expect(task["labels"] == ["x", "y"])
            #expect(task["desire"]?.doubleValue == 0.5)
            #expect(task["description"]?.stringValue == "c=d")
        }
    }

    @Test("Text that looks like something else stays text, and any character survives the way there and back")
    func textStaysText() throws {
        let home = try Home()
        for title in [
            "true", "12", "null", "{}", "\"", "\\", "a\nb\t\u{1}", "ñ 😀 \u{202E}", "--", "'; DROP TABLE tasks; --",
        ] {
            let task = try home.call("create_task", "title=\(title)")
            let id = try #require(task["id"]?.stringValue)
            #expect(try home.call("get_task", "task_id=\(id)")["title"]?.stringValue == title)
        }
    }

    /// A call that must fail: its arguments, the exit status, and what the message says.
    static let failures: [([String], Int32, String)] = [
        (["create_tsk"], 64, "did you mean create_task?"),
        (["no_such_thing"], 64, "unknown operation"),
        (["create_task"], 65, "title: is required"),
        (["create_task", "title"], 65, "expected field=value, one JSON object, @FILE or -"),
        (["create_task", "title=a", "title=b"], 65, "given twice"),
        (["create_task", "title="], 65, "must not be empty"),
        (["create_task", "titles=a"], 65, "did you mean title?"),
        (["create_task", "{\"title\":"], 65, "not valid JSON at character 10"),
        (["create_task", "{\"title\":1,\"desire\":2}"], 65, "desire: expected a number from -1.0 to 1.0"),
        (["create_task", "title=a", "desire=much"], 65, "expected a number, found the string \"much\""),
        (["create_task", "title=a", "labels:=[1]"], 65, "labels[0]"),
        (["create_task", "title=a", "complete_by=tomorrow"], 65, "RFC 3339"),
        (["get_task", "task_id=7033cae7-eff6-4df1-bed9-01d16e89c2b0"], 1, "task not found"),
        (["get_task", "task_id=7033"], 65, "expected a UUID"),
        (["create_task", "title=a", "--read-only"], 77, "read-only"),
        (["create_task", "title=a", "--allow", "whoami,list_tasks"], 77, "not among the operations allowed"),
        (["delete_task", "task_id=7033cae7-eff6-4df1-bed9-01d16e89c2b0", "--no-destroy"], 77, "refuses that"),
        (["whoami", "--allow", "whom"], 64, "unknown operation 'whom'"),
        (["create_task", "title=a", "--log", "/dev/full"], 74, "full"),
        (["create_task", "title=a", "--log", ""], 64, "--log"),
        (["whoami", "--base-url", "gopher:"], 64, "unknown backend 'gopher:'"),
        (["whoami", "--nonsense"], 64, "--nonsense"),
    ]

    @Test("A failure says what was wrong in one line and has its exit status", arguments: failures)
    func failure(arguments: [String], status: Int32, message: String) throws {
        let home = try Home()
        let finished = try home.run(["call"] + arguments)
        #expect(finished.end == .exit(status))
        #expect(finished.outputText == "")
        #expect(finished.errorText.contains(message), "\(finished.errorText)")
        if status != 64 { #expect(finished.errorText.split(separator: "\n").count == 1) }
        if FileManager.default.fileExists(atPath: home.store.path) { #expect(try home.taskIDs() == []) }
    }

    @Test("A failure that was asked for is in the log like any other, and has no intent where nothing was to be done")
    func failuresAreRecorded() throws {
        let home = try Home()
        for arguments in [["create_tsk"], ["create_task", "titel=a"], ["create_task", "title=a", "--read-only"]] {
            _ = try home.run(["call"] + arguments)
        }
        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.records("intent").isEmpty)
        let codes = audit.records("outcome").compactMap { $0["error"]?["code"]?.stringValue }
        #expect(codes == ["unknown_operation", "invalid_arguments", "not_permitted"])
    }

    @Test(
        "A store that is no database, or cannot be made, is named, and left as it is", arguments: ["garbage", "folder"])
    func brokenStore(kind: String) throws {
        let home = try Home()
        let garbage = String(repeating: "garbage ", count: 1000)
        try home.write(garbage, to: "garbage")
        try FileManager.default.createDirectory(
            at: home.folder.appending(path: "folder"), withIntermediateDirectories: true)
        let finished = try home.run("call", "create_task", "title=a", "--base-url", "sqlite:\(kind)")
        #expect(finished.end != .exit(0))
        #expect(finished.errorText.contains(kind))
        #expect(try String(contentsOf: home.folder.appending(path: "garbage"), encoding: .utf8) == garbage)
    }
}
