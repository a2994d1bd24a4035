extension JSONWriter {
    /// Writes the key of a payload's member.
    package mutating func key(_ member: PayloadMember) {
        separate()
        bytes.append(contentsOf: member.keyText)
        needsComma = false
    }

    /// Writes a field and its value.
    package mutating func member<Value: FieldValue>(_ field: Field<Value>, _ value: Value) {
        key(field.name)
        value.write(to: &self)
    }

    /// Writes a field that has a value: to a backend an absent field and one without a value are the same.
    package mutating func member<Value: FieldValue>(_ field: Field<Value>, _ value: Value?) {
        if let value { member(field, value) }
    }

    /// Writes what is to happen to a field: absent leaves it.
    ///
    /// - Parameter cleared: what to write for a field that is to be cleared, in place of `null`.
    package mutating func member<Value: FieldValue>(
        _ field: Field<Value>, _ patch: Patch<Value>, cleared: Value? = nil
    ) {
        switch patch {
        case .unchanged: return
        case .set(let value): member(field, value)
        case .clear:
            key(field.name)
            if let cleared { cleared.write(to: &self) } else { null() }
        }
    }
}

extension JSONWriter {
    package mutating func identifier(_ id: UniqueIdentifier) {
        withUnsafeTemporaryAllocation(byteCount: UniqueIdentifier.textLength, alignment: 1) { buffer in
            id.write(into: buffer)
            rawASCII(UnsafeRawBufferPointer(buffer))
        }
    }

    package mutating func identifier(_ id: UniqueIdentifier?) {
        if let id { identifier(id) } else { null() }
    }

    package mutating func number(_ value: Double?) {
        if let value { number(value) } else { null() }
    }

    package mutating func mood(_ mood: Mood?) {
        guard let mood else { return null() }
        beginObject()
        key(.moodStrength)
        number(mood.r)
        key(.moodAngle)
        number(mood.theta)
        endObject()
    }
}
