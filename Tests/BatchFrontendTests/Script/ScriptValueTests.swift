import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("Values and variables of scripts")
struct ScriptValueTests {
    /// The value that a step's description gets, by way of a variable and a text of its own.
    private func argument(_ yaml: String, overrides: JSONObject = JSONObject()) async throws -> String? {
        var runner = BatchRunner()
        runner.overrides = overrides
        _ = try await runner.run(
            "vars:\n  v: \(yaml)\nsteps:\n  - {op: create_task, args: {title: t, description: \"<${{ vars.v }}>\"}}\n")
        return runner.backend.asked.first?.arguments["description"]?.stringValue
    }

    @Test(
        "Plain scalars have the values of YAML 1.2",
        arguments: [
            ("no", "<no>"), ("yes", "<yes>"), ("on", "<on>"), ("true", "<true>"), ("0o17", "<15>"), ("0x1F", "<31>"),
            ("0777", "<777>"), ("1_000", "<1_000>"), ("1:30", "<1:30>"), ("~", "<>"), ("'5'", "<5>"),
            ("[no, 0o7]", "<[\"no\",7]>"),
            ("9223372036854775807", "<9223372036854775807>"), ("1.50", "<1.5>"), ("2027-01-31", "<2027-01-31>"),
            ("!!str 5", "<5>"),
            ("{a: {b: ~}}", "<{\"a\":{\"b\":null}}>"), ("|\n    two\n    lines\n", "<two\nlines\n>"),
        ]
    )
    func scalars(yaml: String, expected: String) async throws {
        #expect(try await argument(yaml) == expected)
    }

    @Test(
        "A variable of the command line is what YAML would have it, and plain text is one value whatever is in it",
        arguments: [
            ("3", 3), ("3.5", 3.5), ("true", true), ("no", "no"), ("", .null), ("null", .null), (".inf", ".inf"),
            ("'3'", "3"), ("\"3\"", "3"), (" \"3\" ", "3"), ("!!str 3", "3"), ("!!str", ""), ("'it''s'", "it's"),
            ("\"a\\nb\"", "a\nb"), ("[1]", [1]), ("[a, 'b', [true]]", ["a", "b", [true]]),
            ("{a: 1, b: [x]}", ["a": 1, "b": ["x"]]),
            ("[]", []), ("a: b", "a: b"), ("#1", "#1"), ("- x", "- x"), ("@home", "@home"),
            ("!important", "!important"),
            ("it's", "it's"), ("a [b]", "a [b]"), ("['${{ vars.x }}']", ["${{ vars.x }}"]),
            ("99999999999999999999", "99999999999999999999"), ("a=b", "a=b"), (" 3", " 3"), ("0o17", 15),
            ("${{ vars.x }}", "${{ vars.x }}"),
        ] as [(String, JSONValue)]
    )
    func commandLine(text: String, expected: JSONValue) throws {
        #expect(try ScriptVariable.value(of: text) == expected)
    }

    @Test(
        "What begins like a text in quotes or a list and is none is refused, with the place and the way out",
        arguments: [
            ("\"3", "the quote that opens here is never closed (at character 1)"),
            ("[draft] title", "(at character 9)"),
            ("{a: 1", "the '{' that opens here is not closed"), ("'a' b", "(at character 5)"), ("[.inf]", "infinity"),
            ("{1: x}", "expected a name"), ("!!int x", "does not fit the tag !!int"), ("[*x]", "no anchor"),
            ("\"a\"\n---\nb", "one value"),
        ])
    func badCommandLine(text: String, part: String) throws {
        let fault = try #require(throws: ScriptVariable.Fault.self) { try ScriptVariable.value(of: text) }
        #expect(fault.message.contains(part), "\(fault.message)")
        #expect(fault.message.hasSuffix("to give it as a text, put quotes inside: name='\"...\"'"))
    }

    @Test("A variable of the command line beats the script's, also for variables built on it")
    func overrides() async throws {
        let script = "${{ vars.base }}-x\n  base: 1\n  other: ${{ vars.base }}"
        #expect(try await argument(script, overrides: ["base": "over"]) == "<over-x>")
        #expect(try await argument("scripted", overrides: ["v": ["a", 1]]) == "<[\"a\",1]>")
        #expect(try await argument("${{ vars.nowhere }}", overrides: ["v": 5]) == "<5>")
    }

    @Test("Variables see the environment and the variables above them, and not those below")
    func order() async throws {
        let script =
            "env: [PATH]\nvars:\n  a: 1\n  b: ${{ vars.a }}\n  c: [\"${{ vars.b }}\", \"${{ vars.b == 1 }}\"]\n  d: ${{ env.PATH != '' }}\n"
        var runner = BatchRunner()
        _ = try await runner.run(
            script + "steps: [{op: create_task, args: {title: \"${{ vars.c }} ${{ vars.d }}\"}}]\n")
        #expect(runner.backend.titles == ["[1,true] true"])
        runner.overrides = ["unused": 1]
        #expect(try faults(of: "vars:\n  a: ${{ vars.b }}\n  b: 1\nsteps: []\n") == ["2:6 vars.b is not defined"])
        #expect(
            try faults(of: "vars: {a: \"${{ steps.x.result }}\", b: \"${{ item }}\"}\nsteps: []\n") == [
                "1:12 no result of step x is known", "1:40 item has a value only in a step with for_each",
            ])
    }

    @Test("The words of a script come in any order before the steps, and name also after them")
    func wordOrder() async throws {
        let words = ["name: n", "vars: {v: 1}", "on_error: continue"]
        for rotation in 0..<3 {
            let head = (words[rotation...] + words[..<rotation]).joined(separator: "\n")
            let runner = BatchRunner()
            let report = try await runner.run(
                "\(head)\nsteps:\n  - {op: create_task, args: {title: \"fail ${{ vars.v }}\"}}\n  - {op: whoami}\n")
            #expect(report.endings == ["1 failed", "2 ok"])
            #expect(runner.backend.titles == ["fail 1", "whoami"])
        }
        #expect(try faults(of: "steps: [{op: whoami}]\nname: late\n") == [])
    }

    @Test("Anchors and merge keys are shared by the steps of one script, and by no other document")
    func anchors() async throws {
        let runner = BatchRunner()
        _ = try await runner.run(
            """
            vars: {defaults: &d {labels: [home], description: common}}
            steps:
              - op: create_task
                args: &first
                  <<: *d
                  title: one
              - op: create_task
                args: {<<: [{description: own}, *first], title: two}
              - &step {op: create_task, args: {<<: *d, title: three}}
              - *step
            """)
        #expect(runner.backend.titles == ["one", "two", "three", "three"])
        #expect(runner.backend.asked.map { $0.arguments["description"] } == ["common", "own", "common", "common"])
        #expect(runner.backend.asked.allSatisfy { $0.arguments["labels"] == ["home"] })
        let lines = try faults(of: "op: create_task\nargs: &a {title: x}\n---\nop: create_task\nargs: *a\n")
        #expect(lines == ["5:7 the alias *a has no anchor &a before it in this document"])
    }

    @Test("A bare operation may have every word of a step")
    func bareOperation() async throws {
        var runner = BatchRunner()
        runner.overrides = ["x": "y"]
        let report = try await runner.run(
            "id: mine\nop: create_task\nfor_each: [1, 2]\nwhen: ${{ item != 2 }}\nargs: {title: \"${{ item }} ${{ vars.x }}\"}\n"
        )
        #expect(report.endings == ["1.0 ok", "1.1 skipped"])
        #expect(report.outcomes.map(\.id) == ["mine", "mine"])
        #expect(runner.backend.titles == ["1 y"])
        #expect(report.outcomes.first.map { "\($0.place.line):\($0.place.column)" } == "1:1")
    }

    @Test("A mapping with a key twice is a fault, wherever it is")
    func duplicateKeys() throws {
        for script in [
            "vars: {a: 1, a: 2}\nsteps: []\n", "steps:\n  - {op: whoami, op: whoami}\n",
            "steps:\n  - {op: create_task, args: {title: a, title: b}}\n", "op: create_task\nargs: {1: a, 0x1: b}\n",
        ] {
            let lines = try faults(of: script)
            #expect(lines.count == 1 && lines[0].contains("is in this mapping twice"), "\(lines)")
        }
    }

    @Test("Ten thousand variables are read in a moment")
    func manyVariables() throws {
        let text = "vars:\n" + (0..<10_000).map { "  variable\($0): \($0)\n" }.joined() + "steps: []\n"
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try faults(of: text) == [])
        #expect(clock.now - start < .seconds(5))
    }
}
