import OperationCatalogue
import Testing

@Suite("Errors")
struct OperationErrorTests {
    private func text(_ error: OperationError) -> String {
        var writer = JSONWriter()
        error.write(to: &writer)
        return writer.takeText().description
    }

    @Test("Codes are snake_case, and no two are the same")
    func codes() {
        let codes = ErrorCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil) }
        // Programs rely on them: one that is renamed breaks them.
        #expect(
            codes == [
                "invalid_request", "unknown_operation", "invalid_arguments", "invalid_reference", "not_permitted",
                "not_found", "item_exists", "id_conflict", "invalid_state", "not_signed_in", "forbidden",
                "rate_limited", "backend_unreachable", "backend_failed", "backend_busy", "deadline_exceeded",
                "log_unavailable",
                "cancelled", "not_run", "internal_error",
            ])
    }

    @Test("The JSON form has what there is, in a fixed order")
    func json() throws {
        #expect(
            text(OperationError(.notFound, "task not found"))
                == #"{"code":"not_found","status":404,"message":"task not found"}"#)
        #expect(text(OperationError(.cancelled, "")) == #"{"code":"cancelled","message":""}"#)
        let full = OperationError(
            .itemExists, "there \"already\"\n", status: 418, backendCode: "item_exists", cause: "UNIQUE",
            existing: try JSONText(validating: #"{"id": 1}"#.utf8),
            faults: [ArgumentFault(path: ["id"], message: "taken")])
        #expect(
            text(full)
                == #"{"code":"item_exists","status":418,"backend_code":"item_exists","message":"there \"already\"\n","#
                + #""cause":"UNIQUE","existing":{"id":1}}"#)
    }

    @Test("Every error's JSON form is valid JSON, whatever the message holds")
    func validity() throws {
        for code in ErrorCode.allCases {
            let error = OperationError(code, "a \u{0}\u{1F}\u{2028}\"\\ 😀", cause: "\u{7F}")
            let value = try JSONText(validating: Array(text(error).utf8)).value()
            #expect(value["code"] == .string(code.rawValue))
            #expect(value["message"] == .string(error.message))
            #expect(value["status"]?.integerValue == code.status.map(Int64.init))
        }
    }

    @Test("A status comes from the code unless the backend gave another")
    func status() {
        #expect(OperationError(.rateLimited, "").status == 429)
        #expect(OperationError(.rateLimited, "", status: 503).status == 503)
        #expect(OperationError(.internalError, "").status == nil)
    }
}
