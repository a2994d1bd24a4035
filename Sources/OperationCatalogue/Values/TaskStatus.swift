/// Where a task stands. The wire form is the raw value.
package enum TaskStatus: String, Hashable, Sendable, CaseIterable {
    case open
    case inProgress = "in-progress"
    case inReview = "in-review"
    case done
    case dropped
    /// Merged into its parent: out of sight, recoverable by setting another status.
    case pruned

    /// Whether the task still asks for work; its parent cannot be completed while it does.
    package var isActive: Bool {
        switch self {
        case .open, .inProgress, .inReview: true
        case .done, .dropped, .pruned: false
        }
    }

    /// Whether entering this status sets `finished_at`.
    package var isFinished: Bool { self == .done || self == .dropped }
}
