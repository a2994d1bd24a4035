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

    init(_ step: Step, of script: ScriptRun, file: String) {
        self.step = step
        self.script = script
        self.file = file
    }

    var elementCount: Int? { elements?.count }

    var isFinished: Bool { position >= (elements?.count ?? 1) }

    /// Looks at what earlier steps have left and at the step's own conditions; a request where the step ends here.
    mutating func open(for caller: Caller) -> OperationRequest? {
        isOpen = true
        scope.variables = script.header.variables
        scope.environment = script.header.environment
        if step.refersToSteps { scope.steps = script.records }
        do {
            if step.elements == nil, let condition = step.condition, try !isMet(condition) {
                return request(.skipped(nil), for: caller)
            }
            if let template = step.elements {
                let list = try template.value(in: scope)
                guard case .array(let elements) = list else {
                    let message = "for_each: expected a list, found \(list.shortDescription)"
                    return request(.faulty(template.mark ?? step.mark, message), for: caller)
                }
                self.elements = elements
            }
            return nil
        } catch {
            return request(.faulty(error.mark, error.fault.message), for: caller)
        }
    }

    /// The request for the next element, and its position; `nil` when there is none left. Where the script has stopped, one
    /// that is not to be tried.
    mutating func next(for caller: Caller) -> (request: OperationRequest, index: Int?)? {
        guard !isFinished else { return nil }
        let index = elements == nil ? nil : position
        position += 1
        return (request(element(at: index), index, for: caller), index)
    }

    private mutating func element(at index: Int?) -> Ending {
        if script.hasStopped { return .skipped(.notRun) }
        if let elements, let index {
            scope.item = .value(elements[index])
            scope.index = .value(.integer(Int64(index)))
        }
        do {
            if elements != nil, let condition = step.condition, try !isMet(condition) { return .skipped(nil) }
            let value = try step.arguments.value(in: scope)
            guard case .object(let arguments) = value else {
                let mark = step.mark(ofArgument: [])
                return .faulty(mark, "args: expected a mapping, found \(value.shortDescription)")
            }
            return .arguments(arguments)
        } catch {
            return .faulty(error.mark, error.fault.message)
        }
    }

    private func isMet(_ condition: Template) throws(PlacedExpressionFault) -> Bool {
        let value = try condition.value(in: scope)
        if case .bool(let isMet) = value { return isMet }
        let message = "when: expected true or false, found \(value.shortDescription)"
        throw PlacedExpressionFault(fault: ExpressionFault(message), mark: condition.mark ?? step.mark)
    }

    // MARK: - Requests

    /// What comes of the step, or of one of its elements.
    private enum Ending {
        case arguments(JSONObject)
        /// Not tried: its condition was not met, or the error says why.
        case skipped(OperationError?)
        case faulty(YAMLMark, String)
    }

    private func request(_ ending: Ending, _ index: Int? = nil, for caller: Caller) -> OperationRequest {
        let (number, file) = (script.number, file)
        switch ending {
        case .arguments(let arguments):
            return step.request(arguments, ofScript: number, index, caller, file: file)
        case .skipped(let reason):
            return step.request(
                step.literalArguments ?? [:], ofScript: number, index, caller, file: file, verdict: .skipped(reason))
        case .faulty(let mark, let message):
            let error = OperationError(.invalidReference, message)
            return step.request(
                step.literalArguments ?? [:], ofScript: number, index, caller, file: file, at: mark,
                verdict: .faulty(error))
        }
    }
}

extension Step {
    /// The request of a step that asks for one operation, whatever else is known; `nil` for any other.
    ///
    /// - Parameter script: the number of its script among all of the run.
    package func literalRequest(ofScript script: Int, _ caller: Caller, file: String) -> OperationRequest? {
        guard condition == nil, elements == nil, let object = literalArguments else { return nil }
        return request(object, ofScript: script, nil, caller, file: file)
    }

    /// Its arguments, where nothing is to be evaluated in them.
    var literalArguments: JSONObject? {
        if case .literal(.object(let object)) = arguments { return object }
        return nil
    }

    /// The place of the argument for which an operation was refused, once its expressions had been evaluated; `nil` where
    /// that is not why it ended, or nothing more is known than the step's own place.
    func place(of conclusion: Conclusion) -> YAMLMark? {
        guard argumentsNode != nil, let fault = conclusion.outcome.result.error?.faults.first else { return nil }
        return mark(ofArgument: fault.path, itsName: fault.concernsName)
    }

    /// The request that the step makes with these arguments.
    ///
    /// - Parameters:
    ///   - place: what it is about; `nil` for the step itself.
    ///   - verdict: how it has ended before it began.
    func request(
        _ arguments: JSONObject,
        ofScript script: Int,
        _ index: Int?,
        _ caller: Caller,
        file: String,
        at place: YAMLMark? = nil,
        verdict: OperationRequest.Verdict? = nil
    ) -> OperationRequest {
        let mark = place ?? mark
        return OperationRequest(
            operation,
            arguments,
            id: id,
            key: RequestKey(file: file, script: script, step: number, element: index),
            caller: caller,
            step: number,
            place: SourcePlace(file: file, line: mark.line, column: mark.column),
            verdict: verdict
        )
    }
}
