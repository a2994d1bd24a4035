import OperationCatalogue

extension JSONWriter {
    mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        self.texts(texts)
    }

    mutating func member(_ name: String, _ tasks: TaskExport) {
        key(name)
        switch tasks.source {
        case .values(let elements): value(.array(elements))
        case .texts(let list): self.list(list)
        }
    }

    /// Nothing at all for `nil`: to the backend an absent member and no value are the same in a create.
    mutating func member(_ name: String, _ id: UniqueIdentifier?) {
        guard let id else { return }
        key(name)
        identifier(id)
    }

    mutating func member(_ name: String, _ moment: Timestamp?) {
        if let moment { member(name, moment.description) }
    }

    mutating func member(_ name: String, _ number: Double?) {
        guard let number else { return }
        key(name)
        self.number(number)
    }

    /// A change of one field: absent leaves it, `null` clears it.
    mutating func member<Value>(
        _ name: String, _ patch: Patch<Value>, clear: (inout JSONWriter) -> Void = { $0.null() },
        set: (inout JSONWriter, Value) -> Void
    ) {
        switch patch {
        case .unchanged: return
        case .clear:
            key(name)
            clear(&self)
        case .set(let value):
            key(name)
            set(&self, value)
        }
    }

    mutating func texts(_ texts: [String]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    mutating func identifier(_ id: UniqueIdentifier) {
        string(id.description)
    }

    mutating func mood(_ mood: Mood) {
        beginObject()
        key("r")
        number(mood.r)
        key("theta")
        number(mood.theta)
        endObject()
    }
}
