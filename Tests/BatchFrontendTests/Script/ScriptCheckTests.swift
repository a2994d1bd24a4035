import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing
import YAMLEvents

@Suite("The check of scripts")
struct ScriptCheckTests {
    struct BadScript: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let faults: [String]

        init(_ description: String, _ text: String, _ faults: String...) {
            testDescription = description
            self.text = text
            self.faults = faults
        }
    }

    static let badHeads = [
        BadScript("an unknown word", "nam: x\nsteps: []\n", "1:1 unknown word \"nam\" in a script; did you mean name?"),
        BadScript(
            "a word like no other", "frequency: x\nsteps: []\n",
            "1:1 unknown word \"frequency\" in a script; a script holds name, env, vars, literal, on_error, steps"),
        BadScript(
            "a step's word in a script", "when: true\nsteps: []\n",
            "1:1 when belongs in a step; a script holds name, env, vars, literal, on_error, steps"),
        BadScript("a word twice", "name: a\nname: b\nsteps: []\n", "2:1 the key \"name\" occurs twice"),
        BadScript("steps twice", "steps: []\nsteps: []\n", "2:1 the key \"steps\" occurs twice"),
        BadScript(
            "name before and after the steps", "name: a\nsteps: []\nname: b\n", "3:1 the key \"name\" occurs twice"),
        BadScript("name twice after the steps", "steps: []\nname: a\nname: b\n", "3:1 the key \"name\" occurs twice"),
        BadScript("a list as the name after the steps", "steps: []\nname: [a]\n", "2:7 name: expected a text"),
        BadScript(
            "vars after the steps", "steps: []\nvars: {a: 1}\n",
            "2:1 vars must come before steps, since a script is carried out as it is read"),
        BadScript(
            "on_error after the steps", "steps: []\non_error: stop\n",
            "2:1 on_error must come before steps, since a script is carried out as it is read"),
        BadScript(
            "an unknown word after the steps", "steps: []\nvar: 1\n",
            "2:1 unknown word \"var\" in a script; did you mean vars?"),
        BadScript("a list as the name", "name: [a]\nsteps: []\n", "1:7 name: expected a text"),
        BadScript("a number for on_error", "on_error: 1\nsteps: []\n", "1:11 on_error: expected stop or continue"),
        BadScript("a list for on_error", "on_error: [stop]\nsteps: []\n", "1:11 on_error: expected stop or continue"),
        BadScript(
            "another word for on_error", "on_error: ignore\nsteps: []\n", "1:11 on_error: expected stop or continue"),
        BadScript("a list of vars", "vars: [a]\nsteps: []\n", "1:7 vars: expected a mapping of names to values"),
        BadScript("a text for vars", "vars: a\nsteps: []\n", "1:7 vars: expected a mapping of names to values"),
        BadScript("a text for steps", "steps: 5\n", "1:8 steps: expected a list of steps"),
        BadScript("a mapping for steps", "steps: {op: whoami}\n", "1:8 steps: expected a list of steps"),
        BadScript("nothing for steps", "steps:\n", "1:7 steps: expected a list of steps"),
        BadScript("no steps", "name: x\n", "1:1 a script needs steps, a list"),
        BadScript(
            "a list as a key", "? [a]\n: 1\nsteps: []\n", "1:3 expected a word such as steps, found a list or a mapping"
        ),
        BadScript(
            "a script that is a list", "- op: whoami\n",
            "1:1 expected a script (name, vars, on_error, steps) or an operation (op, args)"),
        BadScript(
            "a script that is a text", "hello\n",
            "1:1 expected a script (name, vars, on_error, steps) or an operation (op, args)"),
        BadScript(
            "faults all over the head", "name: [a]\non_error: 1\nvarz: 1\nsteps: []\nvars: {}\n",
            "1:7 name: expected a text", "2:11 on_error: expected stop or continue",
            "3:1 unknown word \"varz\" in a script; did you mean vars?",
            "5:1 vars must come before steps, since a script is carried out as it is read"),
        BadScript(
            "faulty vars",
            "vars:\n  a: ${{ vars.b }}\n  b: ${{ env.DEFERNO_TEST_ABSENT }}\n  1: x\n  c: .inf\n"
                + "env: [DEFERNO_TEST_ABSENT]\nsteps: []\n",
            "2:6 vars.b is not defined", "3:6 the environment variable DEFERNO_TEST_ABSENT is not set",
            "4:3 expected a name here; write it in quotes if it is meant as text",
            "5:6 infinity and NaN cannot be sent as JSON"),
        BadScript(
            "an operation with an op too many", "op: whoami\nop: list_tasks\n", "2:1 the key \"op\" occurs twice"),
        BadScript(
            "an operation with steps", "op: whoami\nsteps: 5\n", "2:8 steps: expected a list of steps"),
        BadScript(
            "an operation with a name", "name: x\nop: whoami\n",
            "1:1 unknown word \"name\" in a step; a step holds op, args, literal, id, when, for_each"),
        BadScript(
            "an operation with vars", "vars: {}\nop: whoami\n",
            "2:1 op belongs in a step; a script holds name, env, vars, literal, on_error, steps"),
    ]

    static let badSteps = [
        BadScript("a text for a step", "steps: [x]\n", "1:9 expected a step: a mapping with op and args"),
        BadScript("nothing for a step", "steps:\n  -\n", "2:4 expected a step: a mapping with op and args"),
        BadScript("no op", "steps:\n  - {id: a}\n", "2:5 a step needs op, the name of an operation"),
        BadScript("a list for op", "steps:\n  - {op: [a]}\n", "2:10 op: expected the name of an operation"),
        BadScript("nothing for op", "steps:\n  - {op: }\n", "2:10 op: expected the name of an operation"),
        BadScript(
            "an unknown operation", "steps:\n  - {op: creat_task}\n",
            "2:5 unknown operation \"creat_task\"; did you mean create_task?"),
        BadScript(
            "an unknown word", "steps:\n  - {op: whoami, arg: {}}\n",
            "2:18 unknown word \"arg\" in a step; did you mean args?"),
        BadScript(
            "a list for args", "steps:\n  - {op: whoami, args: [1]}\n",
            "2:24 args: expected a mapping of field names to values"),
        BadScript(
            "a text for args", "steps:\n  - {op: whoami, args: x}\n",
            "2:24 args: expected a mapping of field names to values"),
        BadScript(
            "text with an expression for args", "steps:\n  - {op: whoami, args: \"a ${{ vars.a }}\"}\n",
            "2:24 args: expected a mapping of field names to values"),
        BadScript("a list for id", "steps:\n  - {op: whoami, id: [a]}\n", "2:22 id: expected a name of 1 to 200 bytes"),
        BadScript("nothing for id", "steps:\n  - {op: whoami, id: ''}\n", "2:22 id: expected a name of 1 to 200 bytes"),
        BadScript(
            "a long id", "steps:\n  - {op: whoami, id: \(String(repeating: "a", count: 201))}\n",
            "2:22 id: expected a name of 1 to 200 bytes"),
        BadScript(
            "a text for when", "steps:\n  - {op: whoami, when: 'true'}\n",
            "2:24 when: expected true, false or one expression such as ${{ vars.enabled }}"),
        BadScript(
            "a number for when", "steps:\n  - {op: whoami, when: 1}\n",
            "2:24 when: expected true, false or one expression such as ${{ vars.enabled }}"),
        BadScript(
            "text around when's expression", "steps:\n  - {op: whoami, when: '${{ true }} '}\n",
            "2:24 when: expected true, false or one expression such as ${{ vars.enabled }}"),
        BadScript(
            "an expression for when that gives a text",
            "vars: {a: 'true'}\nsteps:\n  - op: whoami\n    when: ${{ vars.a }}\n",
            "4:11 when: expected true or false, found the string \"true\""),
        BadScript(
            "a text for for_each", "steps:\n  - {op: whoami, for_each: a}\n",
            "2:28 for_each: expected a list or one expression such as ${{ vars.list }}"),
        BadScript(
            "a mapping for for_each", "steps:\n  - {op: whoami, for_each: {a: 1}}\n",
            "2:28 for_each: expected a list or one expression such as ${{ vars.list }}"),
        BadScript(
            "an expression for for_each that gives a number",
            "vars: {a: 1}\nsteps:\n  - op: whoami\n    for_each: ${{ vars.a }}\n",
            "4:15 for_each: expected a list, found the integer 1"),
        BadScript(
            "an id twice", "steps:\n  - {op: whoami, id: a}\n  - {op: whoami, id: a}\n",
            "3:5 the id \"a\" is taken by an earlier step"),
        BadScript(
            "a reference to a later step",
            "steps:\n  - op: get_task\n    args: {task_id: \"${{ steps.later.result.id }}\"}\n  - {id: later, op: whoami}\n",
            "3:22 no earlier step has the id \"later\""),
        BadScript(
            "a reference to itself",
            "steps:\n  - id: me\n    op: get_task\n    args: {task_id: \"${{ steps.me.result.id }}\"}\n",
            "4:22 no earlier step has the id \"me\""),
        BadScript(
            "a reference to a misspelled step",
            "steps:\n  - {id: first, op: whoami}\n  - op: get_task\n    args: {task_id: \"${{ steps.firs.result.id }}\"}\n",
            "4:22 no earlier step has the id \"firs\"; did you mean first?"),
        BadScript(
            "a reference to a step of another document",
            "steps:\n  - {id: a, op: whoami}\n---\nsteps:\n  - op: get_task\n    args: {task_id: \"${{ steps.a.result.id }}\"}\n",
            "6:22 no earlier step has the id \"a\""),
        BadScript(
            "a part that steps do not have",
            "steps:\n  - {id: a, op: whoami}\n  - op: get_task\n    args: {task_id: \"${{ steps.a.id }}\"}\n",
            "4:22 expected steps.<id>.result or steps.<id>.status, found steps.a.id"),
        BadScript(
            "item without for_each", "steps:\n  - op: create_task\n    args: {title: \"${{ item }}\"}\n",
            "3:20 item has a value only in a step with for_each"),
        BadScript(
            "index without for_each, in when", "steps:\n  - {op: whoami, when: \"${{ index == 0 }}\"}\n",
            "2:25 index has a value only in a step with for_each"),
        BadScript(
            "item in the list of for_each", "steps:\n  - {op: whoami, for_each: [\"${{ item }}\"]}\n",
            "2:30 item has a value only in a step with for_each"),
        BadScript(
            "an expression that ends too early", "steps:\n  - op: create_task\n    args:\n      title: ${{ vars.a\n",
            "4:14 expected }} in the expression, found the end of the text"),
        BadScript(
            "an integer that is too large",
            "steps:\n  - {op: create_task, args: {title: a, desire: 99999999999999999999}}\n", "2:48 *"),
        BadScript(
            "infinity", "steps:\n  - {op: create_task, args: {title: a, desire: -.inf}}\n",
            "2:48 infinity and NaN cannot be sent as JSON"),
        BadScript(
            "a key that is no text", "steps:\n  - {op: create_task, args: {title: a, 5: b}}\n",
            "2:40 expected a name here; write it in quotes if it is meant as text"),
    ]

    static let badFields = [
        BadScript(
            "a missing field", "steps:\n  - op: create_task\n    args:\n      description: x\n",
            "4:7 create_task: title: is required"),
        BadScript("no arguments at all", "steps:\n  - op: create_task\n", "2:5 create_task: title: is required"),
        BadScript(
            "nothing for args", "steps:\n  - op: create_task\n    args:\n", "2:5 create_task: title: is required"),
        BadScript(
            "an unknown field", "steps:\n  - op: create_task\n    args:\n      title: x\n      titl: y\n",
            "5:7 create_task: titl: unknown field; did you mean title?"),
        BadScript(
            "several faults of one step",
            "steps:\n  - op: create_task\n    args:\n      title: 5\n      labels: home\n      desire: 2\n      parent_id: x\n",
            "4:14 create_task: title: expected a string, found the integer 5",
            "5:15 create_task: labels: expected a list of strings, found the string \"home\"",
            "6:15 create_task: desire: expected a number from -1.0 to 1.0, found the integer 2",
            "7:18 create_task: parent_id: expected a UUID such as \"7033cae7-eff6-4df1-bed9-01d16e89c2b0\", found the string \"x\""
        ),
        BadScript(
            "an element of a list",
            "steps:\n  - op: create_task\n    args:\n      title: x\n      labels:\n        - a\n        - 5\n",
            "7:11 create_task: labels[1]: expected a string, found the integer 5"),
        BadScript(
            "a member of a member",
            "steps:\n  - op: update_task\n    args:\n      task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0\n      mood_start:\n        r: 1\n        theta: x\n",
            "7:16 update_task: mood_start.theta: expected a number, found the string \"x\""),
        BadScript(
            "a missing member of a member",
            "steps:\n  - op: update_task\n    args:\n      task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0\n      mood_start: {r: 1}\n",
            "5:7 update_task: mood_start.theta: is required"),
        BadScript(
            "a field through an alias", "vars:\n  shared: &s {title: 5}\nsteps:\n  - op: create_task\n    args: *s\n",
            "2:22 create_task: title: expected a string, found the integer 5"),
        BadScript(
            "a field through a merge key",
            "steps:\n  - op: create_task\n    args: &first\n      title: x\n      desire: 0.5\n  - op: create_task\n    args:\n      <<: *first\n      desire: high\n      colour: red\n",
            "9:15 create_task: desire: expected a number, found the string \"high\"",
            "10:7 create_task: colour: unknown field; *"),
        BadScript(
            "a value through variables",
            "vars: {t: 5, o: {titl: x}}\nsteps:\n  - op: create_task\n    args: {title: \"${{ vars.t }}\"}\n  - op: create_task\n    args: ${{ vars.o }}\n",
            "4:19 create_task: title: expected a string, found the integer 5",
            "6:11 create_task: titl: unknown field; did you mean title?"),
        BadScript(
            "a variable that is no mapping for args",
            "vars: {o: [1]}\nsteps:\n  - op: create_task\n    args: ${{ vars.o }}\n",
            "4:11 args: expected a mapping, found an array of 1"),
        BadScript(
            "an element of for_each",
            "steps:\n  - op: create_task\n    for_each: [a, 5, 6]\n    args: {title: \"${{ item }}\"}\n",
            "4:19 create_task: title: expected a string, found the integer 5 (element 1 of for_each)"),
        BadScript(
            "an element of for_each without a member",
            "vars: {l: [{t: a}, {u: b}]}\nsteps:\n  - op: create_task\n    for_each: ${{ vars.l }}\n    args: {title: \"${{ item.t }}\"}\n",
            "5:20 item has no member \"t\", it is an object (element 1 of for_each)"),
        BadScript(
            "a condition of an element",
            "steps:\n  - op: create_task\n    for_each: [true, 5]\n    when: ${{ item }}\n    args: {title: a}\n",
            "4:11 when: expected true or false, found the integer 5 (element 1 of for_each)"),
        BadScript(
            "fields beside a value that is not known yet",
            "steps:\n  - {id: a, op: whoami}\n  - op: create_task\n    args: {parent_id: \"${{ steps.a.result.id }}\", titl: x, desire: no}\n",
            "4:51 create_task: titl: unknown field; did you mean title?",
            "4:68 create_task: desire: expected a number, found the string \"no\""),
        BadScript(
            "an unknown field whose value is not known yet",
            "steps:\n  - {id: a, op: whoami}\n  - op: get_task\n    args: {tsk_id: \"${{ steps.a.result.id }}\"}\n",
            "4:12 get_task: tsk_id: unknown field; did you mean task_id?"),
        BadScript(
            "an unknown operation whose arguments are not known yet",
            "steps:\n  - {id: a, op: whoami}\n  - {op: gettask, args: \"${{ steps.a.result }}\"}\n",
            "3:5 unknown operation \"gettask\"; did you mean get_task?"),
        BadScript(
            "a variable that is not there, behind a value that is not known yet",
            "vars: {name: x}\nsteps:\n  - {id: a, op: whoami}\n  - op: create_task\n    args:\n      title: ${{ steps.a.result.name }} ${{ vars.nam }}\n",
            "6:41 vars.nam is not defined; did you mean vars.name?"),
        BadScript(
            "a variable that is not there, behind an operator",
            "steps:\n  - {id: a, op: whoami}\n  - {op: whoami, when: \"${{ steps.a.status == 'ok' && vars.on }}\"}\n  - {op: whoami, when: \"${{ true || vars.off }}\"}\n",
            "3:25 vars.on is not defined", "4:25 vars.off is not defined"),
        BadScript(
            "a variable in a list, behind a value that is not known yet",
            "steps:\n  - {id: a, op: whoami}\n  - op: create_task\n    args: {title: x, labels: [\"${{ steps.a.result.x }}\", \"${{ vars.y }}\"]}\n",
            "4:59 vars.y is not defined"),
        BadScript(
            "a field beside a reference to a step that is not there",
            "steps:\n  - op: create_task\n    args:\n      parent_id: ${{ steps.nobody.result.id }}\n      titl: x\n",
            "4:18 no earlier step has the id \"nobody\"",
            "5:7 create_task: titl: unknown field; did you mean title?"),
    ]

    @Test("Every fault is found at its place", arguments: badHeads + badSteps + badFields)
    func places(script: BadScript) throws {
        let found = try faults(of: script.text)
        let matches =
            found.count == script.faults.count
            && zip(found, script.faults).allSatisfy { found, expected in
                guard let star = expected.firstIndex(of: "*") else { return found == expected }
                return found.hasPrefix(String(expected[..<star]))
            }
        #expect(matches, "found \(found), expected \(script.faults)")
    }

    @Test("The faults of many steps and documents are found in one go")
    func allAtOnce() throws {
        let found = try faults(
            of: """
                steps:
                  - {op: nothing_like_it}
                  - {op: create_task}
                  - 5
                  - {op: whoami, args: {x: 1}}
                ---
                nonsense
                ---
                op: get_task
                args: {task_id: 5}
                """)
        #expect(found.map { $0.prefix { $0 != " " } } == ["2:5", "3:5", "4:5", "5:25", "7:1", "10:17"])
    }

    @Test("Faults before broken YAML are reported with it")
    func faultsBeforeBrokenText() throws {
        let found = try faults(of: "steps:\n  - {op: nothing_like_it}\n  - {op: whoami}\n  - {op: ]\n")
        #expect(found.count == 2)
        #expect(found.first == "2:5 unknown operation \"nothing_like_it\"")
        #expect(found.last?.hasPrefix("4:10 ") == true)
    }

    @Test("Of thousands of faults the first hundred are kept, and all are counted, within a moment")
    func manyFaults() throws {
        let ids = (0..<2000).map { "  - {id: step-number-\($0), op: whoami}\n" }.joined()
        let steps = (0..<2000).map {
            "  - {op: get_task, args: {task_id: \"${{ steps.stop-number-\($0)x.result.id }}\"}}\n"
        }
        let clock = ContinuousClock()
        let start = clock.now
        let check = try check(Array("steps:\n\(ids)\(steps.joined())".utf8))
        #expect(clock.now - start < .seconds(30))
        #expect(check.faults.count == 100 && check.faultCount == 2000)
    }

    @Test(
        "A good script passes",
        arguments: [
            "steps: []\n", "{op: whoami}\n", "op: whoami\n---\nop: list_tasks\n", "---\n---\nop: whoami\n---\n...\n",
            "on_error: continue\nvars: {}\nname: x\nsteps: [{op: whoami}]\n", "vars:\nsteps: [{op: whoami}]\n",
            "steps: [{op: whoami}]\nname: last\n", "steps: [{op: whoami, args: {}, when: false, for_each: []}]\n",
            "steps: [{op: whoami, args: ~}]\n", "\"steps\": [{'op': whoami}]\n",
            "steps:\n  - {op: create_task, for_each: [{t: a}, {t: ''}], when: \"${{ item.t != '' }}\", args: {title: \"${{ item.t }}\"}}\n",
            "vars: {parent: null}\nsteps:\n  - {op: get_task, when: \"${{ vars.parent != null }}\", args: {task_id: \"${{ vars.parent.id }}\"}}\n",
            "vars: {a: null}\nsteps:\n  - {op: whoami, when: \"${{ vars.a != null && vars.a.on }}\"}\n",
            "steps:\n  - {id: a, op: list_tasks}\n  - {op: get_task, for_each: \"${{ steps.a.result }}\", when: \"${{ item.open }}\", args: {task_id: \"${{ item.id }}\"}}\n",
            "steps:\n  - {id: 1st, op: whoami}\n  - {op: get_task, args: {task_id: \"${{ steps['1st'].result.id }}\"}}\n",
        ]
    )
    func goodScripts(script: String) throws {
        #expect(try faults(of: script) == [])
    }

    @Test("The check counts scripts and steps, and knows which ids are referred to")
    func counts() throws {
        let check = try check(
            Array(
                """
                vars: {a: 1, b: 2}
                steps:
                  - {id: x, op: whoami}
                  - {id: y, op: whoami}
                  - {op: get_task, when: "${{ steps.x.status == 'ok' }}", args: {task_id: "${{ steps.x.result.id }}"}}
                ---
                op: whoami
                """.utf8))
        #expect(check.faultCount == 0 && check.scriptCount == 2 && check.stepCount == 4)
        #expect(check.referredIDs == ["x"])
        #expect(check.variableNames == ["a", "b"])
    }

    @Test("The example that people read first passes with nothing to say against it")
    func placesInHeadlines() {
        let fault = PlacedFault(file: "a.yaml", fault: ScriptFault(YAMLMark(line: 12, column: 7), "what is wrong"))
        #expect(fault.headline == "a.yaml:12:7: error: what is wrong")
    }
}
