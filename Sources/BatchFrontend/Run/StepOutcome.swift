package import OperationCatalogue
package import OperationPipeline
import YAMLEvents

/// How a step of a script ended: one for each operation that it asked for.
package final class StepOutcome: Sendable {
    /// What came of the operation, as every stream of outcomes has it.
    package let outcome: WireOutcome
    package let place: SourcePlace
    /// The position of the step in its script, from 1.
    package let step: Int
    /// Names the run in the log.
    package let run: UniqueIdentifier
    /// The position of the element that `for_each` was at.
    package let index: Int?
    /// Why its outcome could not be recorded, where it was carried out all the same.
    package let recordingError: OperationError?
    /// Whether it was done, and is told as unknown since the log has not taken its outcome.
    package let isDoneWithoutRecord: Bool

    /// The step's own id.
    package var id: String? { outcome.id }
    package var operation: String { outcome.operation }
    package var status: StepStatus { StepStatus(outcome.status) }
    package var result: JSONText? { outcome.result }
    package var error: OperationError? { outcome.error }

    /// Whether the operation may change something.
    package var isWrite: Bool { Catalogue.standard.definition(of: operation)?.isWrite ?? true }

    /// - Parameters:
    ///   - request: of the step, with its place.
    ///   - mark: its place in the file of the request, where that is not the step's.
    init(of request: OperationRequest, index: Int?, at mark: YAMLMark?, _ conclusion: Conclusion) {
        outcome = WireOutcome(of: request, conclusion)
        let place = request.place ?? SourcePlace(file: "-", line: 1, column: 1)
        self.place = mark.map { SourcePlace(file: place.file, line: $0.line, column: $0.column) } ?? place
        step = request.step ?? 1
        run = request.caller.run
        self.index = index
        if case .failed(let error) = conclusion.recording { recordingError = error } else { recordingError = nil }
        isDoneWithoutRecord = conclusion.outcome.result.isDoneWithoutRecord
    }

    /// Appends the outcome as one line of NDJSON, with the step's place behind it.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        outcome.writeMembers(to: &writer)
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
