/// Tasks that belong together: what one export gives. Each is whole only while its turn lasts, so that a million of them take
/// little more memory than their text.
package struct TaskExport: Sendable {
    /// The tasks as they came.
    package let source: Source
    /// What must be known of each beside the others, in the same order.
    package let heads: [Head]

    package enum Source: Sendable {
        case values([JSONValue])
        case texts(JSONTextList)
    }

    /// The relations of a task.
    package struct Head: Sendable {
        package private(set) var id: UniqueIdentifier
        package private(set) var parentID: UniqueIdentifier?
        /// The children in their order, as far as they are known.
        package private(set) var children: [UniqueIdentifier]

        /// The same with other identifiers, where `names` has any.
        package func renamed(by names: [UniqueIdentifier: UniqueIdentifier]) -> Head {
            var head = self
            head.id = names[id] ?? id
            head.parentID = parentID.map { names[$0] ?? $0 }
            head.children = children.map { names[$0] ?? $0 }
            return head
        }
    }

    /// Hands every task to `body`, in order.
    package func forEach(_ body: (TaskSnapshot) throws -> Void) throws {
        switch source {
        case .values(let elements): for element in elements { try body(try TaskSnapshot(element)) }
        case .texts(let list): try list.forEach { _, text in try body(try TaskSnapshot(text: text)) }
        }
    }
}

extension TaskExport: FieldValue {
    package static var kind: FieldKind { .taskList }
    package static var placeholder: TaskExport { TaskExport(source: .values([]), heads: []) }
    package static var example: JSONValue {
        [["id": "7033cae7-eff6-4df1-bed9-01d16e89c2b0", "title": "Buy milk", "status": "done"]]
    }
    package var json: JSONValue {
        switch source {
        case .values(let elements): .array(elements)
        case .texts(let list): list.value
        }
    }

    package func write(to writer: inout JSONWriter) {
        switch source {
        case .values(let elements): writer.value(.array(elements))
        case .texts(let list): writer.list(list)
        }
    }

    /// Also sees that no identifier stands twice, and that no task is below itself.
    package static func decode(_ json: JSONValue, limits: FieldLimits) throws(FieldFault) -> TaskExport {
        guard case .array(let elements) = json else { throw .expected("a list of tasks", found: json) }
        var check = try TaskExportCheck(of: elements.count, limits: limits)
        for element in elements { try check.add { () throws(FieldFault) in try TaskSnapshot(element) } }
        return TaskExport(source: .values(elements), heads: try check.heads())
    }

    package static func decode(_ list: JSONTextList, limits: FieldLimits) throws(FieldFault) -> TaskExport {
        var check = try TaskExportCheck(of: list.count, limits: limits)
        try list.forEach { _, text throws(FieldFault) in
            try check.add { () throws(FieldFault) in try TaskSnapshot(text: text) }
        }
        return TaskExport(source: .texts(list), heads: try check.heads())
    }
}

extension TaskSnapshot {
    /// - Throws: the first fault, also where the text is no JSON.
    fileprivate init(text: UnsafeRawBufferPointer) throws(FieldFault) {
        let value: JSONValue
        do {
            value = try JSONReader.value(text)
        } catch {
            throw FieldFault("is not valid JSON: \(error)")
        }
        try self.init(value)
    }

    fileprivate var head: TaskExport.Head { TaskExport.Head(id: id, parentID: parentID, children: children) }
}

/// Looks at one task after the other, and then at how they belong together.
private struct TaskExportCheck {
    private var found: [TaskExport.Head] = []
    private var places: [UniqueIdentifier: Int] = [:]

    init(of count: Int, limits: FieldLimits) throws(FieldFault) {
        guard count <= limits.maximumCount else {
            throw FieldFault("expected at most \(limits.maximumCount) entries, found \(count)")
        }
        found.reserveCapacity(count)
        places.reserveCapacity(count)
    }

    mutating func add(_ read: () throws(FieldFault) -> TaskSnapshot) throws(FieldFault) {
        let index = found.count
        do {
            found.append(try read().head)
        } catch {
            throw FieldFault(error.message, at: ["\(index)"] + error.path)
        }
        if let first = places.updateValue(index, forKey: found[index].id) {
            throw FieldFault("stands twice: here and at \(first)", at: ["\(index)", PayloadMember.id.name])
        }
    }

    func heads() throws(FieldFault) -> [TaskExport.Head] {
        if let index = indexOfCycle() {
            throw FieldFault("leads back to the task itself", at: ["\(index)", PayloadMember.parentID.name])
        }
        return found
    }

    /// A task that is its own ancestor.
    private func indexOfCycle() -> Int? {
        // For each task the walk that has come by: 0 for none, so each is visited once in all.
        var walks = [Int](repeating: 0, count: found.count)
        for start in found.indices {
            var next: Int? = start
            while let index = next, walks[index] == 0 {
                walks[index] = start + 1
                next = found[index].parentID.flatMap { places[$0] }
            }
            if let next, walks[next] == start + 1 { return next }
        }
        return nil
    }
}
