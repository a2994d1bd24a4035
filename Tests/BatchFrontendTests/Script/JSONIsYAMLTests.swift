import Foundation
import OperationCatalogue
import Testing
import YAMLEvents

@testable import BatchFrontend

/// JSON is YAML: what the reader of JSON makes of the public JSONTestSuite, the reader of scripts makes of it too.
@Suite("JSON is YAML")
struct JSONIsYAMLTests {
    private static let folder = ProcessInfo.processInfo.environment["DEFERNO_CORPORA"].map {
        URL(filePath: $0).appending(path: "json")
    }

    /// The texts of the suite whose names begin with a prefix.
    private static func texts(_ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = try #require(folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted()
            .map { (String($0.dropLast(5)), Array(try Data(contentsOf: folder.appending(path: $0)))) }
    }

    private func value(_ bytes: [UInt8]) -> JSONValue? {
        do {
            var composer = try YAMLComposer(bytes: bytes)
            guard let node = try composer.composeDocument() else { return nil }
            return TemplateReader.literal(node, isData: true)
        } catch {
            return nil
        }
    }

    /// Whether two values are the same, where 1 and 1.0 are one number.
    private func areSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { areSame($0, $1) }
        case (.object(let left), .object(let right)):
            left.members.map(\.key) == right.members.map(\.key)
                && zip(left.members, right.members).allSatisfy { areSame($0.value, $1.value) }
        default: left == right || left.doubleValue != nil && left.doubleValue == right.doubleValue
        }
    }

    @Test("What JSON accepts has the same value as YAML", .enabled(if: folder != nil))
    func accepted() throws {
        var count = 0
        for text in try Self.texts("y_") {
            // A key that stands twice is refused by both.
            guard let expected = try? JSONReader.value(text.bytes) else { continue }
            let found = try #require(value(text.bytes), "\(text.name) was refused")
            #expect(areSame(found, expected), "\(text.name): \(found)")
            count += 1
        }
        #expect(count >= 90)
    }

    @Test("Half of a surrogate pair and bytes that are no UTF-8 are refused by both", .enabled(if: folder != nil))
    func refused() throws {
        var count = 0
        for text in try Self.texts("i_string") where !text.name.contains("UTF-16LE_with_BOM") {
            #expect((try? JSONReader.value(text.bytes)) == nil, "\(text.name)")
            #expect(value(text.bytes) == nil, "\(text.name)")
            count += 1
        }
        #expect(count >= 20)
    }

    @Test("A document of every character, escaped or not, is the same in both")
    func everyCharacter() throws {
        var scalars = String.UnicodeScalarView()
        for value in 1..<UInt32(0x3000) { Unicode.Scalar(value).map { scalars.append($0) } }
        for value in stride(from: UInt32(0xD000), to: 0x11_0000, by: 101) {
            Unicode.Scalar(value).map { scalars.append($0) }
        }
        scalars.append(contentsOf: "\u{FEFF}\u{FFFE}\u{FFFF}\u{10FF80}\u{10FFBF}".unicodeScalars)
        let text = String(scalars)
        // A key is written in at most 1,024 characters in YAML (YAML 1.2.2 section 7.4).
        let key = String(String.UnicodeScalarView(scalars.suffix(80)))
        let plain = JSONText(.object([key: .string(text)])).bytes
        let escaped =
            "{"
            + [key, text].map { part in
                "\"" + part.utf16.map { "\\u" + String(UInt32($0) + 0x1_0000, radix: 16).dropFirst() }.joined() + "\""
            }
            .joined(separator: ": ") + "}"
        for bytes in [Array(plain), Array(escaped.utf8)] {
            #expect(try value(bytes) == JSONReader.value(bytes))
        }
    }
}
