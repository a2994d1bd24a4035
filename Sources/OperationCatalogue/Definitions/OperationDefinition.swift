/// What an operation does to tasks.
package enum Effect: String, Hashable, Sendable, CaseIterable {
    /// Changes nothing.
    case read
    /// Adds or changes.
    case write
    /// Takes something away that was there: needs a confirming policy.
    case destroy
}

/// Everything that readers of the catalogue know of one operation. One object each, shared by all who hold it.
package final class OperationDefinition: Sendable {
    /// The name on every wire, the seed's tool name: `create_task`.
    package let name: String
    /// Two or three words for a menu.
    package let title: String
    /// One or two sentences that tell a person or a model when to use it.
    package let summary: String
    /// What only a model needs beside the summary: what comes back, what it does not do, which operation suits better.
    package let guidance: String
    package let toolset: Toolset
    package let effect: Effect
    /// Whether doing it twice leaves the same state as doing it once.
    package let isIdempotent: Bool
    package let fields: [FieldDefinition]
    /// What its payload looks like.
    package let result: ResultShape
    /// The most elements that the array which is its payload can have; `nil` for any number.
    package let mostResults: Int?

    package init(
        _ name: String,
        title: String,
        summary: String,
        guidance: String = "",
        toolset: Toolset = .extended,
        effect: Effect,
        isIdempotent: Bool,
        fields: [FieldDefinition],
        result: ResultShape,
        mostResults: Int? = nil
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.guidance = guidance
        self.toolset = toolset
        self.effect = effect
        self.isIdempotent = isIdempotent
        self.fields = fields
        self.result = result
        self.mostResults = mostResults
    }

    /// The most elements that the payload can have, where it has as many: then there may be more than it holds.
    package func limitReached(by result: OperationResult) -> Int? {
        guard let mostResults else { return nil }
        let isReached =
            switch result {
            case .ok(let payload): payload.countsElements(mostResults)
            case .spooled(let text): (text.elements ?? 0) >= mostResults
            case .failed, .unknown, .skipped: false
            }
        return isReached ? mostResults : nil
    }

    /// What is to be said beside a payload that has as many elements as it can have: that there may be more.
    package func limitNotice(of result: OperationResult) -> String? {
        limitReached(by: result).map(Self.limitNotice)
    }

    /// The same of a limit that was reached.
    package static func limitNotice(_ limit: Int) -> String {
        "these are the first \(limit), and there may be more: narrow it down with further arguments"
    }

    /// Whether its payload grows with the number of tasks, so that many of them must not be held at once.
    package var hasLargeResult: Bool {
        switch result {
        case .export, .taskSummaries, .dailyTasks, .moodHistory: true
        case .task, .split, .fold, .merge, .user, .deletion, .signInStarted, .signedIn, .notice, .imported: false
        }
    }

    /// Whether it may change anything, so that its intent must be in the log first.
    package var isWrite: Bool { effect != .read }
}

/// The form of a payload, as the backend's contract has it.
package enum ResultShape: Hashable, Sendable, CaseIterable {
    case task
    /// `{tasks}`, each whole.
    case export
    case taskSummaries
    /// `{parent, first_child, second_child}`
    case split
    /// `{original, next_task}`
    case fold
    /// `{parent, merged_children}`
    case merge
    /// `[{task, priority_score, urgency_reason}]`
    case dailyTasks
    case moodHistory
    case user
    /// `{deleted: true, id}`
    case deletion
    /// `{imported, existing}`: how many tasks were put in, and how many were there already.
    case imported
    /// `{auth_url, session_id, instructions}`; the first two are `null` where there is nothing to sign in to.
    case signInStarted
    /// `{authenticated: true, username}`
    case signedIn
    /// `{message}`
    case notice
}
