import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("The results of tools")
struct ToolResultTests {
    private let task = JSONText(trusted: Array(#"{"id":"7","title":"\"Ä\"\n\\","n":1.50}"#.utf8))

    private func text(
        _ result: OperationResult, _ definition: OperationDefinition, _ version: ProtocolVersion = .july2026,
        _ selection: ToolSelection = .all
    ) throws -> String {
        var writer = JSONWriter()
        writer.beginObject()
        let toolResult = ToolResult(result, of: definition, selection: selection)
        toolResult.writeMembers(for: version, to: &writer)
        writer.endObject()
        let text = writer.takeText()
        // What is written is JSON.
        #expect(try JSONText(validating: text.bytes) == text)
        #expect(try text.value()["isError"] == .bool(toolResult.isError))
        return text.description
    }

    /// The texts of a failure: the seed's, and the advice.
    private func failure(
        _ result: OperationResult, _ definition: OperationDefinition, _ selection: ToolSelection = .all
    ) throws -> [String] {
        let json = try JSONText(validating: Array(try text(result, definition, .july2026, selection).utf8)).value()
        #expect(json["isError"] == true)
        #expect(json["structuredContent"] == nil)
        return (json["content"]?.arrayValue ?? []).compactMap { block in
            #expect(block["type"] == "text")
            return block["text"]?.stringValue
        }
    }

    @Test("A payload is one text block, and the structured content byte for byte")
    func payload() throws {
        #expect(
            try text(.ok(task), GetTask.definition)
                == #"{"content":[{"type":"text","text":"{\"id\":\"7\",\"title\":\"\\\"Ä\\\"\\n\\\\\",\"n\":1.50}"}],"#
                + #""structuredContent":{"id":"7","title":"\"Ä\"\n\\","n":1.50},"isError":false}"#)
    }

    @Test("A list is shown as it is, and wrapped as structured content")
    func list() throws {
        #expect(
            try text(.ok(JSONText(["a", 1])), ListTasks.definition)
                == #"{"content":[{"type":"text","text":"[\"a\",1]"}],"structuredContent":{"result":["a",1]},"isError":false}"#
        )
        #expect(
            try text(.ok(JSONText([])), GetDailyTasks.definition)
                == #"{"content":[{"type":"text","text":"[]"}],"structuredContent":{"result":[]},"isError":false}"#)
    }

    @Test("Versions before structured content do without", arguments: [ProtocolVersion.november2024, .march2025])
    func oldVersions(version: ProtocolVersion) throws {
        #expect(
            try text(.ok(JSONText(["a": 1])), GetTask.definition, version)
                == #"{"content":[{"type":"text","text":"{\"a\":1}"}],"isError":false}"#)
    }

    @Test("A sign-out is answered with the seed's sentence")
    func notice() throws {
        let payload = JSONText(["message": .string(Logout.notice)])
        #expect(
            try text(.ok(payload), Logout.definition)
                == #"{"content":[{"type":"text","text":"Logged out and credentials removed."}],"#
                + #""structuredContent":{"message":"Logged out and credentials removed."},"isError":false}"#)
    }

    @Test("A payload of a hundred thousand escapes comes through")
    func escapes() throws {
        let value = JSONValue.string(String(repeating: "\"\\\u{1}ü", count: 100_000))
        let payload = JSONText(["title": value])
        let json = try JSONText(validating: Array(try text(.ok(payload), GetTask.definition).utf8)).value()
        #expect(json["content"]?.arrayValue?.first?["text"] == .string(payload.description))
        #expect(json["structuredContent"]?["title"] == value)
    }

    @Test("A failure with a status is told in the seed's words")
    func seedTexts() throws {
        #expect(
            try text(.failed(OperationError(.notFound, "task not found")), GetTask.definition)
                == #"{"content":[{"type":"text","text":"Deferno API error 404: task not found"}],"isError":true}"#)
        let coded = OperationError(.notFound, "task \"x\" not found", status: 404, backendCode: "not_found")
        #expect(
            try failure(.failed(coded), GetTask.definition)
                == ["Deferno API error 404 [not_found]: task \"x\" not found"])
        #expect(
            try failure(.failed(OperationError(.backendUnreachable, "connection refused")), WhoAmI.definition)
                == ["Deferno API error 502: connection refused"])
        #expect(
            try failure(.failed(OperationError(.backendFailed, "oops", status: 500)), WhoAmI.definition)
                == ["Deferno API error 500: oops"])
    }

    @Test("A failure without a status is a plain sentence")
    func sentences() throws {
        let refused = OperationError(.notPermitted, "create_task changes tasks, and this process is read-only")
        #expect(try failure(.failed(refused), CreateTask.definition) == [refused.message])
    }

    @Test("Faults of arguments name every field")
    func arguments() throws {
        let error = #expect(throws: OperationError.self) {
            try Catalogue.standard.resolve("create_task", ["labels": ["a", 7], "titel": "x"])
        }
        #expect(
            try failure(.failed(try #require(error)), CreateTask.definition) == [
                """
                Invalid arguments for create_task, nothing was done: labels[1]: expected a string, found the integer 7; \
                titel: unknown field; did you mean title?
                """
            ])
    }

    @Test("A 401 says what to call next, or what to run where that is not offered")
    func signIn() throws {
        let error = OperationError(.notSignedIn, "not authenticated")
        #expect(
            try failure(.failed(error), ListTasks.definition) == [
                "Deferno API error 401: not authenticated",
                """
                Nobody is signed in. Call start_auth next: show the user the address it returns, ask for the code that \
                they see after signing in, and call complete_auth with it. Then try again.
                """,
            ])
        for selection in [try ToolSelection(within: .readOnly), try ToolSelection(excludedTools: ["complete_auth"])] {
            #expect(
                try failure(.failed(error), ListTasks.definition, selection).last
                    == "Nobody is signed in. Ask the user to run `deferno auth login` in a terminal, then try again.")
        }
    }

    @Test("An unknown end says that it may or may not have happened, and to look before repeating")
    func unknown() throws {
        let error = OperationError(.deadlineExceeded, "no answer within 30 s")
        #expect(
            try failure(.unknown(error), CreateTask.definition) == [
                "Deferno API error 504: no answer within 30 s",
                """
                It is not known whether create_task happened: it may or may not have taken effect. Before you repeat \
                it, look with list_tasks what is there now; if it did happen, doing it once more would add to what is there.
                """,
            ])
        let update = try failure(.unknown(error), UpdateTask.definition)
        #expect(update.last?.contains("look with get_task") == true)
        #expect(update.last?.hasSuffix("doing it once more with the same arguments does no harm.") == true)
        #expect(try failure(.unknown(error), CompleteAuth.definition).last?.contains("look with whoami") == true)
        let alone = try ToolSelection(tools: ["create_task"])
        #expect(try failure(.unknown(error), CreateTask.definition, alone).last?.contains("have the user look") == true)
        let signedOut = OperationError(.notSignedIn, "x")
        #expect(try failure(.unknown(signedOut), CreateTask.definition).last?.contains("start_auth") == true)
    }

    @Test("The estimate of the size is near")
    func sizes() throws {
        for payload in [task, JSONText(.array(Array(repeating: ["title": "Buy milk"], count: 1000)))] {
            let result = ToolResult(.ok(payload), of: ListTasks.definition, selection: .all)
            let actual = try text(.ok(payload), ListTasks.definition).utf8.count
            #expect(result.sizeEstimate * 2 > actual && actual * 2 > result.sizeEstimate - 256)
        }
    }
}
