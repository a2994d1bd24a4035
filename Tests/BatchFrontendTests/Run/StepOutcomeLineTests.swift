import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("Outcome lines")
struct StepOutcomeLineTests {
    /// The lines of a script's outcomes, with the durations and names made up by the pipeline taken out after a look at them.
    private func lines(_ script: String) async throws -> [JSONObject] {
        let report = try await BatchRunner().run(script)
        return try report.outcomes.map { outcome in
            var writer = JSONWriter()
            outcome.write(to: &writer)
            let bytes = writer.takeBytes()
            #expect(bytes.last == UInt8(ascii: "\n") && bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
            var object = try #require(try JSONReader.value(Array(bytes.dropLast())).objectValue)
            #expect((object["ms"]?.doubleValue != nil) == (object["status"] != "skipped"))
            object["ms"] = nil
            #expect(object["run"]?.stringValue.flatMap { UniqueIdentifier($0) } != nil)
            object["run"] = nil
            #expect(object["file"]?.stringValue?.hasSuffix("/script0.yaml") == true)
            object["file"] = nil
            if let id = object["id"]?.stringValue, UniqueIdentifier(id) != nil { object["id"] = "made up" }
            return object
        }
    }

    @Test("Done, with a name of its own and with a made-up one")
    func ok() async throws {
        let found = try await lines(
            "steps:\n  - {id: a, op: create_task, args: {title: \"t\\n\\\"q\\\"\"}}\n  - op: whoami\n")
        let task: JSONValue = [
            "id": "00000000-0000-4000-8000-000000000001", "title": "t\n\"q\"", "sequence": 1, "labels": [],
        ]
        #expect(
            found.first == [
                "id": "a", "op": "create_task", "status": "ok", "result": task, "step": 1, "line": 2, "column": 5,
            ])
        #expect(found.first?.members.map(\.key) == ["id", "op", "status", "result", "step", "line", "column"])
        #expect(found.last?["id"] == "made up")
    }

    @Test("Failed, unknown, and skipped after it")
    func failed() async throws {
        let failed = try await lines("steps:\n  - {op: create_task, args: {title: fail}}\n  - {id: z, op: whoami}\n")
        #expect(
            failed == [
                [
                    "id": "made up", "op": "create_task", "status": "failed",
                    "error": ["code": "not_found", "status": 404, "message": "no such task"], "step": 1, "line": 2,
                    "column": 5,
                ],
                [
                    "id": "z", "op": "whoami", "status": "skipped",
                    "error": ["code": "not_run", "message": "not run, since an earlier step did not succeed"],
                    "step": 2, "line": 3, "column": 5,
                ],
            ])
        let unknown = try await lines("op: create_task\nargs: {title: unknown}\n")
        #expect(unknown.first?["status"] == "unknown")
        #expect(unknown.first?["error"]?["code"] == "backend_unreachable")
        #expect(unknown.first?["result"] == nil)
    }

    @Test("Skipped by its condition, without an error")
    func skipped() async throws {
        let found = try await lines("steps:\n  - {op: whoami, when: false}\n")
        #expect(found == [["op": "whoami", "status": "skipped", "step": 1, "line": 2, "column": 5]])
    }

    @Test("A reference without a value, at the place of the expression")
    func invalidReference() async throws {
        let found = try await lines(
            "steps:\n  - {id: a, op: whoami}\n  - op: get_task\n    args:\n      task_id: ${{ steps.a.result.x }}\n")
        let message = "steps.a.result has no member \"x\", it is an object"
        #expect(
            found.last == [
                "id": "made up", "op": "get_task", "status": "failed",
                "error": ["code": "invalid_reference", "message": .string(message)],
                "step": 2, "line": 5, "column": 16,
            ])
    }

    @Test("An element of for_each has its index")
    func index() async throws {
        let found = try await lines("op: create_task\nfor_each: [a, fail, c]\nargs: {title: \"${{ item }}\"}\n")
        #expect(found.map { $0["index"] } == [0, 1, 2])
        #expect(found.map { $0["step"] } == [1, 1, 1])
        #expect(found.map { $0["line"] } == [1, 1, 1])
        #expect(found.first?.members.map(\.key) == ["id", "op", "status", "result", "step", "index", "line", "column"])
    }
}
