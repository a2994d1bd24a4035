/// What a change says of one field: nothing, `null`, or a new value.
package enum Patch<Value: Sendable>: Sendable {
    /// The field was absent: it stays as it is.
    case unchanged
    /// The field was `null`: it is cleared.
    case clear
    case set(Value)
}

extension Patch: Equatable where Value: Equatable {}

extension Patch {
    /// Whether the field was there at all.
    package var isPresent: Bool {
        if case .unchanged = self { return false }
        return true
    }

    /// The field's value after the change, given its value before.
    package func applied(to current: Value?) -> Value? {
        switch self {
        case .unchanged: current
        case .clear: nil
        case .set(let value): value
        }
    }
}
