import BatchFrontend
import OperationCatalogue
import Testing
import YAMLEvents

@Suite("One mistake is one fault, where it is")
struct MistakePlaceTests {
    private static let step = "steps:\n  - op: create_task\n    args:\n      title: t\n"

    @Test(
        "A mistake in an expression is told at its ${{, however the text around it is written",
        arguments: [
            ("      description: |\n        one\n        two\n        three ${{ vars.x }}\n        four\n", "8:15"),
            ("      description: >-\n        one\n\n        two ${{ vars.x }} three\n", "8:13"),
            ("      description: one\n        two ${{ vars.x }}\n", "6:13"),
            ("      description: \"one\n        two \\\"${{ vars.x }}\"\n", "6:15"),
            ("      description: 'it''s\n        ${{ vars.x }}'\n", "6:9"),
            ("      description: ${{ true }} 買い物 ${{ vars.x }}\n", "5:36"),
            ("      description: $${{ no }} ${{ vars.x }}\n", "5:31"),
            ("      description: ${{ '${{' }} ${{ vars.x }}\n", "5:33"),
            ("      labels: [a, \"b ${{ vars.x }}\"]\n", "5:22"),
        ])
    func placeOfExpression(text: String, place: String) throws {
        #expect(try faults(of: Self.step + text) == ["\(place) vars.x is not defined"])
        // What is wrong in the expression itself has the same place.
        let broken = try faults(of: Self.step + text.replacing("vars.x", with: "vars."))
        #expect(broken.count == 1 && broken.first?.hasPrefix("\(place) expected a name") == true, "\(broken)")
    }

    @Test(
        "One mistake is one fault, and the message names it",
        arguments: [
            (
                "vars: {a: 1}\nsteps:\n  - op: whoami\n    when: ${{ vars.a = 1 }}\n",
                "4:11 expected }} in the expression, found '='; == compares"
            ),
            (
                "vars: {a: 1}\nsteps:\n  - op: whoami\n    when: ${{ vars.a == 1 and true }}\n",
                "4:11 expected }} in the expression, found 'a'; && means and"
            ),
            (
                "steps:\n  - op: whoami\n    when: ${{ 1 > 2 }}\n",
                "3:11 expected }} in the expression, found '>'; the operators are ==, !=, !, && and ||"
            ),
            (
                "steps:\n  - op: whoami\n    for_each: ${{ [1] }}\n",
                "3:15 expected a value in the expression, found '['"
            ),
            (
                "steps:\n  - op: whoami\n    args: ${{ }}\n",
                "3:11 expected a value in the expression, found '}'"
            ),
            ("steps:\n  - opp: whoami\n", "2:5 unknown word \"opp\" in a step; did you mean op?"),
            ("setps:\n  - op: whoami\n", "1:1 unknown word \"setps\" in a script; did you mean steps?"),
            (
                "steps:\n  - op: create_task\n    args: {titel: x}\n",
                "3:12 create_task: titel: unknown field; did you mean title?"
            ),
            (
                "vars:\n  a: ${{ vars.b }}\nsteps:\n  - {op: whoami, when: \"${{ vars.a }}\"}\n",
                "2:6 vars.b is not defined"
            ),
            (
                "vars:\n  a: ${{ 1 1 }}\n  b: ${{ vars.a }}\nsteps:\n  - {op: whoami, when: \"${{ vars.b }}\"}\n",
                "2:6 expected }} in the expression, found '1'"
            ),
            (
                "vars: [a]\nsteps:\n  - {op: whoami, when: \"${{ vars.a }}\"}\n",
                "1:7 vars: expected a mapping of names to values"
            ),
            (
                "steps:\n  - {id: a, op: whoami, whe: true}\n  - {op: whoami, when: \"${{ steps.a.status == 'ok' }}\"}\n",
                "2:25 unknown word \"whe\" in a step; did you mean when?"
            ),
            (
                "steps:\n  - {id: a, op: whoami, op: whoami}\n  - {op: whoami, when: \"${{ steps.a.status == 'ok' }}\"}\n",
                "2:25 the key \"op\" is in this mapping twice, first at line 2, column 13"
            ),
            (
                "steps:\n  - {op: create_task, for_each: [a, b], args: {title: \"${{ vars.x }}\"}}\n",
                "2:56 vars.x is not defined"
            ),
        ])
    func oneFault(script: String, fault: String) throws {
        #expect(try faults(of: script) == [fault])
    }

    @Test(
        "What cannot come out well is refused before anything runs, also where evaluation would not come to it",
        arguments: [
            ("${{ steps.a.result.nope }}", "steps.a.result has no member \"nope\"; it has id, title, "),
            ("${{ steps.a.result.titel }}", "steps.a.result has no member \"titel\"; did you mean title?"),
            ("${{ steps.a.result.title.x }}", "steps.a.result.title is a single value, it has no member \"x\""),
            ("${{ steps.a.result[0] }}", "steps.a.result is no list, it has no element 0"),
            (
                "${{ steps.a.result.labels.x }}",
                "steps.a.result.labels is a list: expected a position such as [0] before .x"
            ),
            ("${{ steps.a.status.x }}", "steps.a.status is a single value"),
            ("${{ steps.b.result.id }}", "steps.b.result is a list: expected a position such as [0] before .id"),
            ("${{ steps.b.result[0].nope }}", "steps.b.result[0] has no member"),
            ("${{ steps.s.result.parent.nope }}", "steps.s.result.parent has no member"),
            ("${{ false && steps.a.result.nope }}", "steps.a.result has no member"),
            ("${{ steps.a.status == 'ok' && item }}", "item has a value only in a step with for_each"),
            ("${{ steps.a.status == 'ok' && steps.a.id }}", "expected steps.<id>.result or steps.<id>.status"),
            ("${{ steps.a.status == 'okay' }}", "steps.a.status is one of ok, failed, unknown, skipped, and never"),
            (
                "${{ true || 'done' != steps.a.status }}",
                "steps.a.status is one of ok, failed, unknown, skipped, and never"
            ),
        ])
    func refusedBefore(expression: String, message: String) throws {
        let found = try faults(
            of: """
                steps:
                  - {id: a, op: create_task, args: {title: x}}
                  - {id: b, op: create_task, for_each: [1], args: {title: x}}
                  - {id: s, op: split_task, args: {task_id: "${{ steps.a.result.id }}", first_title: x, second_title: y}}
                  - op: create_task
                    args: {title: "a ${{ text(\(expression.dropFirst(3).dropLast(2))) }}"}
                """)
        #expect(found.count == 1 && found.first?.hasPrefix("6:22 \(message)") == true, "\(found)")
    }

    @Test("What a result may well hold is not refused")
    func mayBeThere() throws {
        let found = try faults(
            of: """
                steps:
                  - {id: a, op: create_task, args: {title: x}}
                  - {id: m, op: whoami}
                  - {id: l, op: list_tasks}
                  - {id: s, op: split_task, args: {task_id: "${{ steps.a.result.id }}", first_title: x, second_title: y}}
                  - op: create_task
                    args:
                      title: >-
                        ${{ steps.a.result.labels[0] }} ${{ steps.m.result.console_url }} ${{ steps.l.result[3].id }}
                        ${{ steps.s.result.first_child.id }} ${{ steps.a.result.mood_start.r }} ${{ steps.a.result.actions[0].kind.x }}
                """)
        #expect(found == [])
    }

    @Test("Of an argument that an expression has made wrong, the place is told when its turn has come")
    func lateArgument() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            steps:
              - {id: a, op: create_task, args: {title: x}}
              - op: create_task
                args:
                  title: y
                  desire: ${{ steps.a.result.title }}
            """)
        #expect(report.endings == ["1 ok", "2 failed"])
        #expect(report.outcomes.last.map { "\($0.place.line):\($0.place.column)" } == "6:15")
    }

    @Test("A text in a block that fails while it runs is told at its ${{")
    func lateExpression() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            steps:
              - {id: a, op: create_task, args: {title: x}}
              - op: create_task
                args:
                  title: y
                  description: |
                    one
                    two ${{ steps.a.result.description }}
            """)
        #expect(report.endings == ["1 ok", "2 failed"])
        #expect(report.outcomes.last.map { "\($0.place.line):\($0.place.column)" } == "8:13")
    }

    @Test("A value becomes a text with text(...)")
    func text() async throws {
        let runner = BatchRunner()
        _ = try await runner.run(
            """
            vars: {n: 3, l: [1, a], t: x, z: null}
            steps:
              - op: create_task
                for_each: ["${{ text(vars.n) }}", "${{ text(vars.l) }}", "${{ text(vars.t) }}", "${{ text( 1.5 ) }}"]
                when: ${{ text(vars.n) == '3' && text(vars.z) == '' && text(vars.n) != vars.n }}
                args: {title: "${{ item }}"}
            """)
        #expect(runner.backend.titles == ["3", "[1,\"a\"]", "x", "1.5"])
        #expect(
            try faults(of: "steps:\n  - {op: whoami, when: \"${{ str(1) == '1' }}\"}\n") == [
                "2:25 unknown function str(...); there is text(...)"
            ])
    }

    @Test("A text that a comment has cut is warned of, in arguments and variables, and nothing else is")
    func cutTexts() throws {
        let check = try check(
            Array(
                """
                name: x #1
                vars: {a: b} #c
                steps:
                  - op: create_task #op
                    args:
                      title: Fix bug #12
                      description: as it should be  # a comment
                      desire: 0.5 #number
                      labels: [a, "b" #c
                        ]
                  - op: create_task
                    for_each:
                      - first #1
                    args: {title: "${{ item }}"}
                ---
                vars:
                  v: w #1
                steps: []
                """.utf8))
        #expect(check.faults == [])
        #expect(check.warnings.map { "\($0.mark.line):\($0.mark.column)" } == ["6:22", "13:15", "17:8"])
        #expect(
            check.warnings.first?.message.hasPrefix("the text ends at \"Fix bug\", since ' #' begins a comment") == true
        )
    }

    @Test("What comes through a pipe is warned of as well, and carried out")
    func cutTextInPipe() async throws {
        let runner = BatchRunner()
        let report = try await runner.runUnchecked("op: create_task\nargs:\n  title: Fix bug #12\n")
        #expect(runner.backend.titles == ["Fix bug"])
        #expect(report.faults.map(\.isWarning) == [true])
        #expect(report.summary.faults == 0)
        #expect(report.faults.first?.headline.contains(":3:18: warning: the text ends at") == true)
    }
}
