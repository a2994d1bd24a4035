package import OperationCatalogue

/// An entry of a task's history: the contract's `TaskActionKind`, but for `Created`, which is told by the task's date.
package struct TaskAction: Hashable, Sendable {
    /// A text, or an object whose one key is the kind.
    package let kind: JSONText
    package let recorded: Timestamp

    package init(_ kind: JSONText, at moment: Timestamp) {
        self.kind = kind
        recorded = moment
    }
}

extension TaskAction {
    static func updated(_ fields: [TaskField], at moment: Timestamp) -> TaskAction {
        TaskAction("Updated", at: moment) {
            $0.key("fields")
            $0.beginArray()
            for field in fields { $0.string(field.name) }
            $0.endArray()
        }
    }

    static func statusChanged(from old: String, to new: String, at moment: Timestamp) -> TaskAction {
        TaskAction("StatusChanged", at: moment) {
            $0.key("from")
            $0.string(old)
            $0.key("to")
            $0.string(new)
        }
    }

    /// - Parameter index: the task's place among the children of its new parent, from 0; `nil` without a parent.
    static func moved(
        from old: UniqueIdentifier?, to new: UniqueIdentifier?, index: Int?, at moment: Timestamp
    ) -> TaskAction {
        TaskAction("Moved", at: moment) {
            $0.key("from_parent_id")
            $0.identifier(old)
            $0.key("to_parent_id")
            $0.identifier(new)
            $0.key("position")
            if let index { $0.integer(index) } else { $0.null() }
        }
    }

    static func split(child: UniqueIdentifier, at moment: Timestamp) -> TaskAction {
        TaskAction("Split", at: moment) {
            $0.key("child_id")
            $0.identifier(child)
        }
    }

    static func foldedInto(_ next: UniqueIdentifier, at moment: Timestamp) -> TaskAction {
        TaskAction("FoldedInto", at: moment) {
            $0.key(.nextTaskID)
            $0.identifier(next)
        }
    }

    static func mergedChild(_ child: UniqueIdentifier, at moment: Timestamp) -> TaskAction {
        TaskAction("MergedChild", at: moment) {
            $0.key("child_id")
            $0.identifier(child)
        }
    }

    static func mergedIntoParent(at moment: Timestamp) -> TaskAction {
        TaskAction(JSONText(.string("MergedIntoParent")), at: moment)
    }

    private init(_ kind: StaticString, at moment: Timestamp, _ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.beginObject()
        writer.key(kind)
        writer.beginObject()
        members(&writer)
        writer.endObject()
        writer.endObject()
        self.init(writer.takeText(), at: moment)
    }
}
