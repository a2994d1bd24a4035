import OperationCatalogue

extension [Submission] {
    /// Checks each request against the catalogue and gives it its name in the log; what fails the check has ended here.
    func resolve() -> [OperationInFlight] {
        let accepted = MonotonicClock.now
        var identifiers = IdentifierSequence(at: .now)
        return map { OperationInFlight(checking: $0, id: identifiers.next(), accepted: accepted) }
    }
}

extension OperationInFlight {
    fileprivate init(checking submission: Submission, id: UniqueIdentifier, accepted: UInt64) {
        let (request, catalogue) = (submission.request, Catalogue.standard)
        self.init(submission, id: id, accepted: accepted, phase: catalogue.phase(of: request, id: id))
        if pending == nil { refusedDefinition = catalogue.definition(of: request.operation) }
    }
}

extension Catalogue {
    fileprivate func phase(of request: OperationRequest, id: UniqueIdentifier) -> OperationInFlight.Phase {
        if let verdict = request.verdict { return .ended(verdict.result, nil) }
        do {
            let request = naming(request)
            let (definition, operation) = try resolve(request.operation, request.arguments, lists: request.lists)
            return .pending(Invocation(id: id, definition: definition, operation: operation, request: request))
        } catch {
            return .ended(.failed(error), nil)
        }
    }
}

extension Catalogue {
    /// The request with an identifier for the task that it makes, where it names none itself.
    fileprivate func naming(_ request: OperationRequest) -> OperationRequest {
        guard let field = definition(of: request.operation)?.newTaskField,
            request.arguments[field.name].map(\.isNull) ?? true
        else { return request }
        var arguments = request.arguments
        arguments[field.name] = .string(UniqueIdentifier.forNewTask(in: request).description)
        return request.with(arguments)
    }
}

extension OperationRequest.Verdict {
    fileprivate var result: OperationResult {
        switch self {
        case .faulty(let error): .failed(error)
        case .skipped(let reason): .skipped(reason)
        }
    }
}

/// Identifiers of version 7 for operations accepted together: one look at the clock and one at the random generator for
/// all of them, in rising order (RFC 9562 section 6.2, method 2).
private struct IdentifierSequence {
    private let first: UniqueIdentifier
    private var count: UInt64 = 0

    init(at time: Timestamp) {
        // The two highest of the random bits stay clear, so that counting up never carries out of the field.
        first = .version7(at: time, random: UInt64.random(in: .min ... .max) >> 2)
    }

    mutating func next() -> UniqueIdentifier {
        defer { count += 1 }
        return UniqueIdentifier(high: first.high, low: first.low + count)
    }
}
