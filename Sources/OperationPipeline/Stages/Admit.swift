import OperationCatalogue

extension AsyncStream where Element == [OperationInFlight] {
    /// Ends what the policy does not let through.
    func admit(by policy: AdmissionPolicy) -> AsyncStream<[OperationInFlight]> {
        pulled { operations in
            operations.map { operation in
                guard let invocation = operation.pending, let refusal = policy.refusal(of: invocation.definition) else {
                    return operation
                }
                var operation = operation
                operation.end(.failed(refusal))
                return operation
            }
        }
    }
}
