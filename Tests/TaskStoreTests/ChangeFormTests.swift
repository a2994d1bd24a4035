import Foundation
import OperationCatalogue
import TaskRules
import Testing

@Suite("The form of a change")
struct ChangeFormTests {
    private static let article = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/TaskRules/TaskRules.docc/Changes.md")

    @Test("The article's examples are read, and written as they stand there")
    func examples() throws {
        let text = try String(contentsOf: Self.article, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("{\"task\"") }
        #expect(lines.count == 4)
        for line in lines {
            let json = try JSONText(validating: Array(line.utf8)).value()
            let change = try Change(json, at: Timestamp(seconds: 0))
            var writer = JSONWriter()
            writer.changes([change])
            #expect(writer.takeText().description == "[\(line)]")
        }
    }

    @Test(
        "What is no change is refused, with the place of what is wrong",
        arguments: [
            (#"{"task":"x"}"#, ["task"]),
            (#"{"task":"018f2b6e-0000-7000-8000-000000000001","title":"T","change":"burn"}"#, ["change"]),
            (
                #"{"task":"018f2b6e-0000-7000-8000-000000000001","title":"T","change":"update","fields":{"rev":{"before":1,"after":2}}}"#,
                ["fields", "rev"]
            ),
            (
                #"{"task":"018f2b6e-0000-7000-8000-000000000001","title":"T","change":"update","fields":{"title":{"after":"x"}}}"#,
                ["fields", "title"]
            ),
            (
                #"{"task":"018f2b6e-0000-7000-8000-000000000001","title":"T","change":"create","after":{"date_created":"2026-11-30T17:00:00Z","status":"lost"}}"#,
                ["after", "status"]
            ),
            (#"{"task":"018f2b6e-0000-7000-8000-000000000001","title":"T","change":"delete"}"#, ["before"]),
        ])
    func faults(_ text: String, path: [String]) throws {
        let json = try JSONText(validating: Array(text.utf8)).value()
        let fault = #expect(throws: FieldFault.self) { try Change(json, at: nil) }
        #expect(fault?.path == path)
    }
}
