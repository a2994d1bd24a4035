/// One argument of an operation, with the type that its value has once it is checked.
package struct Field<Value: FieldValue>: Sendable {
    package let definition: FieldDefinition
    /// What an absent value is taken for.
    package let defaultValue: Value?

    /// - Parameter meaningOfNull: what `null` does to a field that can be cleared, in words that follow it: `empties it`.
    package init(
        _ name: String,
        _ summary: String,
        null meaningOfNull: String? = nil,
        presence: FieldPresence = .optional,
        limits: FieldLimits = FieldLimits(),
        default defaultValue: Value? = nil,
        isSecret: Bool = false
    ) {
        self.defaultValue = defaultValue
        definition = FieldDefinition(
            name: name,
            summary: summary,
            meaningOfNull: meaningOfNull,
            kind: Value.kind,
            presence: presence,
            limits: limits,
            defaultValue: defaultValue?.json,
            isSecret: isSecret,
            example: Value.example
        )
    }

    package var name: String { definition.name }
}

/// The same without the type, for readers that go through all fields.
package struct FieldDefinition: Sendable {
    package let name: String
    /// A sentence.
    package let summary: String
    /// What `null` does to it, in words that follow `null`, of a field that can be cleared.
    package let meaningOfNull: String?
    package let kind: FieldKind
    package let presence: FieldPresence
    package let limits: FieldLimits
    /// What an absent value is taken for, if there is such a thing.
    package let defaultValue: JSONValue?
    /// Whether its value must not reach the log.
    package let isSecret: Bool
    /// A value that passes the check.
    package let example: JSONValue

    /// The summary for doors at which `null` clears.
    package var summaryWithNull: String {
        guard let meaningOfNull else { return summary }
        return "\(summary.dropLast()); null \(meaningOfNull)."
    }
}

/// What absence and `null` mean for a field.
package enum FieldPresence: Hashable, Sendable {
    case required
    /// May be absent; `null` means the same.
    case optional
    /// May be absent, which leaves the stored value; `null` is refused, since the value cannot be empty.
    case keepable
    /// May be absent, which leaves the stored value; `null` clears it.
    case clearable
}

/// Bounds of a value; those that do not apply to its kind are left alone.
package struct FieldLimits: Hashable, Sendable {
    /// Unicode scalars in a text, or in each text of a list.
    package var length: ClosedRange<Int> = 0...1_048_576
    /// Numbers and the strength of a mood; finite always.
    package var range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    /// Entries of a list.
    package var maximumCount = 1000

    /// Of values that were taken in already, or made from such ones.
    package static let unbounded = FieldLimits(length: 0...Int.max, maximumCount: Int.max)

    package init(
        length: ClosedRange<Int>? = nil,
        range: ClosedRange<Double>? = nil,
        maximumCount: Int? = nil
    ) {
        if let length { self.length = length }
        if let range { self.range = range }
        if let maximumCount { self.maximumCount = maximumCount }
    }
}
