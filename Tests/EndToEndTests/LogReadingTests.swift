import Foundation
import OperationCatalogue
import Testing

@Suite("deferno log show, stats and why")
struct LogReadingTests {
    /// A home with a log in three files, one of them compressed: two creates, a failed status change, a done task.
    private func home() throws -> (Home, task: String) {
        let home = try Home()
        home.environment["NO_COLOR"] = "1"
        try home.write("steps:\n  - {op: create_task, args: {title: From a script}}\n")
        _ = try home.run("batch", "run", "script.yaml")
        _ = try home.run("log", "rotate", "--compress")
        let task = try #require(try home.call("create_task", "title=Buy milk")["id"]?.stringValue)
        _ = try home.run("log", "rotate")
        _ = try home.call("set_task_status", "task_id=\(task)", "status=done")
        _ = try home.run("call", "set_task_status", "task_id=\(UUID().uuidString.lowercased())", "status=done")
        return (home, task)
    }

    @Test("show gives one line for each operation, over all files of the log, as NDJSON in a pipe")
    func show() throws {
        let (home, _) = try home()
        let shown = try home.run("log", "show")
        #expect(shown.end == .exit(0) && shown.errorText == "")
        let operations = try shown.outcomes()
        #expect(operations.map { $0["op"] } == ["create_task", "create_task", "set_task_status", "set_task_status"])
        #expect(operations[0]["file"] == "script.yaml" && operations[0]["line"] == 2)
        #expect(operations[0]["args"]?["title"] == "From a script")
        let failed = try home.run("log", "show", "--status", "failed").outcomes()
        #expect(failed.map { $0["error"]?["code"] } == ["not_found"])
        #expect(try home.run("log", "show", "--raw", "--op", "set_task_status").outcomes().count == 4)
        let log = try String(contentsOf: home.log, encoding: .utf8)
        #expect(try home.run("log", "show", "-", input: log).outcomes().count == 2)
    }

    @Test("stats counts per operation and door")
    func stats() throws {
        let (home, _) = try home()
        let stats = try #require(try home.run("log", "stats").outcomes().first)
        #expect(stats["total"]?["count"] == 4 && stats["total"]?["failed"] == 1)
        #expect(stats["errors"] == ["not_found": 1])
        let rows = try #require(stats["operations"]?.arrayValue)
        #expect(rows.map { $0["door"] } == ["cli", "batch", "cli"])
        #expect(rows[0]["error_rate"] == 0.5)
    }

    @Test("why tells a task's changes in order, by its id or the beginning of it")
    func why() throws {
        let (home, task) = try home()
        for name in [task, String(task.dropLast(2))] {
            let changes = try home.run("log", "why", name).outcomes()
            #expect(changes.map { $0["op"] } == ["create_task", "set_task_status"])
        }
        let none = try home.run("log", "why", "7033cae7-eff6-4df1-bed9-01d16e89c2b0")
        #expect(none.end == .exit(0) && none.errorText.contains("nothing in the log has changed"))
        #expect(try home.run("log", "why", "milk").end == .exit(64))
        #expect(try home.run("log", "why", String(task.prefix(8))).end != .exit(70))
    }

    @Test("On a terminal there are columns, a table with a line over time, and nothing that steers the terminal")
    func terminal() throws {
        let (home, task) = try home()
        _ = try home.call("create_task", "title=\u{1B}[2Jgone")
        let shown = try home.runOnTerminal("log", "show")
        #expect(shown.contains("batch  ") && shown.contains("From a script (script.yaml:2)"))
        #expect(shown.contains("\\u{1b}[2Jgone"))
        #expect(!shown.contains("\u{1B}[2J"))
        let stats = try home.runOnTerminal("log", "stats")
        #expect(stats.contains("over time") && stats.contains("█") && stats.contains("not well: 1 not_found"))
        #expect(try home.runOnTerminal("log", "why", task).contains("Buy milk"))
    }

    @Test("Broken lines are told and passed over; a log that is not there ends with 74")
    func broken() throws {
        let (home, _) = try home()
        try "no record\n".append(to: home.log)
        let shown = try home.run("log", "show")
        #expect(shown.end == .exit(0))
        #expect(shown.errorText.contains("operations.ndjson:11: no record: "))
        #expect(try shown.outcomes().count == 4)
        let missing = try home.run("log", "show", "--log", "nowhere/log")
        #expect(missing.end == .exit(74) && missing.errorText.contains("no such file"))
    }

    @Test(
        "A filter that cannot be is refused with what to write",
        arguments: [
            (["--op", "create_taks"], "did you mean create_task?"), (["--door", "window"], "expected mcp, cli"),
            (["--status", "done"], "expected ok, failed, unknown"), (["--since", "yesterday"], "2h (ago)"),
            (["--where", "ms"], "FIELD OP VALUE"), (["--log", "none"], "there is no log file"),
        ])
    func wrongFilters(arguments: [String], words: String) throws {
        let finished = try Home().run(["log", "show"] + arguments)
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains(words), "\(finished.errorText)")
    }
}

extension Home {
    /// What the program prints on a terminal.
    fileprivate func runOnTerminal(_ arguments: String...) throws -> String {
        let terminal = try Terminal()
        let child = try start(arguments, standardOutput: terminal.end, standardError: terminal.end)
        return try terminal.read(from: child, expecting: .exit(0))
    }
}

extension String {
    fileprivate func append(to file: URL) throws {
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(utf8))
    }
}
