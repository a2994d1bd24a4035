import OperationCatalogue
import Testing

@Suite("The public JSONTestSuite")
struct JSONTestSuiteTests {
    private typealias Folder = JSONTestSuiteFolder

    /// RFC 8259, section 4, lets an object name a key twice but promises nothing about its meaning: here it is refused.
    private static let refusedOnPurpose: Set = ["y_object_duplicated_key", "y_object_duplicated_key_and_value"]

    private enum Decision {
        case accepted(JSONValue)
        case refused
    }

    /// What RFC 8259 leaves open, as it is decided here.
    private static let decided: [String: Decision] = [
        // A number too close to zero for a double is rounded to zero, as IEEE 754 rounds.
        "i_number_double_huge_neg_exp": .accepted([0.0]),
        "i_number_real_underflow": .accepted([0.0]),
        // An integer too big for 64 bits is rounded to the nearest double.
        "i_number_too_big_neg_int": .accepted([.number(-123_123_123_123_123_123_123_123_123_123.0)]),
        "i_number_too_big_pos_int": .accepted([.number(1e20)]),
        "i_number_very_big_negative_int": .accepted([
            .number(-237_462_374_673_276_894_279_832_749_832_423_479_823_246_327_846.0)
        ]),
        // A number too big for a double is refused, not turned into an infinity.
        "i_number_huge_exp": .refused,
        "i_number_neg_int_huge_exp": .refused,
        "i_number_pos_double_huge_exp": .refused,
        "i_number_real_neg_overflow": .refused,
        "i_number_real_pos_overflow": .refused,
        // Half of a surrogate pair is no character and is refused.
        "i_object_key_lone_2nd_surrogate": .refused,
        "i_string_1st_surrogate_but_2nd_missing": .refused,
        "i_string_1st_valid_surrogate_2nd_invalid": .refused,
        "i_string_incomplete_surrogate_and_escape_valid": .refused,
        "i_string_incomplete_surrogate_pair": .refused,
        "i_string_incomplete_surrogates_escape_valid": .refused,
        "i_string_invalid_lonely_surrogate": .refused,
        "i_string_invalid_surrogate": .refused,
        "i_string_inverted_surrogates_U+1D11E": .refused,
        "i_string_lone_second_surrogate": .refused,
        // Bytes that are not well-formed UTF-8 are refused, not replaced.
        "i_string_UTF-8_invalid_sequence": .refused,
        "i_string_UTF8_surrogate_U+D800": .refused,
        "i_string_invalid_utf-8": .refused,
        "i_string_iso_latin_1": .refused,
        "i_string_lone_utf8_continuation_byte": .refused,
        "i_string_not_in_unicode_range": .refused,
        "i_string_overlong_sequence_2_bytes": .refused,
        "i_string_overlong_sequence_6_bytes": .refused,
        "i_string_overlong_sequence_6_bytes_null": .refused,
        "i_string_truncated-utf-8": .refused,
        // Other encodings and byte order marks are refused.
        "i_string_UTF-16LE_with_BOM": .refused,
        "i_string_utf16BE_no_BOM": .refused,
        "i_string_utf16LE_no_BOM": .refused,
        "i_structure_UTF-8_BOM_empty_object": .refused,
        // Deeper than the limit of 128.
        "i_structure_500_nested_arrays": .refused,
    ]

    @Test("In CI the cases are there")
    func casesAreThere() {
        let isThere = !Folder.cases(prefix: "y_").isEmpty
        #expect(isThere || !Folder.isPromised, "DEFERNO_CORPORA must name the folder of the corpora when CI is true")
    }

    @Test("What must be accepted is accepted and comes back the same from the writer", .enabled(if: Folder.path != nil))
    func accepted() throws {
        let cases = Folder.cases(prefix: "y_")
        #expect(cases.count >= 95)
        for entry in cases where !Self.refusedOnPurpose.contains(entry.name) {
            let value = try #require(try? JSONReader.value(entry.bytes), "\(entry) was refused")
            let text = JSONText(value)
            #expect(try text.value() == value, "\(entry)")
            #expect(try JSONText(validating: text.bytes) == text, "\(entry): the writer's text is not compact")
            #expect(try JSONText(validating: entry.bytes).value() == value, "\(entry): compaction changed it")
        }
    }

    @Test("A key that stands twice is refused, though the suite lets it pass", .enabled(if: Folder.path != nil))
    func duplicates() {
        let cases = Folder.cases(prefix: "y_").filter { Self.refusedOnPurpose.contains($0.name) }
        #expect(cases.count == Self.refusedOnPurpose.count)
        for entry in cases {
            expectRefused(entry)
        }
    }

    @Test("What must be refused is refused, with a place within the text", .enabled(if: Folder.path != nil))
    func refused() {
        let cases = Folder.cases(prefix: "n_")
        #expect(cases.count >= 188)
        for entry in cases {
            expectRefused(entry)
        }
    }

    @Test("What may be either is as the table says", .enabled(if: Folder.path != nil))
    func undecided() throws {
        let cases = Folder.cases(prefix: "i_")
        #expect(Set(cases.map(\.name)) == Set(Self.decided.keys))
        for entry in cases {
            switch Self.decided[entry.name] {
            case .accepted(let value):
                #expect(try JSONReader.value(entry.bytes) == value, "\(entry)")
                #expect(try JSONText(validating: entry.bytes).value() == value, "\(entry)")
            case .refused, nil:
                expectRefused(entry)
            }
        }
    }

    private func expectRefused(_ entry: Folder.Case) {
        let byReader = #expect(throws: JSONSyntaxError.self, "\(entry)") { try JSONReader.value(entry.bytes) }
        let byCompaction = #expect(throws: JSONSyntaxError.self, "\(entry)") { try JSONText(validating: entry.bytes) }
        #expect(byReader == byCompaction)
        #expect(0...entry.bytes.count ~= byReader?.offset ?? -1, "\(entry)")
    }
}
