import Foundation
import OperationCatalogue
import Testing

/// The Python package `jsonschema` (JSON Schema 2020-12, formats asserted).
enum SchemaValidator {
    /// Where it is missing the tests that need it are skipped, but never in CI (`CI` set), where they fail.
    static let isWanted = ProcessInfo.processInfo.environment["CI"]?.isEmpty == false || (try? verdicts(on: [])) != nil

    struct Case {
        let name: String
        let schema: JSONValue
        let instance: JSONValue
    }

    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator, FormatChecker
        for line in sys.stdin:
            case = json.loads(line)
            try:
                Draft202012Validator.check_schema(case["schema"])
                validator = Draft202012Validator(case["schema"], format_checker=FormatChecker(["uuid"]))
                errors = [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(case["instance"])]
            except Exception as error:
                errors = ["no schema: " + str(error)[:200]]
            print(json.dumps(errors))
        """

    /// For each case what is wrong with the instance, or with the schema; nothing where all is well.
    static func verdicts(on cases: [Case]) throws -> [[String]] {
        let lines = cases.map { JSONText(["schema": $0.schema, "instance": $0.instance]).description + "\n" }
        let folder = FileManager.default.temporaryDirectory.appending(path: "deferno-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "input"), folder.appending(path: "output"))
        try lines.joined().write(to: input, atomically: true, encoding: .utf8)
        try Data().write(to: output)

        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python3 with the package jsonschema is needed")
        return try Data(contentsOf: output).split(separator: UInt8(ascii: "\n")).map {
            try JSONText(validating: Array($0)).value().arrayValue?.compactMap(\.stringValue) ?? ["no verdict"]
        }
    }

    /// Expects every instance to be valid.
    static func expectValid(_ cases: [Case], location: SourceLocation = #_sourceLocation) throws {
        let verdicts = try verdicts(on: cases)
        #expect(verdicts.count == cases.count, sourceLocation: location)
        for (test, errors) in zip(cases, verdicts) {
            #expect(errors == [], "\(test.name)", sourceLocation: location)
        }
    }

    /// Expects every instance to be refused, and not because of its schema.
    static func expectInvalid(_ cases: [Case], location: SourceLocation = #_sourceLocation) throws {
        let verdicts = try verdicts(on: cases)
        #expect(verdicts.count == cases.count, sourceLocation: location)
        for (test, errors) in zip(cases, verdicts) {
            #expect(!errors.isEmpty, "\(test.name)", sourceLocation: location)
            #expect(errors.allSatisfy { !$0.hasPrefix("no schema") }, "\(test.name)", sourceLocation: location)
        }
    }
}
