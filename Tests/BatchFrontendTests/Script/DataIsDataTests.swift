import BatchFrontend
import Glibc
import OperationCatalogue
import Testing

/// What comes from an export, a log, the environment, the command line or another's task is never evaluated.
@Suite("Data is data")
struct DataIsDataTests {
    /// A text that would say more than it should if it were evaluated, and one that could not be.
    private static let texts = ["${{ env.PATH }}", "use ${{ secrets.X }} in CI", "escape $${{ x }}", "${{"]

    private func quoted(_ text: String) -> String { String(decoding: JSONText(.string(text)).bytes, as: UTF8.self) }

    @Test("A document that is one operation is data, as it comes from an export or a log", arguments: texts)
    func operations(text: String) async throws {
        let title = quoted(text)
        let script = """
            --- {"op":"create_task","args":{"title":\(title),"labels":[\(title)]}}
            --- {"op":"create_task","id":"${{ 1 }}","args":{"title":\(title),"labels":[]}}
            ---
            op: create_task
            args:
              title: \(title)
            """
        let (checked, piped) = (BatchRunner(), BatchRunner())
        _ = try await checked.run(script)
        #expect(checked.backend.titles == [text, text, text])
        #expect(checked.backend.asked.first?.arguments["labels"] == [.string(text)])
        let report = try await piped.runUnchecked(script)
        #expect(report.faults.isEmpty)
        #expect(piped.backend.titles == [text, text, text])
        #expect(report.outcomes.map(\.id) == [nil, "${{ 1 }}", nil])
    }

    @Test("A script or a step can say that its arguments are data, and a step and an operation that they are not")
    func literal() async throws {
        let script = """
            literal: true
            vars: {v: 1, made: "${{ vars.v }}"}
            steps:
              - {op: create_task, args: {title: "a ${{ vars.v }}"}}
              - {op: create_task, literal: false, args: {title: "b ${{ vars.made }}"}}
              - {op: create_task, for_each: [1, "${{ vars.v }}"], args: {title: "c ${{ item }}"}}
            ---
            steps:
              - {op: create_task, args: {title: "d ${{ 1 }}"}}
              - {op: create_task, args: {title: "e ${{ 1 }}"}, literal: true}
            ---
            {op: create_task, literal: false, args: {title: "f ${{ 1 }}"}}
            ---
            {op: create_task, when: "${{ true }}", args: {title: "g ${{ 1 }}"}}
            ---
            {op: create_task, when: true, literal: true, args: {title: "h ${{ 1 }}"}}
            """
        let expected = [
            "a ${{ vars.v }}", "b 1", "c ${{ item }}", "c ${{ item }}", "d 1", "e ${{ 1 }}", "f 1", "g 1",
            "h ${{ 1 }}",
        ]
        let (checked, piped) = (BatchRunner(), BatchRunner())
        _ = try await checked.run(script)
        #expect(checked.backend.titles == expected)
        #expect(try await piped.runUnchecked(script).faults.isEmpty)
        #expect(piped.backend.titles == expected)
    }

    @Test("What a value brings along is not evaluated again, wherever it comes from")
    func onceOnly() async throws {
        setenv("DEFERNO_TEST_EXPRESSION", "${{ vars.v }}", 1)
        var runner = BatchRunner()
        runner.overrides = ["given": try ScriptVariable.value(of: "${{ vars.v }}")]
        _ = try await runner.run(
            """
            env: [DEFERNO_TEST_EXPRESSION]
            vars: {v: 1, given: 2, kept: "${{ env.DEFERNO_TEST_EXPRESSION }}"}
            steps:
              - {id: first, op: create_task, args: {title: "${{ env.DEFERNO_TEST_EXPRESSION }}"}}
              - {op: create_task, args: {title: "${{ steps.first.result.title }} ${{ vars.kept }} ${{ vars.given }}"}}
              - {op: create_task, for_each: ["${{ vars.kept }}"], args: {title: "${{ item }}"}}
            """)
        let text = "${{ vars.v }}"
        #expect(runner.backend.titles == [text, "\(text) \(text) \(text)", text])
    }

    @Test("An environment variable that the script does not name is a fault before anything runs")
    func unnamedVariables() throws {
        let message =
            "the script does not name the environment variable HOME; add it to env, as in env: [HOME], before steps"
        let lines = try faults(
            of: """
                env: [PATH]
                vars: {a: "${{ env.HOME }}", b: "${{ env.PATH }}"}
                steps:
                  - {op: create_task, args: {title: "${{ env.HOME }}"}}
                  - {op: create_task, when: "${{ false && env.HOME == '' }}", args: {title: x}}
                  - {op: create_task, when: false, args: {title: "${{ env.HOME }}"}}
                ---
                steps:
                  - {op: create_task, args: {title: "${{ env['HOME'] }}"}}
                ---
                {op: create_task, literal: false, args: {title: "${{ env.HOME }}"}}
                """)
        #expect(lines == ["2:12", "4:38", "5:30", "6:51", "9:38", "11:50"].map { "\($0) \(message)" })
    }

    @Test(
        "What is wrong with env or literal is said where it stands",
        arguments: [
            ("env: HOME\nsteps: []\n", "1:6 env: expected a list of names of environment variables, as in [HOME]"),
            ("env: [[HOME]]\nsteps: []\n", "1:7 env: expected the name of an environment variable"),
            ("env: ['A=B']\nsteps: []\n", "1:7 env: \"A=B\" is not the name of an environment variable"),
            (
                "env: [DEFERNO_TEST_LATIN1]\nsteps: []\n",
                "1:7 env: the environment variable DEFERNO_TEST_LATIN1 is not valid UTF-8; set it anew"
            ), ("steps: []\nenv: [A]\n", "2:1 env must come before steps, since a script is carried out as it is read"),
            ("literal: 1\nsteps: []\n", "1:10 literal: expected true or false"),
            ("literal: 'true'\nsteps: []\n", "1:10 literal: expected true or false"),
            ("steps:\n  - {op: whoami, literal: no}\n", "2:27 literal: expected true or false"),
            ("{op: whoami, literal: [true]}\n", "1:23 literal: expected true or false"),
        ])
    func faultyWords(script: String, expected: String) throws {
        // The bytes of a text from Latin-1, as an old locale has them.
        let latin1: [CChar] = [0x63, 0x61, 0x66, CChar(bitPattern: 0xE9), 0]
        setenv("DEFERNO_TEST_LATIN1", latin1, 1)
        #expect(try faults(of: script) == [expected])
    }
}
