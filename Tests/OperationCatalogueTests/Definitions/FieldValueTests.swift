import OperationCatalogue
import Testing

@Suite("The check of single values")
struct FieldValueTests {
    /// The sentence of the fault, with its place; `nil` where the value passes.
    private func fault<Value: FieldValue>(
        _ type: Value.Type, _ json: JSONValue, _ limits: FieldLimits = FieldLimits()
    ) -> String? {
        do {
            _ = try Value.decode(json, limits: limits)
            return nil
        } catch {
            return (error.path + [error.message]).joined(separator: ": ")
        }
    }

    @Test("A text's length counts in Unicode scalars, whatever their bytes")
    func textLength() {
        let limits = FieldLimits(length: 2...4)
        for text in ["ab", "abcd", "ää", "😀😀😀😀", "e\u{301}e\u{301}"] {
            #expect(fault(String.self, .string(text), limits) == nil)
        }
        #expect(fault(String.self, "", limits) == "must not be empty")
        #expect(fault(String.self, "a", limits) == "expected at least 2 characters, found 1")
        #expect(fault(String.self, "😀", limits) == "expected at least 2 characters, found 1")
        #expect(fault(String.self, "abcde", limits) == "expected at most 4 characters, found 5")
        #expect(fault(String.self, "e\u{301}e\u{301}e", limits) == "expected at most 4 characters, found 5")
        #expect(fault(String.self, "", FieldLimits(length: 0...0)) == nil)
        #expect(fault(String.self, .string(String(repeating: "😀", count: 1_048_576))) == nil)
        #expect(
            fault(String.self, .string(String(repeating: "a", count: 1_048_577)))
                == "expected at most 1048576 characters, found 1048577")
    }

    @Test("A text holds no NUL, and other control characters are its own business")
    func nul() {
        #expect(fault(String.self, "a\0b") == "must not hold a NUL character (U+0000)")
        #expect(fault([String].self, ["a", "\0"]) == "1: must not hold a NUL character (U+0000)")
        #expect(fault(String.self, "\u{1}\u{7f}\n\u{FEFF}") == nil)
    }

    @Test("What is of the wrong type is named with what was found")
    func wrongTypes() {
        #expect(fault(String.self, 5) == "expected a string, found the integer 5")
        #expect(fault(String.self, nil) == "expected a string, found null")
        #expect(fault(Bool.self, "true") == "expected true or false, found the string \"true\"")
        #expect(fault(Int.self, 1.5) == "expected an integer, found the number 1.5")
        #expect(fault(Double.self, [1, 2]) == "expected a number, found an array of 2")
        #expect(fault([String].self, ["a": 1]) == "expected a list of strings, found an object")
        #expect(fault([String].self, ["a", false]) == "1: expected a string, found false")
        let long = JSONValue.string(String(repeating: "x", count: 41))
        #expect(fault(Bool.self, long) == "expected true or false, found a string of 41 characters")
        #expect(
            fault(TaskStatus.self, "finished")
                == "expected one of open, in-progress, in-review, done, dropped, pruned, found the string \"finished\"")
        #expect(fault(TaskStatus.self, "in_progress") != nil)
        #expect(fault(TaskStatus.self, "OPEN") != nil)
        #expect(
            fault(UniqueIdentifier.self, "17")
                == "expected a UUID such as \"7033cae7-eff6-4df1-bed9-01d16e89c2b0\", found the string \"17\"")
        #expect(
            fault(Timestamp.self, "tomorrow")
                == "expected a date and time (RFC 3339) such as \"2026-11-30T17:00:00Z\", found the string \"tomorrow\""
        )
    }

    @Test("Quotes and line breaks of a found string are escaped, so that a message stays one line")
    func escaped() {
        let message = fault(Bool.self, "a\n\"b\u{1B}")
        #expect(message?.contains("\n") == false)
        #expect(message?.contains("\u{1B}") == false)
    }

    @Test("Numbers keep to their range, and are finite")
    func numbers() {
        let limits = FieldLimits(range: -1...1)
        for json in [-1, 1, 0, 0.5, -1.0] as [JSONValue] { #expect(fault(Double.self, json, limits) == nil) }
        #expect(fault(Double.self, 1.01, limits) == "expected a number from -1.0 to 1.0, found the number 1.01")
        #expect(fault(Double.self, -2, limits) == "expected a number from -1.0 to 1.0, found the integer -2")
        for number in [Double.nan, .infinity, -.infinity] { #expect(fault(Double.self, .number(number)) != nil) }
        #expect(fault(Double.self, .number(.greatestFiniteMagnitude)) == nil)
        #expect(fault(Int.self, 1_000_001, FieldLimits(range: 0...1_000_000)) != nil)
        #expect(
            fault(Int.self, -1, FieldLimits(range: 0...1_000_000))
                == "expected an integer from 0 to 1000000, found the integer -1")
        for integer in [Int64.min, .max] { #expect(fault(Int.self, .integer(integer)) == nil) }
    }

    @Test("Bounds that no integer can hold do not crash the message")
    func unboundedIntegers() {
        let message = fault(Int.self, -1, FieldLimits(range: 0...Double.greatestFiniteMagnitude))
        #expect(message?.hasPrefix("expected an integer from 0 to 1.79") == true)
    }

    @Test("A list keeps to its count, and its texts to their length")
    func lists() {
        let limits = FieldLimits(length: 1...3, maximumCount: 2)
        #expect(fault([String].self, [], limits) == nil)
        #expect(fault([String].self, ["a", "bcd"], limits) == nil)
        #expect(fault([String].self, ["a", "b", "c"], limits) == "expected at most 2 entries, found 3")
        #expect(fault([String].self, ["a", ""], limits) == "1: must not be empty")
        #expect(fault([String].self, ["abcd"], limits) == "0: expected at most 3 characters, found 4")
    }

    @Test("A mood has two finite numbers and nothing else")
    func moods() throws {
        #expect(try Mood.decode(["r": 1, "theta": -3.5], limits: FieldLimits()) == Mood(r: 1, theta: -3.5))
        #expect(fault(Mood.self, ["r": 1]) == "theta: is required")
        #expect(fault(Mood.self, ["theta": 1]) == "r: is required")
        #expect(fault(Mood.self, ["r": 1, "theta": "1"]) == "theta: expected a number, found the string \"1\"")
        #expect(fault(Mood.self, ["r": nil, "theta": 1]) == "r: expected a number, found null")
        #expect(fault(Mood.self, ["r": 1, "theta": 1, "x": 1]) == "x: unknown field, expected r and theta only")
        #expect(fault(Mood.self, [1, 2])?.hasPrefix("expected an object such as {\"r\": 0.8, ") == true)
        #expect(fault(Mood.self, ["r": .number(.nan), "theta": 1]) != nil)
    }

    private func comesBack<Value: FieldValue & Equatable>(_ type: Value.Type) throws {
        let value = try Value.decode(Value.example, limits: FieldLimits())
        #expect(value.json == Value.example)
        #expect(try Value.decode(value.json, limits: FieldLimits()) == value)
    }

    @Test("The example of each type passes its check and comes back the same")
    func examples() throws {
        try comesBack(String.self)
        try comesBack(UniqueIdentifier.self)
        try comesBack(Timestamp.self)
        try comesBack(TaskStatus.self)
        try comesBack(Double.self)
        try comesBack(Int.self)
        try comesBack(Bool.self)
        try comesBack([String].self)
        try comesBack(Mood.self)
    }
}
