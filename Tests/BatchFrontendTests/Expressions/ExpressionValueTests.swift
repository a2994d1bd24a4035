import Glibc
import OperationCatalogue
import Testing
import YAMLEvents

@testable import BatchFrontend

@Suite("The values of expressions")
struct ExpressionValueTests {
    @Test(
        "A reference that is the whole value keeps its type",
        arguments: ["one", "float", "text", "yes", "nothing", "list", "map"]
    )
    func typesAreKept(name: String) throws {
        #expect(try value(of: "${{ vars.\(name) }}") == JSONObject.sample[name])
    }

    @Test(
        "Inside text a value is put in as text",
        arguments: [
            ("<${{ vars.one }}>", "<1>"), ("<${{ vars.half }}>", "<0.5>"), ("<${{ vars.text }}>", "<word>"),
            ("<${{ vars.yes }}>", "<true>"), ("<${{ vars.nothing }}>", "<>"), ("<${{ vars.list }}>", #"<["a","b",3]>"#),
            ("<${{ vars.map.inner }}>", #"<{"deep":"found"}>"#), (" ${{ vars.one }}", " 1"), ("${{ vars.one }} ", "1 "),
            ("${{ vars.one }}${{ vars.one }}", "11"), ("a ${{ vars.text }} b ${{ 'c' }} d", "a word b c d"),
            ("${{ vars.text }}}}", "word}}"),
        ]
    )
    func textIsPutIn(text: String, expected: String) throws {
        #expect(try value(of: text) == .string(expected))
    }

    @Test(
        "A doubled dollar sign stands for itself",
        arguments: [
            ("$${{ vars.one }}", "${{ vars.one }}"), ("a $${{ b", "a ${{ b"), ("$${{", "${{"),
            ("$$${{", "$${{"), ("$${{ ${{ vars.one }}", "${{ 1"), ("costs $5 {{ x }}", "costs $5 {{ x }}"),
            ("${ vars.one }", "${ vars.one }"), ("$", "$"), ("$$", "$$"), ("${{ '$${{' }}", "$${{"),
        ]
    )
    func dollars(text: String, expected: String) throws {
        #expect(try value(of: text) == .string(expected))
    }

    @Test(
        "Equality asks for the same type and value, but 1 and 1.0 are one number",
        arguments: [
            ("1 == 1.0", true), ("1.0 == 1", true), ("1 != 1.0", false), ("1 == '1'", false), ("0 == false", false),
            ("'' == null", false), ("null == null", true), ("vars.list == vars.list", true), ("1 == 1.5", false),
            ("vars.one == vars.float", true), ("'a' == 'A'", false), ("vars.nothing == null", true),
            ("-0.0 == 0", true), ("vars.list != vars.map", true), ("true == 'true'", false),
        ]
    )
    func equality(text: String, expected: Bool) throws {
        #expect(try value(of: "${{ \(text) }}") == .bool(expected))
    }

    @Test(
        "Only true and false are conditions",
        arguments: [
            ("1 && true", "expected true or false, found the integer 1"),
            ("true && 'true'", "expected true or false, found the string \"true\""),
            ("!null", "expected true or false, found null"), ("!''", "expected true or false, found the string \"\""),
            ("false || vars.list", "expected true or false, found an array of 3"),
            ("vars.map && true", "expected true or false, found an object"),
        ]
    )
    func strictBooleans(text: String, expected: String) {
        #expect(sentence("${{ \(text) }}") == expected)
    }

    @Test("What an operator has decided already is not evaluated")
    func shortCircuit() throws {
        #expect(try value(of: "${{ false && vars.nothing.inner }}") == false)
        #expect(try value(of: "${{ true || vars.nothing.inner }}") == true)
        #expect(try value(of: "${{ vars.nothing != null && vars.nothing.inner == 1 }}") == false)
    }

    @Test(
        "A path that leads nowhere is named, with what is there instead",
        arguments: [
            ("vars.onne", "vars.onne is not defined; did you mean vars.one?"),
            ("vars.zzzzzz", "vars.zzzzzz is not defined"),
            ("vars", "expected the name of a variable after vars, as in vars.name"),
            ("vars[0]", "expected the name of a variable after vars, as in vars.name"),
            ("vars.one.two", "vars.one has no member \"two\", it is the integer 1"),
            ("vars.list[3]", "vars.list has no element 3, it is an array of 3"),
            ("vars.list.first", "vars.list has no member \"first\", it is an array of 3"),
            ("vars.map.inner.deeper", "vars.map.inner has no member \"deeper\", it is an object"),
            ("vars.map[0]", "vars.map has no element 0, it is an object"),
            ("vars.nothing.x", "vars.nothing has no member \"x\", it is null"),
            ("vars.map.list[0][9]", "vars.map.list[0] has no element 9, it is an array of 2"),
            ("vars.list[99999999999999999]", "vars.list has no element 99999999999999999, it is an array of 3"),
            ("item", "item has a value only in a step with for_each"),
            ("item.title", "item has a value only in a step with for_each"),
            ("index", "index has a value only in a step with for_each"),
            ("env", "expected the name of one environment variable after env, as in env.HOME"),
            ("env.A.B", "expected the name of one environment variable after env, as in env.HOME"),
            (
                "env.DEFERNO_TEST_ABSENT",
                "the script does not name the environment variable DEFERNO_TEST_ABSENT; add it to env, as in "
                    + "env: [DEFERNO_TEST_ABSENT], before steps"
            ),
            ("steps.a.result", "no result of step a is known"),
            ("steps.a", "expected steps.<id>.result or steps.<id>.status, found steps.a"),
            ("steps", "expected steps.<id>.result or steps.<id>.status, found steps"),
            ("steps.a.reslt.id", "expected steps.<id>.result or steps.<id>.status, found steps.a.reslt.id"),
            ("steps[0].result", "expected steps.<id>.result or steps.<id>.status, found steps[0].result"),
        ]
    )
    func wrongPaths(text: String, expected: String) {
        #expect(sentence("${{ \(text) }}") == expected)
    }

    @Test("env has the variables of the environment that the script names, always as text")
    func environment() throws {
        let path = try #require(getenv("PATH").map { String(cString: $0) })
        var scope = ExpressionScope(variables: .sample)
        for name in ["PATH", "DEFERNO_TEST_ABSENT"] { #expect(scope.environment.add(name) == nil) }
        #expect(try value(of: "${{ env.PATH }}", in: scope) == .string(path))
        #expect(try value(of: "${{ env['PATH'] }}", in: scope) == .string(path))
        #expect(try value(of: "-${{ env.PATH }}-", in: scope) == .string("-\(path)-"))
        #expect(
            sentence("${{ env.DEFERNO_TEST_ABSENT }}", in: scope)
                == "the environment variable DEFERNO_TEST_ABSENT is not set")
        #expect(sentence("${{ env.HOME }}", in: scope).hasSuffix("add it to env, as in env: [HOME], before steps"))
    }

    @Test("item and index are what for_each is at")
    func item() throws {
        var scope = ExpressionScope(variables: JSONObject())
        scope.item = .value(["title": "Buy milk", "labels": ["home"]])
        scope.index = .value(3)
        #expect(try value(of: "${{ item.labels[0] }} ${{ index }}", in: scope) == "home 3")
        #expect(try value(of: "${{ index == 3 }}", in: scope) == true)
        #expect(sentence("${{ item.titl }}", in: scope) == "item has no member \"titl\", it is an object")
        #expect(sentence("${{ index.x }}", in: scope) == "index has no member \"x\", it is the integer 3")
    }

    @Test("steps have their status, and those that ended well their result")
    func steps() throws {
        var scope = ExpressionScope(variables: JSONObject())
        scope.steps = [
            "good": StepRecord(status: .ok, result: ["id": "x", "list": [1, 2]]),
            "1st": StepRecord(status: .ok, result: 1), "bad": StepRecord(status: .failed, result: nil),
        ]
        #expect(try value(of: "${{ steps.good.result.list[1] }}", in: scope) == 2)
        #expect(try value(of: "${{ steps['1st'].result }}", in: scope) == 1)
        #expect(try value(of: "${{ steps.bad.status }}", in: scope) == "failed")
        #expect(try value(of: "${{ steps.bad.status == 'ok' }}", in: scope) == false)
        #expect(
            sentence("${{ steps.bad.result.id }}", in: scope) == "step bad has no result, since it ended as failed")
        #expect(
            sentence("${{ steps.good.result.idd }}", in: scope)
                == "steps.good.result has no member \"idd\", it is an object")
        #expect(
            sentence("${{ steps.good.status.x }}", in: scope)
                == "steps.good.status has no member \"x\", it is the string \"ok\"")
    }

    @Test("Every reference is found, wherever it stands")
    func references() throws {
        let text = "${{ !(vars.a == 1 || env.B != item.c) && index == 2 }} and ${{ steps.d.result }}"
        var found: [String] = []
        try template(of: text).forEachReference { reference, _ in found.append(reference.description) }
        #expect(found == ["vars.a", "env.B", "item.c", "index", "steps.d.result"])
    }
}
