extension JSONWriter {
    @inlinable
    package mutating func null() {
        word("null")
    }

    @inlinable
    package mutating func bool(_ value: Bool) {
        word(value ? "true" : "false")
    }

    /// Writes a text as a value.
    @inlinable
    package mutating func raw(_ text: JSONText) {
        separate()
        bytes.append(contentsOf: text.bytes)
        needsComma = true
    }

    /// Writes a tree. An infinity or NaN in it is written as `null`. Each level takes a call: a tree deeper than
    /// `JSONLimits.deepest` is the caller's to refuse.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements {
                self.value(element)
            }
            endArray()
        case .object(let object): self.object(object)
        }
    }

    /// Writes an object.
    package mutating func object(_ object: JSONObject) {
        beginObject()
        for member in object.members {
            key(member.key)
            value(member.value)
        }
        endObject()
    }

    /// Writes plain ASCII that is a value as it stands.
    @inlinable
    mutating func word(_ word: StaticString) {
        separate()
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        needsComma = true
    }
}
