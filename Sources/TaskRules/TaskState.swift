package import OperationCatalogue

/// One task as the rules see it, without its place among its siblings (``Place``), which other tasks share in, and without what a
/// store counts by itself: its number and its revision.
package struct TaskState: Hashable, Sendable {
    package let id: UniqueIdentifier
    package var title: String
    package var description: String
    package var status: TaskStatus
    package var labels: [String]
    /// The task that it is under; changed by ``Change/Effect/place(from:to:index:)`` alone.
    package var parentID: UniqueIdentifier?
    /// The task that follows it in its chain.
    package var nextTaskID: UniqueIdentifier?
    package var assignee: UniqueIdentifier?
    package var completeBy: Timestamp?
    package var productive: Double?
    package var desire: Double?
    package var moodStart: Mood?
    package var moodFinish: Mood?
    package var pinned: Bool
    package var created: Timestamp
    package var finished: Timestamp?
    /// When it was last changed; `nil` where it never was.
    package var updated: Timestamp?
    /// When it was deleted; `nil` for a task that is there.
    package var deleted: Timestamp?

    package init(
        id: UniqueIdentifier, title: String, description: String = "", status: TaskStatus = .open,
        labels: [String] = [],
        parentID: UniqueIdentifier? = nil, nextTaskID: UniqueIdentifier? = nil, assignee: UniqueIdentifier? = nil,
        completeBy: Timestamp? = nil, productive: Double? = nil, desire: Double? = nil, moodStart: Mood? = nil,
        moodFinish: Mood? = nil, pinned: Bool = false, created: Timestamp, finished: Timestamp? = nil,
        updated: Timestamp? = nil, deleted: Timestamp? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.status = status
        self.labels = labels
        self.parentID = parentID
        self.nextTaskID = nextTaskID
        self.assignee = assignee
        self.completeBy = completeBy
        self.productive = productive
        self.desire = desire
        self.moodStart = moodStart
        self.moodFinish = moodFinish
        self.pinned = pinned
        self.created = created
        self.finished = finished
        self.updated = updated
        self.deleted = deleted
    }
}

extension TaskState {
    package var isDeleted: Bool { deleted != nil }

    /// Whether it still asks for work, and is there.
    package var isActive: Bool { status.isActive && !isDeleted }

    /// Enters a status and sees to `finished_at`: set on entering done, set on entering dropped unless it is set already,
    /// cleared on going back to an active status, left alone by pruning.
    mutating func enter(_ new: TaskStatus, at moment: Timestamp) {
        switch new {
        case .open, .inProgress, .inReview: finished = nil
        case .done: finished = moment
        case .dropped: finished = finished ?? moment
        case .pruned: break
        }
        status = new
    }
}

/// Where a task is: its parent, and the sibling that comes right before it.
///
/// Tasks without a parent are in the order of their creation, and have no sibling before them.
package struct Place: Hashable, Sendable {
    package let parentID: UniqueIdentifier?
    /// `nil` for the first child, and without a parent.
    package let previousID: UniqueIdentifier?

    package init(under parentID: UniqueIdentifier?, after previousID: UniqueIdentifier? = nil) {
        self.parentID = parentID
        self.previousID = parentID == nil ? nil : previousID
    }

    package static let topLevel = Place(under: nil)
}
