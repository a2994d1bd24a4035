import OperationCatalogue
import Testing

@testable import BatchFrontend

@Suite("The grammar of expressions")
struct ExpressionGrammarTests {
    @Test(
        "Every form of a literal has its value",
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-7", -7), ("007", 7), ("2.5", 2.5),
            ("-0.5", -0.5), ("1e3", 1000.0), ("1.5E-1", 0.15), ("9223372036854775807", 9_223_372_036_854_775_807),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("'text'", "text"), ("\"text\"", "text"), ("''", ""), ("\"\"", ""), ("'it''s'", "it's"),
            ("\"say \"\"hi\"\"\"", "say \"hi\""), ("'\"'", "\""), ("\"'\"", "'"), ("''''", "'"), ("'}}'", "}}"),
            ("'${{'", "${{"), ("'ä😀'", "ä😀"), ("'a\nb'", "a\nb"),
        ] as [(String, JSONValue)]
    )
    func literals(text: String, expected: JSONValue) throws {
        #expect(try value(of: "${{ \(text) }}") == expected)
    }

    @Test(
        "Every form of a reference reaches its value",
        arguments: [
            ("vars.one", 1), ("vars['one']", 1), ("vars[\"one\"]", 1), ("vars[ 'one' ]", 1), ("vars.list[0]", "a"),
            ("vars.list[ 2 ]", 3), ("vars.map.inner.deep", "found"), ("vars.map['two words']", 2),
            ("vars['map']['list'][0][1]", 2), ("vars.with-dash", "dashed"), ("vars._under", "scored"),
            ("vars.true", "shadow"), ("vars.list", ["a", "b", 3]), ("vars.nothing", .null),
        ] as [(String, JSONValue)]
    )
    func references(text: String, expected: JSONValue) throws {
        #expect(try value(of: "${{ \(text) }}") == expected)
    }

    @Test(
        "Operators bind as written: not, equality, and, or",
        arguments: [
            ("true || false && false", true), ("(true || false) && false", false), ("false && false || true", true),
            ("!false && false", false), ("!(false && false)", true), ("!!true", true), ("! ! true", true),
            ("1 == 1 && 2 == 3", false), ("1 == 2 || 2 == 2", true), ("!true == false", true), ("true != !true", true),
            ("!(1 == 2)", true), ("(((true)))", true), ("'a' == 'a' && 'b' != 'c' || false", true),
            ("false || false || true", true), ("true && true && false", false), ("(1 == 1) == true", true),
        ]
    )
    func precedence(text: String, expected: Bool) throws {
        #expect(try value(of: "${{ \(text) }}") == .bool(expected))
    }

    @Test(
        "White space does not matter around tokens, line breaks included",
        arguments: [
            "${{vars.one==1&&vars.yes}}", "${{  vars.one  ==  1  &&  vars.yes  }}",
            "${{\n\tvars.one ==\r\n1 && vars.yes\n}}",
        ]
    )
    func whiteSpace(text: String) throws {
        #expect(try value(of: text) == true)
    }

    @Test(
        "What is no expression says what was expected and what was found",
        arguments: [
            ("${{ }}", "expected a value in the expression, found '}'"),
            ("${{", "expected a value in the expression, found the end of the text"),
            ("${{ vars.one", "expected }} in the expression, found the end of the text"),
            ("${{ vars.one }", "expected }} in the expression, found '}'"),
            ("${{ vars.one vars.half }}", "expected }} in the expression, found 'v'"),
            ("${{ vars. }}", "expected a name after '.' in the expression, found ' '"),
            ("${{ vars.1 }}", "expected a name after '.' in the expression, found '1'"),
            ("${{ (true }}", "expected ) in the expression, found '}'"),
            ("${{ true) }}", "expected }} in the expression, found ')'"),
            ("${{ vars['one' }}", "expected ] in the expression, found '}'"),
            ("${{ vars.list[-1] }}", "expected a position from 0, or a quoted name in the expression, found '-'"),
            ("${{ vars.list[1.5] }}", "expected a position from 0, or a quoted name in the expression, found ']'"),
            ("${{ vars.list[one] }}", "expected a position from 0, or a quoted name in the expression, found 'o'"),
            ("${{ vars.list[] }}", "expected a position from 0, or a quoted name in the expression, found ']'"),
            ("${{ 'open }}", "the text that begins with ' has no closing quote"),
            ("${{ \"open' }}", "the text that begins with \" has no closing quote"),
            ("${{ 1-2 }}", "expected a number, found \"1-2\""), ("${{ - }}", "expected a number, found \"-\""),
            ("${{ 1e999 }}", "expected a number, found \"1e999\""),
            ("${{ 1_000 }}", "expected }} in the expression, found '_'"),
            ("${{ a == b == c }}", "unknown reference a; a reference begins with vars, env, item, index, steps"),
            ("${{ 1 == 1 == 1 }}", "expected }} in the expression, found '='; == compares"),
            ("${{ true && }}", "expected a value in the expression, found '}'"),
            ("${{ true & true }}", "expected }} in the expression, found '&'; && means and"),
            ("${{ true = true }}", "expected }} in the expression, found '='; == compares"),
            ("${{ ! }}", "expected a value in the expression, found '}'"),
            ("${{ != 1 }}", "expected a value in the expression, found '!'"),
            ("${{ $x }}", "expected a value in the expression, found '$'"),
            ("${{ ä }}", "expected a value in the expression, found 'ä'"),
            ("${{ True }}", "unknown reference True; a reference begins with vars, env, item, index, steps"),
            ("${{ var.one }}", "unknown reference var; did you mean vars?"),
            ("${{ step.a.result }}", "unknown reference step; did you mean steps?"),
            ("${{ evn.HOME }}", "unknown reference evn; did you mean env?"),
        ]
    )
    func garbage(text: String, expected: String) {
        #expect(sentence(text) == expected)
    }

    @Test("Parentheses and negations may be 60 deep, and a hundred thousand are refused")
    func depth() throws {
        let allowed = String(repeating: "(", count: 60) + "true" + String(repeating: ")", count: 60)
        #expect(try value(of: "${{ \(allowed) }}") == true)
        #expect(try value(of: "${{ \(String(repeating: "!", count: 60))true }}") == true)
        for mark in ["(", "!"] {
            let text = "${{ \(String(repeating: mark, count: 100_000))true }}"
            #expect(sentence(text) == "the expression is nested more than 64 deep")
        }
    }

    @Test(
        "A chain of a hundred operators is read, and one of two hundred thousand is refused", arguments: ["||", "&&"])
    func chains(operation: String) throws {
        let short = Array(repeating: "true", count: 101).joined(separator: " \(operation) ")
        #expect(try value(of: "${{ \(short) }}") == true)
        let long = Array(repeating: "true", count: 200_000).joined(separator: operation)
        #expect(sentence("${{ \(long) }}") == "the expression has more than 256 operators")
    }

    @Test("Characters that combine with the braces do not hide an expression")
    func combiningCharacters() throws {
        #expect(try value(of: "${{ vars.text }}\u{301}") == "word\u{301}")
        #expect(try value(of: "e\u{301}${{ vars.text }}\u{FE0F}") == "e\u{301}word\u{FE0F}")
        #expect(try value(of: "${{ 'a'\u{20}== 'a' }}") == true)
    }

    @Test("A text of four million characters with one expression at its end is read in time in proportion")
    func longText() throws {
        func time(words: Int) throws -> Duration {
            let clock = ContinuousClock()
            let start = clock.now
            let value = try value(of: String(repeating: "long ", count: words) + "${{ vars.text }}")
            #expect(value.stringValue?.utf8.count == words * 5 + 4)
            return clock.now - start
        }
        let (tenth, whole) = (try time(words: 80_000), try time(words: 800_000))
        // A loaded machine is slow with both; what is quadratic takes a hundred times as long.
        #expect(whole < .seconds(20) || whole < tenth * 60)
    }
}
