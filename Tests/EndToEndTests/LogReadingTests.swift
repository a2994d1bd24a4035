import Foundation
import Glibc
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

    @Test(
        "On a terminal why names each changed field with its old and its new value, below who, when and by which door")
    func whyNamesFields() throws {
        let (home, _) = try home()
        home.environment["NO_COLOR"] = "1"
        let command = ["log", "why", "local-1", LogRecipeTests.sample.path]
        let lines = try home.runOnTerminal(200, command).split(separator: "\r\n").map(String.init)
        #expect(lines.count == 6, "\(lines)")
        let made = try #require(lines.firstIndex { $0.contains("create_task") })
        #expect(lines[made + 1] == "    labels: home")
        let done = try #require(lines.firstIndex { $0.contains("set_task_status") })
        for part in ["batch", "anna", "ok", "Buy milk (errands.yaml:5)"] {
            #expect(lines[done].contains(part), "\(part)")
        }
        #expect(
            lines[(done + 1)...] == [
                "    status: open -> done", "    finished_at: none -> 2026-11-28T07:27:24.074539907Z",
            ])
        #expect(try home.run(command).outcomes().last?["changes"]?.arrayValue?.count == 1)
    }

    @Test("On a terminal there are columns, a table with a line over time, and nothing that steers the terminal")
    func terminal() throws {
        let (home, task) = try home()
        _ = try home.call("create_task", "title=\u{1B}[2Jgone")
        let shown = try home.runOnTerminal(200, "log", "show")
        #expect(shown.contains("batch  ") && shown.contains("From a script (script.yaml:2)"))
        #expect(shown.contains("\\u{1b}[2Jgone"))
        #expect(!shown.contains("\u{1B}[2J"))
        let stats = try home.runOnTerminal(200, "log", "stats")
        #expect(stats.contains("over time") && stats.contains("█") && stats.contains("not well: 1 not_found"))
        #expect(try home.runOnTerminal(200, "log", "why", task).contains("Buy milk"))
    }

    @Test("Lines fit a terminal of 80 columns, with title and place, also where only COLUMNS says how wide it is")
    func eightyColumns() throws {
        let (home, _) = try home()
        let title = "A title as long as those of a team that writes whole sentences, 買い物をする"
        _ = try home.call("create_task", "title=\(title)")
        home.environment["COLUMNS"] = "80"
        for columns in [80, 0] {
            for command in [["log", "show"], ["log", "stats"], ["log", "tail", "-n", "all"]] {
                let text = try home.runOnTerminal(columns, command)
                let lines = text.split(separator: "\r\n")
                #expect(lines.count > 4)
                for line in lines { #expect(Self.width(of: line) <= 80, "\(line)") }
            }
            let shown = try home.runOnTerminal(columns, "log", "show")
            #expect(shown.contains("  A title as long as those") && shown.contains("From a script (script.yaml:2)"))
        }
    }

    /// What is asked for here is at most one column too much for each wide character.
    private static func width(of line: Substring) -> Int {
        line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x3000 ? 2 : 1) }
    }

    @Test("The terminal shows local time and says so; what it shows can be given back; a pipe has UTC")
    func localTime() throws {
        let (home, _) = try home()
        home.environment["TZ"] = "XST-05:30"
        let lines = try home.runOnTerminal(200, "log", "show").split(separator: "\r\n")
        #expect(lines.first?.hasPrefix("time XST ") == true)
        let shown = try #require(lines.first { $0.contains("Buy milk") }?.prefix(23))
        let utc = try home.run("log", "show").outcomes()
        let moment = try #require(utc[1]["time"]?.stringValue.flatMap { Timestamp($0) })
        let local = Timestamp(seconds: moment.seconds + 19_800, nanoseconds: moment.nanoseconds)
        #expect(local.text(fractionDigits: 3) == shown.replacing(" ", with: "T") + "Z")
        #expect(try home.run("log", "show", "--since", String(shown)).outcomes().count == 3)
        #expect(try home.run("log", "show", "--until", String(shown)).outcomes().count == 1)
        let narrow = try home.runOnTerminal(80, "log", "show").split(separator: "\r\n")
        let short = try #require(narrow.first { $0.contains("Buy milk") }?.prefix(14))
        #expect(try home.run("log", "show", "--where", "time = \(short)").outcomes().count >= 1)
        #expect(try home.run("log", "show", "--since", "yesterday", "--until", "5m").outcomes().isEmpty)
    }

    @Test("Files in any order, a folder and a compressed pipe show what the log itself shows")
    func files() throws {
        let (home, _) = try home()
        let all = try home.run("log", "show").output
        let folder = home.log.deletingLastPathComponent().path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
        #expect(files.count == 3)
        for named in [files, files.reversed(), files + files, [folder]] {
            #expect(try home.run(["log", "show"] + named).output == all)
        }
        let packed = try #require(files.first { $0.hasSuffix(".gz") })
        let child = try home.start(["log", "show", "-"], standardInput: open(packed, O_RDONLY | O_CLOEXEC))
        #expect(child.finish(within: 10).outputLines.count == 1)
    }

    @Test("What is no log is one sentence and an exit status, and does not hide the log beside it")
    func noLogs() throws {
        let (home, _) = try home()
        try FileManager.default.createDirectory(
            at: home.folder.appending(path: "empty"), withIntermediateDirectories: true)
        try home.write(String(repeating: "\u{0}\u{1}\n", count: 3000), to: "binary")
        for (file, words, status) in [
            ("script.yaml", "no log of deferno", 65), ("binary", "no log of deferno", 65),
            ("empty", "holds no log", 65),
            ("nowhere", "no such file", 74),
        ] as [(String, String, Int32)] {
            for command in ["show", "stats"] {
                let shown = try home.run("log", command, file)
                #expect(shown.end == .exit(status) && shown.output == [])
                #expect(shown.errorText.split(separator: "\n").count == 1 && shown.errorText.contains(words))
            }
            let both = try home.run("log", "show", file, home.log.path)
            #expect(both.end == .exit(status) && !both.outputLines.isEmpty)
        }
        let empty = try home.run("log", "show", "-", input: "")
        #expect(empty.end == .exit(65) && empty.errorText.contains("standard input is empty"))
    }

    @Test("A log with thousands of broken lines tells the first of them and counts the others")
    func manyBrokenLines() throws {
        let (home, _) = try home()
        try String(repeating: "no record\n", count: 3000).append(to: home.log)
        let shown = try home.run("log", "show")
        #expect(shown.end == .exit(0) && shown.errorText.split(separator: "\n").count == 21)
        #expect(shown.errorText.contains("2980 more lines that are no records"))
    }

    @Test("A task is named as people name it, and why tells of its parent's deletion, not of its title")
    func parents() throws {
        let home = try Home()
        let parent = try #require(try home.call("create_task", "title=P")["id"]?.stringValue)
        let child = try #require(try home.call("create_task", "title=C", "parent_id=\(parent)")["id"]?.stringValue)
        _ = try home.call("update_task", "task_id=\(parent)", "title=P2")
        _ = try home.call("delete_task", "task_id=\(parent)")
        for name in [child, child.uppercased(), "local-2", "2", "#2"] {
            let changes = try home.run("log", "why", name).outcomes()
            #expect(changes.map { $0["op"] } == ["create_task", "delete_task"], "\(name)")
            #expect(try home.run("log", "show", "--task", name).outcomes().count == 2)
        }
        home.environment["NO_COLOR"] = "1"
        #expect(try home.runOnTerminal(200, "log", "why", child).contains("moved up: the parent \(parent) went"))
        // The first 8 characters are those of a minute, which both share unless it has just ended.
        if parent.prefix(8) == child.prefix(8) {
            let several = try home.run("log", "why", String(child.prefix(8)))
            #expect(several.end == .exit(64) && several.errorText.contains("several tasks"))
        }
        #expect(try home.run("log", "why", "local-9").end == .exit(64))
    }

    @Test("A user who is not in the log is told so, with those who are; nothing found is no failure")
    func nobody() throws {
        let (home, _) = try home()
        let shown = try home.run("log", "show", "--user", "nobody-at-all")
        #expect(shown.end == .exit(0) && shown.output == [])
        #expect(shown.errorText.hasPrefix("deferno: nobody called nobody-at-all is in the log; those who are: "))
        let none = try home.run("log", "show", "--where", "ms > 1e12")
        #expect(none.end == .exit(0) && none.errorText == "deferno: nothing in the log passes this filter\n")
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
            (["--op", "create_taks"], "did you mean create_task?"), (["--op", ","], "found nothing"),
            (["--door", "window"], "expected mcp, cli"), (["--door", "CLI"], "did you mean cli?"),
            (["--status", "done"], "expected ok, failed, unknown"), (["--status", "faild"], "did you mean failed?"),
            (["--since", "monday"], "2h (ago)"), (["--since", "today", "--until", "yesterday"], "nothing is both"),
            (["--where", "ms"], "FIELD OP VALUE"), (["--where", "args.title == x"], "write ="),
            (["--op", "delete_task", "--where", "args.title = x"], "no record has a field args.title"),
            (["--where", "kind = intent"], "--raw"), (["--user", " "], "expected the name"),
            (["--run", "01a"], "8 characters or more"), (["--run", "x-no-run-at-all"], "8 characters or more"),
            (["--task", "milk"], "local-12"), (["--runs", "--op", "get_task"], "filter runs by"),
            (["--raw", "--runs"], "give one of them"), (["-", "--task", "local-1"], "read once"),
            (["--log", "none"], "there is no log file"),
        ])
    func wrongFilters(arguments: [String], words: String) throws {
        let finished = try Home().run(["log", "show"] + arguments)
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains(words), "\(finished.errorText)")
    }
}

extension Home {
    /// What the program prints on a terminal of so many columns; 0 for one that does not say.
    fileprivate func runOnTerminal(_ columns: Int, _ arguments: [String]) throws -> String {
        let terminal = try Terminal(columns: columns)
        let child = try start(arguments, standardOutput: terminal.end, standardError: terminal.end)
        return try terminal.read(from: child, expecting: .exit(0))
    }

    fileprivate func runOnTerminal(_ columns: Int, _ arguments: String...) throws -> String {
        try runOnTerminal(columns, arguments)
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
