import Testing

@testable import YAMLEvents

@Suite("The YAML 1.2 core schema")
struct CoreSchemaTests {
    private func value(_ text: String) throws -> YAMLCoreValue {
        try #require(try compose("- " + text)?.items?.first).coreValue()
    }

    private func resolvingError(_ text: String) -> YAMLError? {
        do {
            _ = try value(text)
            return nil
        } catch {
            return error as? YAMLError
        }
    }

    @Test("null", arguments: ["", "~", "null", "Null", "NULL", "!!null null", "!!null \"\""])
    func null(text: String) throws {
        #expect(try value(text) == .null)
    }

    @Test(
        "booleans",
        arguments: [
            ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
            ("!!bool \"true\"", true),
        ])
    func booleans(text: String, expected: Bool) throws {
        #expect(try value(text) == .bool(expected))
    }

    @Test(
        "integers",
        arguments: [
            ("0", 0), ("-0", 0), ("+12", 12), ("-19", -19), ("0777", 777), ("0o777", 511), ("0xfF", 255), ("007", 7),
            ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("0x7fffffffffffffff", Int64.max),
            ("!!int \"42\"", 42), ("!!int 0o17", 15), ("0000000000000000000000000000001", 1),
        ])
    func integers(text: String, expected: Int64) throws {
        #expect(try value(text) == .integer(expected))
    }

    @Test(
        "floats",
        arguments: [
            ("1.", 1), (".5", 0.5), ("-.5", -0.5), ("+1.5", 1.5), ("1e3", 1000), ("1E-2", 0.01), ("12e+03", 12000),
            ("-2E+05", -200_000), ("1.e1", 10), ("0.", 0), (".inf", .infinity), ("-.Inf", -.infinity),
            ("+.INF", .infinity), ("!!float 1", 1), ("!!float \"2.5\"", 2.5), ("1e-999", 0),
            ("1.7976931348623157e308", Double.greatestFiniteMagnitude), ("!!float 99999999999999999999", 1e20),
        ])
    func floats(text: String, expected: Double) throws {
        #expect(try value(text) == .number(expected))
    }

    @Test("not a number", arguments: [".nan", ".NaN", ".NAN"])
    func notANumber(text: String) throws {
        guard case .number(let number) = try value(text) else {
            Issue.record("expected a number")
            return
        }
        #expect(number.isNaN)
    }

    @Test(
        "everything else is a string",
        arguments: [
            "no", "yes", "on", "off", "y", "n", "No", "1:30", "1_000", "0b11", "0o8", "0o", "0x", "0xg", "+0x1", "-0o1",
            "0X1F", "0O7", ".", "..", "+", "+.", "-.", "e3", "1e", "1e+", "1.5.2", ".e1", "1.2e3.4", "2024-01-01",
            "nULL", "tRUE", "truee", "nul", "fals", "NaN", ".Nan", "inf", "+.nan", ".iNF", "~~", "1 2", "٣", "é",
            "12three", "1,000", "None", "TrUE", "falsE",
        ])
    func strings(text: String) throws {
        #expect(try value(text) == .string(text))
    }

    @Test(
        "what is quoted, folded or tagged !!str is a string",
        arguments: ["'1'", "\"true\"", "!!str 1", "!!str", "|\n  1"])
    func quoted(text: String) throws {
        guard case .string = try value(text) else {
            Issue.record("expected a string")
            return
        }
    }

    @Test(
        "an integer beyond Int64 is refused and names the range",
        arguments: ["9223372036854775808", "-9223372036854775809", "0x8000000000000000", "0o1000000000000000000000"])
    func integerRange(text: String) throws {
        let error = try #require(resolvingError(text))
        #expect(error.kind == .value)
        #expect(error.mark == YAMLMark(line: 1, column: 3))
        #expect(error.message.contains("outside the range -9223372036854775808 to 9223372036854775807"))
    }

    @Test("a float beyond Double is refused", arguments: ["1e309", "-1e999", "!!float 1e400"])
    func floatRange(text: String) throws {
        #expect(resolvingError(text)?.kind == .value)
    }

    @Test(
        "a tag that does not fit its text is refused with what was expected",
        arguments: [
            ("!!int x", "!!int: expected a whole number"), ("!!int 1.0", "!!int"), ("!!int \"\"", "!!int"),
            ("!!bool yes", "!!bool: expected true or false"), ("!!null x", "!!null"), ("!!float x", "!!float"),
            ("!!float 0x10", "!!float"),
        ])
    func wrongTags(text: String, part: String) throws {
        let error = try #require(resolvingError(text))
        #expect(error.kind == .value)
        #expect(error.message.contains(part))
        #expect(error.mark == YAMLMark(line: 1, column: 3))
    }

    @Test("a collection has no single value")
    func collections() throws {
        #expect(resolvingError("[1]")?.kind == .value)
        #expect(resolvingError("{a: 1}")?.kind == .value)
    }

    @Test("a scalar built by hand is typed like one that was read")
    func builtByHand() throws {
        for text in ["1", "x", "true", "null", "note", ".5"] {
            #expect(try compose(text)?.scalar == YAMLScalar(value: text, style: .plain))
        }
    }
}
