package import OperationCatalogue
import OperationPipeline

/// How a step of a script ended: one for each operation that it asked for.
package struct StepOutcome: Sendable {
    package let place: SourcePlace
    /// The position of the step in its script, from 1.
    package let step: Int
    /// The step's own id, or else the operation's name in the log, if it came that far.
    package let id: String?
    package let operation: String
    /// The position of the element that `for_each` was at.
    package let index: Int?
    package let status: StepStatus
    package let result: JSONText?
    package let error: OperationError?
    package let milliseconds: Double?
    /// Whether it was carried out but its outcome could not be recorded.
    package let lacksRecord: Bool
}

extension StepOutcome {
    /// Appends the outcome as one line of NDJSON, the wire form of an outcome with the step's place beside it.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if let id {
            writer.key("id")
            writer.string(id)
        }
        writer.key("op")
        writer.string(operation)
        writer.key("status")
        writer.string(status.rawValue)
        if let result {
            writer.key("result")
            writer.raw(result)
        }
        if let error {
            writer.key("error")
            error.write(to: &writer)
        }
        if let milliseconds {
            writer.key("ms")
            writer.number(milliseconds)
        }
        writer.key("step")
        writer.integer(step)
        if let index {
            writer.key("index")
            writer.integer(index)
        }
        writer.key("file")
        writer.string(place.file)
        writer.key("line")
        writer.integer(place.line)
        writer.key("column")
        writer.integer(place.column)
        writer.endObject()
        writer.newline()
    }
}

extension StepOutcome {
    /// The outcome of an operation that went through the pipeline.
    init(of request: OperationRequest, index: Int?, _ conclusion: Conclusion) {
        let outcome = conclusion.outcome
        let wasRun = outcome.result.error?.code != .notRun
        var result: JSONText?
        if case .ok(let payload) = outcome.result { result = payload }
        self.init(
            place: request.place ?? SourcePlace(file: "-", line: 1, column: 1),
            step: request.step ?? 1,
            id: request.id ?? (wasRun ? conclusion.id.description : nil),
            operation: request.operation,
            index: index,
            status: wasRun ? StepStatus(outcome.result.status) : .skipped,
            result: result,
            error: outcome.result.error,
            milliseconds: wasRun ? outcome.milliseconds : nil,
            lacksRecord: !conclusion.isLogged
        )
    }
}

extension StepStatus {
    init(_ status: OutcomeStatus) {
        self =
            switch status {
            case .ok: .ok
            case .failed: .failed
            case .unknown: .unknown
            }
    }
}
