import Glibc
import OperationCatalogue
import Testing

@Suite("JSON numbers")
struct JSONNumberTests {
    @Test(
        "are integers when they fit 64 bits, else doubles",
        arguments: [
            ("0", .integer(0)), ("7", 7), ("-7", -7), ("123456789012345678", 123_456_789_012_345_678),
            ("-0", .number(-0.0)), ("0.0", 0.0), ("1.0", 1.0), ("1e2", 100.0), ("1E+2", 100.0), ("25e-1", 2.5),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(0x1p63)), ("-9223372036854775809", .number(-0x1p63)),
            ("18446744073709551615", .number(0x1p64)), ("99999999999999999999", .number(1e20)),
            ("1000000000000000000", 1_000_000_000_000_000_000), ("0e400", 0.0), ("0.0e99999999999999999999", 0.0),
            ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)), ("5e-324", .number(.leastNonzeroMagnitude)),
            ("1e-400", 0.0), ("1e-99999999999999999999", 0.0),
        ] as [(String, JSONValue)])
    func values(text: String, expected: JSONValue) throws {
        let value = try JSONReader.value(text.utf8)
        #expect(value == expected)
        #expect(value.doubleValue?.sign == expected.doubleValue?.sign)
        #expect(try JSONText(validating: text.utf8).bytes == Array(text.utf8))
    }

    @Test(
        "that are infinite as doubles are refused by reader and compaction",
        arguments: ["1e309", "-1e309", "1.7976931348623159e308", "1e99999999999999999999", "0.1e310"])
    func infinite(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONReader.value(text.utf8) }
        #expect(throws: JSONSyntaxError.self) { try JSONText(validating: text.utf8) }
    }

    @Test("with very many digits are rounded once, and quickly", .timeLimit(.minutes(1)))
    func longNumbers() throws {
        let nines = String(repeating: "9", count: 200_000)
        #expect(throws: JSONSyntaxError.self) { try JSONReader.value(nines.utf8) }
        #expect(try JSONReader.value("0.\(nines)".utf8) == 1.0)
        let zeros = String(repeating: "0", count: 200_000)
        #expect(try JSONReader.value("1\(zeros)e-200000".utf8) == 1.0)
        #expect(try JSONReader.value("0.\(zeros)1e200001".utf8) == 1.0)
        #expect(try JSONText(validating: "0.\(zeros)1e200001".utf8).bytes.count == 200_010)
        #expect(try JSONReader.value("9007199254740993.\(zeros)1".utf8) == .number(9_007_199_254_740_994))
    }

    @Test("come back bit for bit, whatever the double", arguments: UInt64(1)...4)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var doubles = (0..<10_000).map { _ in random.double() }
        doubles += (0..<2000).map { _ in Double(Int64.random(in: -1_000_000...1_000_000, using: &random)) / 1000 }
        doubles += (0..<2000).map { _ in Double(Int64(truncatingIfNeeded: random.next()) >> random.below(64)) }
        doubles += [
            0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p53, 0x1p53 - 1,
            0x1p53 + 2, 0.1,
        ]
        for double in doubles {
            var writer = JSONWriter()
            writer.number(double)
            let text = writer.takeText()
            #expect(text.description == double.description)
            guard case .number(let read) = try text.value() else {
                Issue.record("\(text) is not read as a number")
                continue
            }
            #expect(read.bitPattern == double.bitPattern)
        }
    }

    @Test("are rounded as the C library rounds them", arguments: UInt64(1)...4)
    func decimals(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let digits = (0..<1 + random.below(25)).map { _ in String(random.below(10)) }.joined()
            let text = "\(1 + random.below(9)).\(digits)e\(random.below(640) - 330)"
            let expected = strtod(text, nil)
            guard expected.isFinite else { continue }
            #expect(try JSONReader.value(text.utf8) == .number(expected), "\(text)")
        }
    }
}
