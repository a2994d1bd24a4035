package import OperationCatalogue

/// What came of one operation, in the form in which every stream of outcomes has it:
/// `{"id","op","status","result","limit_reached","error","ms"}`, of which only what there is is written.
package struct WireOutcome: Sendable {
    /// The name that whoever asked has given the operation.
    package let id: String?
    /// Its name in the log, which stands in the place of the other where there is none; `nil` where it was skipped.
    package let operationID: UniqueIdentifier?
    package let operation: String
    package let status: OutcomeStatus
    package let result: JSONText?
    /// How many elements the result has, where it has as many as it can have, so that there may be more.
    package let limitReached: Int?
    package let error: OperationError?
    /// How long the operation itself took; `nil` where it was not tried.
    package let milliseconds: Double?

    /// - Parameter conclusion: of a request that does not take its payload in pieces.
    package init(of request: OperationRequest, _ conclusion: Conclusion) {
        let outcome = conclusion.outcome
        let isTried = outcome.result.status != .skipped
        id = request.id
        operationID = isTried ? conclusion.id : nil
        operation = request.operation
        status = outcome.result.status
        if case .ok(let payload, _) = outcome.result {
            (result, error) = (payload, nil)
        } else {
            (result, error) = (nil, outcome.result.error)
        }
        limitReached = Catalogue.standard.definition(of: operation)?.limitReached(by: outcome.result)
        milliseconds = isTried ? outcome.milliseconds : nil
    }

    /// Appends the members of an object that is open: what a door knows beside them it writes behind.
    package func writeMembers(to writer: inout JSONWriter) {
        if let name = id ?? operationID?.description {
            writer.key("id")
            writer.string(name)
        }
        writer.key("op")
        writer.string(operation)
        writer.key("status")
        writer.string(status.rawValue)
        if let result {
            writer.key("result")
            writer.raw(result)
        }
        if let limitReached {
            writer.key("limit_reached")
            writer.integer(limitReached)
        }
        if let error {
            writer.key("error")
            error.write(to: &writer)
        }
        if let milliseconds {
            writer.key("ms")
            writer.number(milliseconds)
        }
    }

    /// Appends the outcome as one line of NDJSON, with nothing beside it.
    package func writeLine(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
        writer.newline()
    }
}
