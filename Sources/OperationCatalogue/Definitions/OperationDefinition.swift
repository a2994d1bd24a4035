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
    package let payload: PayloadForm
    /// Whether its payload is tasks and nothing else, so that what a write has done to tasks tells it.
    package let givesTasks: Bool
    /// The most elements that the array which is its payload can have; `nil` for any number.
    package let mostResults: Int?
    /// The field in which whoever asks names the task that is made; `nil` for operations that make none, or none that can be
    /// named before.
    package let newTaskField: FieldDefinition?
    /// What it has to do with who is signed in; `nil` for operations on tasks.
    package let session: SessionRole?
    /// What it does to tasks that neither its arguments nor its payload name.
    package let effectOnOthers: EffectOnOthers?
    /// The name of the operation at the same endpoint that this one is a special case of; `nil` for most.
    package let narrows: String?
    /// Where it is in the backend's API; `nil` for what that does not have.
    package let endpoint: HTTPEndpoint?

    package init(
        _ name: String,
        title: String,
        summary: String,
        guidance: String = "",
        toolset: Toolset = .extended,
        effect: Effect,
        isIdempotent: Bool,
        fields: [FieldDefinition],
        payload: PayloadForm,
        mostResults: Int? = nil,
        newTaskField: FieldDefinition? = nil,
        session: SessionRole? = nil,
        effectOnOthers: EffectOnOthers? = nil,
        narrows: String? = nil,
        endpoint: HTTPEndpoint? = nil
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.guidance = guidance
        self.toolset = toolset
        self.effect = effect
        self.isIdempotent = isIdempotent
        self.fields = fields
        self.payload = payload
        givesTasks = payload.givesTasks
        self.mostResults = mostResults
        self.newTaskField = newTaskField
        self.session = session
        self.effectOnOthers = effectOnOthers
        self.narrows = narrows
        self.endpoint = endpoint
    }

    /// The most elements that the payload can have, where it has as many: then there may be more than it holds.
    package func limitReached(by result: OperationResult) -> Int? {
        guard let mostResults else { return nil }
        let isReached =
            switch result {
            case .ok(let payload, _): payload.countsElements(mostResults)
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
    package var hasLargeResult: Bool { payload.isNothingButLists }

    /// Whether it may change anything, so that its intent must be in the log first.
    package var isWrite: Bool { effect != .read }
}

/// What an operation has to do with who is signed in.
package enum SessionRole: Hashable, Sendable {
    case asks, begins, completes, ends
}

/// What a write does to tasks that neither its arguments nor its payload name.
package enum EffectOnOthers: Hashable, Sendable {
    /// It moves a task: its old and its new parent have other children, and its siblings other places.
    case placesTask
    /// It takes a task away: its children then move up to its parent, and what came before it in its chain is followed by what
    /// came after it.
    case removesTask
    /// It prunes tasks, whose own active children move up to their parent.
    case prunesTasks
    /// It adds tasks, also below those that are there.
    case addsTasks
}
