import Foundation
import OperationCatalogue
import Testing

@Suite("Options")
struct OptionTests {
    static let greeting = """
        vars: {name: world, times: [1]}
        steps:
          - {op: create_task, for_each: "${{ vars.times }}", args: {title: "Hello ${{ vars.name }} ${{ item }}"}}

        """

    private func titles(_ finished: Finished) throws -> [String] {
        try finished.outcomes().compactMap { $0["result"]?["title"]?.stringValue }
    }

    @Test("--var sets variables, and a value has the type that YAML would give it")
    func variables() throws {
        let home = try Home()
        try home.write(Self.greeting)
        #expect(try titles(home.run("batch", "run", "script.yaml")) == ["Hello world 1"])
        #expect(try titles(home.run("batch", "run", "--var", "name=a=b", "script.yaml")) == ["Hello a=b 1"])
        try home.write(
            "vars: {d: 0}\nsteps:\n  - {op: create_task, args: {title: t, desire: \"${{ vars.d }}\"}}\n", to: "d.yaml")
        #expect(try home.run("batch", "run", "d.yaml", "--var", "d=0.5").end == .exit(0))
        let refused = try home.run("batch", "run", "d.yaml", "--var", "d=no")
        #expect(refused.end == .exit(65))
        #expect(refused.errorText.contains("d.yaml:3:48: error: create_task: desire: expected a number"))
        for word in ["name", "=x", ""] {
            let finished = try home.run("batch", "run", "script.yaml", "--var", word)
            #expect(finished.end == .exit(64))
            #expect(finished.errorText.contains("expected name=value"))
        }
    }

    @Test("A variable that no script has is not passed over in silence")
    func unknownVariable() throws {
        let home = try Home()
        try home.write(Self.greeting)
        let finished = try home.run("batch", "run", "script.yaml", "--var", "nam=Ada")
        #expect(finished.errorText.contains("nam"))
    }

    @Test("--quiet prints nothing but failures")
    func quiet() throws {
        let home = try Home()
        try home.write(creates(3) + "  - {op: get_task, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}\n")
        let finished = try home.run("batch", "run", "script.yaml", "--quiet")
        #expect(finished.end == .exit(1))
        #expect(finished.outputText == "")
        #expect(finished.errorText.hasPrefix("script.yaml:6:5: error: get_task: task not found\n"))
        #expect(try home.taskIDs().count == 3)
    }

    @Test("--output chooses the form whatever standard output is")
    func output() throws {
        let home = try Home()
        try home.write(creates(2))
        let text = try home.run("batch", "run", "script.yaml", "--output", "text").outputText
        let list = "1     ok      create_task      Task 1\n2     ok      create_task      Task 2\n2 steps: 2 ok\nrun "
        #expect(text.hasPrefix(list), "\(text)")
        #expect(try home.run("batch", "run", "script.yaml", "--output", "ndjson").outcomes().count == 2)
        #expect(try home.run("batch", "run", "script.yaml", "--output", "xml").end == .exit(64))
    }

    @Test("Several files run in their order, the same one twice too, and each create is its own")
    func severalFiles() throws {
        let home = try Home()
        try home.write(creates(2), to: "a.yaml")
        try home.write("op: create_task\nargs: {title: Other}\n", to: "b.yaml")
        let finished = try home.run(["batch", "run", "a.yaml", "-", "b.yaml", "a.yaml"], input: createDocument("Pipe"))
        #expect(finished.end == .exit(0))
        #expect(try titles(finished) == ["Task 1", "Task 2", "Pipe", "Other", "Task 1", "Task 2"])
        let files = try finished.outcomes().compactMap { $0["file"]?.stringValue }
        #expect(files == ["a.yaml", "a.yaml", "-", "b.yaml", "a.yaml", "a.yaml"])
        #expect(try home.taskIDs().count == 6)
    }

    @Test("--read-only, --allow and --no-destroy refuse by operation, let the rest through, and end with 77")
    func policies() throws {
        let home = try Home()
        let id = try #require(try home.call("create_task", "title=a")["id"]?.stringValue)
        try home.write(
            """
            on_error: continue
            steps:
              - {op: whoami}
              - {op: create_task, args: {title: b}}
              - {op: delete_task, args: {task_id: \(id)}}
            """
        )
        let table: [([String], [String])] = [
            (["--read-only"], ["ok", "failed", "failed"]),
            (["--allow", "whoami"], ["ok", "failed", "failed"]),
            (["--allow", "create_task"], ["failed", "ok", "failed"]),
            (["--no-destroy"], ["ok", "ok", "failed"]),
            (["--read-only", "--allow", "create_task"], ["failed", "failed", "failed"]),
        ]
        for (options, statuses) in table {
            let finished = try home.run(["batch", "run", "script.yaml"] + options)
            #expect(finished.end == .exit(77))
            #expect(try finished.outcomes().map { $0["status"]?.stringValue } == statuses)
        }
        #expect(try home.taskIDs().contains(id))
    }

    @Test("--log - puts the record on standard error, and no file is made")
    func logOnStandardError() throws {
        let home = try Home()
        try home.write(creates(2))
        let finished = try home.run("batch", "run", "script.yaml", "--log", "-")
        #expect(finished.end == .exit(0))
        let audit = try LogAudit(finished.errors)
        #expect(audit.faults == [])
        #expect(audit.tornLines == 0)
        // A header, the beginning and the end of the run, and two records of each create.
        #expect(audit.records.count == 8)
        #expect(!FileManager.default.fileExists(atPath: home.log.path))
    }

    @Test("--log none says so once when writes run, as NDJSON where nobody watches, and keeps quiet over reads")
    func noLog() throws {
        let home = try Home()
        try home.write(creates(600))
        let finished = try home.run("batch", "run", "script.yaml", "--log", "none")
        #expect(finished.end == .exit(0))
        let lines = finished.errorText.split(separator: "\n")
        #expect(lines.count == 1)
        let record = try JSONReader.value(Array(try #require(lines.first).utf8))
        #expect(record["level"]?.stringValue == "warning")
        #expect(record["message"]?.stringValue?.contains("without a record") == true)
        #expect(record["time"]?.stringValue.flatMap { Timestamp($0) } != nil)
        #expect(!FileManager.default.fileExists(atPath: home.log.path))
        #expect(try home.run("call", "whoami", "--log", "none").errorText == "")
    }

    @Test("DEFERNO_LOG_LEVEL hides what is below it, in any case, and a wrong one is told")
    func logLevel() throws {
        let home = try Home()
        for (level, isShown) in [
            ("error", false), ("CRITICAL", false), ("fatal", false), ("Warn", true), ("trace", true),
        ] {
            home.environment["DEFERNO_LOG_LEVEL"] = level
            let finished = try home.run("call", "create_task", "title=a", "--log", "none")
            #expect(finished.end == .exit(0))
            #expect(finished.errorText.contains("without a record") == isShown, "\(level)")
        }
        home.environment["DEFERNO_LOG_LEVEL"] = "loud"
        let finished = try home.run("call", "whoami")
        #expect(finished.end == .exit(0))
        #expect(finished.errorText.contains("DEFERNO_LOG_LEVEL=loud"))
    }

    @Test("A script may come through a named pipe or a link")
    func namedPipeAndLink() throws {
        let home = try Home()
        try home.write(creates(2))
        let folder = home.folder
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "link.yaml"), withDestinationURL: folder.appending(path: "script.yaml"))
        #expect(try home.run("batch", "run", "link.yaml").end == .exit(0))
        let finished = try home.run(["batch", "run", "/dev/stdin"], input: creates(2))
        #expect(finished.end == .exit(0))
        #expect(try home.taskIDs().count == 4)
    }

    @Test(
        "A step's result reaches later steps with its type, through a file and through a pipe", arguments: ["f", "-"])
    func references(source: String) throws {
        let home = try Home()
        let script = """
            vars: {feeling: 0.5}
            steps:
              - {op: create_task, id: parent, args: {title: Parent, desire: "${{ vars.feeling }}", labels: [a, b]}}
              - {op: create_task, id: child, args: {title: "Of ${{ steps.parent.result.title }}", parent_id: "${{ steps.parent.result.id }}", labels: "${{ steps.parent.result.labels }}", desire: "${{ steps.parent.result.desire }}"}}
              - {op: get_task, id: seen, when: "${{ steps.child.status == 'ok' }}", args: {task_id: "${{ steps.child.result.id }}"}}
              - {op: get_task, when: "${{ steps.seen.status != 'ok' }}", args: {task_id: "${{ steps.child.result.id }}"}}

            """
        try home.write(script, to: "f")
        let finished = try home.run(["batch", "run", source], input: source == "-" ? script : "", within: 5)
        #expect(finished.end == .exit(0), "\(finished.errorText)")
        let outcomes = try finished.outcomes()
        #expect(outcomes.map { $0["status"]?.stringValue } == ["ok", "ok", "ok", "skipped"])
        try #require(outcomes.count == 4)
        #expect(outcomes[2]["result"]?["title"]?.stringValue == "Of Parent")
        #expect(outcomes[2]["result"]?["labels"] == ["a", "b"])
        #expect(outcomes[2]["result"]?["desire"]?.doubleValue == 0.5)
    }

    @Test("A step whose condition is not met is skipped, and the script goes on", arguments: ["f", "-"])
    func condition(source: String) throws {
        let home = try Home()
        let script = """
            vars: {wanted: false, list: []}
            steps:
              - {op: whoami, when: false}
              - {op: whoami, when: "${{ vars.wanted }}"}
              - {op: whoami, for_each: "${{ vars.list }}"}
              - {op: whoami, when: "${{ !vars.wanted }}"}

            """
        try home.write(script, to: "f")
        let finished = try home.run(["batch", "run", source], input: source == "-" ? script : "", within: 5)
        try #require(finished.end == .exit(0), "\(finished.errorText)")
        #expect(try finished.outcomes().map { $0["status"]?.stringValue } == ["skipped", "skipped", "ok"])
    }

    @Test("A condition on an element of for_each chooses among the elements")
    func conditionOnElement() throws {
        let home = try Home()
        try home.write(
            """
            steps:
              - {op: create_task, for_each: [a, b, c], when: "${{ item != 'b' }}", args: {title: "${{ item }}"}}

            """
        )
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(0), "\(finished.errorText)")
        #expect(try finished.outcomes().map { $0["status"]?.stringValue } == ["ok", "skipped", "ok"])
        #expect(try titles(finished) == ["a", "c"])
    }

    @Test("A step that refers to a failed one fails in its turn and says why")
    func referenceToFailure() throws {
        let home = try Home()
        try home.write(
            """
            on_error: continue
            steps:
              - {op: get_task, id: lost, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}
              - {op: get_task, args: {task_id: "${{ steps.lost.result.id }}"}}
              - {op: whoami}

            """
        )
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(1))
        let outcomes = try finished.outcomes()
        #expect(outcomes.map { $0["status"]?.stringValue } == ["failed", "failed", "ok"])
        #expect(outcomes[1]["error"]?["code"]?.stringValue == "invalid_reference")
        #expect(finished.errorText.contains("step lost has no result"))
    }

    @Test("Without HOME and XDG folders the message names what to set")
    func noHome() throws {
        let home = try Home()
        for name in ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] { home.environment[name] = nil }
        let finished = try home.run("call", "create_task", "title=a")
        #expect(finished.end != .exit(0))
        #expect(finished.errorText.contains("XDG_") || finished.errorText.contains("HOME"))
    }

    @Test("--help and --version print what they should on standard output and make no files")
    func help() throws {
        let home = try Home()
        for arguments in [
            ["--help"], [], ["batch", "--help"], ["batch", "run", "--help"], ["call", "--help"], ["--version"],
        ] {
            let finished = try home.run(arguments)
            #expect(finished.end == .exit(0))
            #expect(!finished.outputText.isEmpty)
            #expect(finished.errorText == "")
        }
        #expect(home.isUntouched)
    }
}
