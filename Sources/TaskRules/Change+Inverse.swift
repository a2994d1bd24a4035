package import OperationCatalogue

extension Change {
    /// The change that takes this one back, at a later moment. It is refused where the task is not as this one left it.
    ///
    /// Of several changes the inverses are to be carried out in the opposite order. What they do not bring back: the history, which
    /// tells of them too, `rev`, and `updated_at`. A task whose creation is taken back keeps its identifier to itself, as one
    /// that was deleted does.
    package func inverse(at moment: Timestamp) -> Change {
        let inverse = effect.inverse
        return Change(
            inverse, of: task, title: inverse.title ?? title, history: inverse.history(at: moment), at: moment)
    }
}

extension Change.Effect {
    fileprivate var inverse: Self {
        switch self {
        case .create(let task, let previous): .delete(task, after: previous)
        case .delete(let task, let previous): .create(task, after: previous)
        case .place(let old, let new, _): .place(from: new, to: old, index: nil)
        case .update(let fields): .update(fields.map { FieldChange($0.field, before: $0.after, after: $0.before) })
        }
    }

    /// The title that it gives to the task.
    fileprivate var title: String? {
        guard case .update(let fields) = self else { return nil }
        return fields.first { $0.field == .title }?.after.stringValue
    }
}
