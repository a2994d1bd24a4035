package import OperationCatalogue

/// What this process lets through.
package struct AdmissionPolicy: Sendable {
    /// Only operations that change nothing. Beats every other setting.
    package var isReadOnly: Bool
    /// The names of the operations that may run; `nil` for all.
    package var allowedOperations: Set<String>?
    /// The names of operations that may not run, whatever else is said of them.
    package var excludedOperations: Set<String>
    /// Whether operations that take something away may run: whoever started the process has confirmed them.
    package var confirmsDestruction: Bool

    package init(
        isReadOnly: Bool = false,
        allowedOperations: Set<String>? = nil,
        excludedOperations: Set<String> = [],
        confirmsDestruction: Bool = true
    ) {
        self.isReadOnly = isReadOnly
        self.allowedOperations = allowedOperations
        self.excludedOperations = excludedOperations
        self.confirmsDestruction = confirmsDestruction
    }

    /// Only operations that change nothing.
    package static let readOnly = AdmissionPolicy(isReadOnly: true)

    /// Why the operation may not run; `nil` if it may.
    package func refusal(of definition: OperationDefinition) -> OperationError? {
        if isReadOnly, definition.isWrite {
            return OperationError(.notPermitted, "\(definition.name) changes tasks, and this process is read-only")
        }
        if allowedOperations?.contains(definition.name) == false || excludedOperations.contains(definition.name) {
            return OperationError(.notPermitted, "\(definition.name) is not among the operations allowed here")
        }
        if definition.effect == .destroy, !confirmsDestruction {
            return OperationError(
                .notPermitted, "\(definition.name) takes something away, and this process refuses that")
        }
        return nil
    }
}
