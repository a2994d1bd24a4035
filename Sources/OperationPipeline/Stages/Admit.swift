import OperationCatalogue

extension [OperationInFlight] {
    /// Ends what the policy does not let through.
    func admit(by policy: AdmissionPolicy) -> [OperationInFlight] {
        var operations = self
        for index in operations.indices {
            if let definition = operations[index].pending?.definition, let refusal = policy.refusal(of: definition) {
                operations[index].end(.failed(refusal))
            }
        }
        return operations
    }
}
