package import OperationCatalogue
import OperationPipeline
import YAMLEvents

/// How a step of a script ended: one for each operation that it asked for.
package final class StepOutcome: Sendable {
    package let place: SourcePlace
    /// The position of the step in its script, from 1.
    package let step: Int
    /// The step's own id.
    package let id: String?
    /// Names the run in the log.
    package let run: UniqueIdentifier
    /// The operation's name in the log, if it came that far.
    package let operationID: UniqueIdentifier?
    package let operation: String
    /// The position of the element that `for_each` was at.
    package let index: Int?
    package let status: StepStatus
    package let result: JSONText?
    package let error: OperationError?
    /// How many elements the result has, where it has as many as it can have, so that there may be more.
    package let limitReached: Int?
    package let milliseconds: Double?
    /// Why its outcome could not be recorded, where it was carried out all the same.
    package let recordingError: OperationError?

    /// Whether it was done, and is told as unknown since the log has not taken its outcome.
    package let isDoneWithoutRecord: Bool

    /// Whether the operation may change something.
    package var isWrite: Bool { Catalogue.standard.definition(of: operation)?.isWrite ?? true }

    /// - Parameters:
    ///   - request: of the step, with its place.
    ///   - mark: its place in the file of the request, where that is not the step's.
    init(of request: OperationRequest, index: Int?, at mark: YAMLMark?, _ conclusion: Conclusion) {
        let outcome = conclusion.outcome
        let place = request.place ?? SourcePlace(file: "-", line: 1, column: 1)
        self.place = mark.map { SourcePlace(file: place.file, line: $0.line, column: $0.column) } ?? place
        step = request.step ?? 1
        id = request.id
        run = request.caller.run
        operation = request.operation
        self.index = index
        if case .failed(let error) = conclusion.recording { recordingError = error } else { recordingError = nil }
        if case .ok(let payload, _) = outcome.result {
            (result, error) = (payload, nil)
        } else {
            (result, error) = (nil, outcome.result.error)
        }
        limitReached = Catalogue.standard.definition(of: operation)?.limitReached(by: outcome.result)
        status = StepStatus(outcome.result.status)
        isDoneWithoutRecord = outcome.result.isDoneWithoutRecord
        operationID = status == .skipped ? nil : conclusion.id
        milliseconds = status == .skipped ? nil : outcome.milliseconds
    }
}

extension StepOutcome {
    /// Appends the outcome as one line of NDJSON, the wire form of an outcome with the step's place beside it.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
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
        writer.key("run")
        writer.string(run.description)
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

extension StepStatus {
    init(_ status: OutcomeStatus) {
        self =
            switch status {
            case .ok: .ok
            case .failed: .failed
            case .unknown: .unknown
            case .skipped: .skipped
            }
    }
}
