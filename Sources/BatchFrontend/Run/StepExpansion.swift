package import OperationCatalogue
import OperationPipeline
import YAMLEvents

/// A step whose turn has come, and how far its `for_each` is.
struct StepExpansion: Sendable {
    let step: Step
    let script: ScriptRun
    private let file: String
    private(set) var isOpen = false
    private var scope = ExpressionScope()
    /// The elements of `for_each`; one that is not there for a step without.
    private var elements: [JSONValue]?
    private var position = 0

    /// What comes of one element: a request, or an outcome at once.
    enum Request: Sendable {
        case request(OperationRequest, index: Int?)
        case outcome(StepOutcome)
    }

    init(_ step: Step, of script: ScriptRun, file: String) {
        self.step = step
        self.script = script
        self.file = file
    }

    var elementCount: Int? { elements?.count }

    var isFinished: Bool { position >= (elements?.count ?? 1) }

    /// Looks at what earlier steps have left and at the step's own conditions; an outcome if it ends here.
    mutating func open() -> StepOutcome? {
        isOpen = true
        scope.variables = script.header.variables
        if step.refersToSteps { scope.steps = script.records }
        do {
            if step.elements == nil, let condition = step.condition, try !isMet(condition) {
                return skipped(because: nil)
            }
            if let template = step.elements {
                let list = try template.value(in: scope)
                guard case .array(let elements) = list else {
                    return failed(step.mark, "for_each: expected a list, found \(list.shortDescription)")
                }
                self.elements = elements
            }
            return nil
        } catch {
            return failed(error.mark, error.fault.message)
        }
    }

    /// The request for the next element; `nil` when there is none left.
    mutating func next(for caller: Caller) -> Request? {
        guard !isFinished else { return nil }
        let index = elements == nil ? nil : position
        if let elements, let index {
            scope.item = .value(elements[index])
            scope.index = .value(.integer(Int64(index)))
        }
        position += 1
        do {
            if elements != nil, let condition = step.condition, try !isMet(condition) {
                return .outcome(skipped(because: nil, index: index))
            }
            let value = try step.arguments.value(in: scope)
            guard case .object(let arguments) = value else {
                let mark = step.mark(ofArgument: [])
                return .outcome(failed(mark, "args: expected a mapping, found \(value.shortDescription)", index))
            }
            return .request(step.request(arguments, ofScript: script.number, index, caller, file: file), index: index)
        } catch {
            return .outcome(failed(error.mark, error.fault.message, index))
        }
    }

    private func isMet(_ condition: Template) throws(PlacedExpressionFault) -> Bool {
        let value = try condition.value(in: scope)
        if case .bool(let isMet) = value { return isMet }
        let message = "when: expected true or false, found \(value.shortDescription)"
        throw PlacedExpressionFault(fault: ExpressionFault(message), mark: condition.mark ?? step.mark)
    }

    // MARK: - Outcomes without a request

    /// The step was not tried: its condition was not met, or `error` says why.
    func skipped(because error: OperationError?, index: Int? = nil) -> StepOutcome {
        outcome(.skipped, error, at: step.mark, index)
    }

    /// What is left of the step, not tried: an outcome for each element if they are known.
    mutating func rest(because error: OperationError) -> [StepOutcome] {
        guard let elements else { return [skipped(because: error)] }
        defer { position = elements.count }
        return (position..<elements.count).map { skipped(because: error, index: $0) }
    }

    private func failed(_ mark: YAMLMark, _ message: String, _ index: Int? = nil) -> StepOutcome {
        outcome(.failed, OperationError(.invalidReference, message), at: mark, index)
    }

    private func outcome(
        _ status: StepStatus,
        _ error: OperationError?,
        at mark: YAMLMark,
        _ index: Int?
    ) -> StepOutcome {
        StepOutcome(status, error, of: step, index: index, at: place(mark))
    }

    private func place(_ mark: YAMLMark) -> SourcePlace {
        SourcePlace(file: file, line: mark.line, column: mark.column)
    }
}

extension Step {
    /// The request of a step that asks for one operation, whatever else is known; `nil` for any other.
    ///
    /// - Parameter script: the number of its script among all of the run.
    package func literalRequest(ofScript script: Int, _ caller: Caller, file: String) -> OperationRequest? {
        guard condition == nil, elements == nil, case .literal(.object(let object)) = arguments else { return nil }
        return request(object, ofScript: script, nil, caller, file: file)
    }

    /// The request that the step makes with these arguments.
    func request(
        _ arguments: JSONObject,
        ofScript script: Int,
        _ index: Int?,
        _ caller: Caller,
        file: String
    ) -> OperationRequest {
        OperationRequest(
            operation,
            arguments,
            id: id,
            key: RequestKey(file: file, script: script, step: number, element: index),
            caller: caller,
            step: number,
            place: SourcePlace(file: file, line: mark.line, column: mark.column)
        )
    }
}
