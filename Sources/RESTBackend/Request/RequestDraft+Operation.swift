import OperationCatalogue

extension RequestDraft {
    /// The request for an operation: the backend's contract, one line for each.
    static func draft(for operation: TaskOperation) -> RequestDraft {
        switch operation {
        case .startAuth: .signIn("/auth/cli/init") { _ in }
        case .completeAuth(let operation):
            .signIn("/auth/cli/verify") { writer in
                writer.member("session_id", operation.sessionID)
                writer.member("code", operation.code.reveal())
            }
        case .logout:
            RequestDraft(.post, "/auth/logout", repetition: .idempotent, answer: .notice(Logout.notice))
        case .whoAmI: .reading("/auth/me", .object)
        case .listTasks: .reading("/tasks", .array)
        case .getTask(let operation): .reading(path(of: operation.taskID), .object)
        case .createTask(let operation): .creating(operation)
        case .updateTask(let operation): .updating(operation)
        case .setTaskStatus(let operation):
            .changing(.patch, operation.taskID) { $0.member("status", operation.status.rawValue) }
        case .splitTask(let operation): .splitting(operation)
        case .foldTask(let operation): .folding(operation)
        case .mergeTask(let operation): .changing(.post, operation.taskID, "/merge", .unsafe) { _ in }
        case .moveTask(let operation): .moving(operation, under: operation.newParentID.applied(to: nil))
        case .deleteTask(let operation):
            RequestDraft(
                .delete, path(of: operation.taskID), repetition: .deletion(operation.taskID),
                answer: .deletion(operation.taskID))
        case .getDailyTasks: .reading("/tasks/today", .array)
        case .getMoodHistory: .reading("/tasks/mood-history", .array)
        case .searchTasks(let operation): .searching(operation)
        case .exportTasks: .reading("/tasks/export", .object)
        case .importTasks(let operation):
            RequestDraft(
                .post, "/tasks/import", body: object { $0.member("tasks", operation.tasks) },
                repetition: .idempotent, answer: .object)
        }
    }

    static func path(of task: UniqueIdentifier) -> String { "/tasks/\(task)" }

    /// `new_parent_id` is always said: to this endpoint an absent one means none.
    static func moving(_ operation: MoveTask, under parent: UniqueIdentifier?) -> RequestDraft {
        .changing(.post, operation.taskID, "/move") { writer in
            writer.key("new_parent_id")
            if let parent { writer.identifier(parent) } else { writer.null() }
            if let position = operation.position {
                writer.key("position")
                writer.integer(position)
            }
        }
    }

    private static func reading(_ path: String, _ answer: AnswerForm) -> RequestDraft {
        RequestDraft(.get, path, repetition: .read, answer: answer)
    }

    private static func changing(
        _ method: Method, _ task: UniqueIdentifier, _ action: String = "", _ repetition: Repetition = .overwriting,
        _ members: (inout JSONWriter) -> Void
    ) -> RequestDraft {
        RequestDraft(
            method, path(of: task) + action, body: object(members), repetition: repetition, answer: .object)
    }

    private static func signIn(_ path: String, _ members: (inout JSONWriter) -> Void) -> RequestDraft {
        var draft = RequestDraft(.post, path, body: object(members), repetition: .unsafe, answer: .object)
        draft.isConfidential = true
        draft.needsToken = false
        return draft
    }

    private static func creating(_ operation: CreateTask) -> RequestDraft {
        let body = object { writer in
            writer.member("title", operation.title)
            writer.member("description", operation.description)
            if !operation.labels.isEmpty { writer.member("labels", operation.labels) }
            writer.member("parent_id", operation.parentID)
            writer.member("assignee", operation.assignee)
            writer.member("complete_by", operation.completeBy)
            writer.member("productive", operation.productive)
            writer.member("desire", operation.desire)
            writer.member("id", operation.id)
        }
        let named = operation.id.map {
            Repetition.namedCreate(
                Repetition.NewTask(id: $0, title: operation.title, description: operation.description))
        }
        return RequestDraft(.post, "/tasks", body: body, repetition: named ?? .unsafe, answer: .object)
    }

    /// A description and labels always have a value, so clearing them is said as an empty one, which no backend can take
    /// for "unchanged".
    private static func updating(_ operation: UpdateTask) -> RequestDraft {
        .changing(.patch, operation.taskID) { writer in
            if let title = operation.title { writer.member("title", title) }
            writer.member("description", operation.description, clear: { $0.string("") }, set: { $0.string($1) })
            if let status = operation.status { writer.member("status", status.rawValue) }
            writer.member("labels", operation.labels, clear: { $0.texts([]) }, set: { $0.texts($1) })
            writer.member("assignee", operation.assignee) { $0.identifier($1) }
            writer.member("complete_by", operation.completeBy) { $0.string($1.description) }
            writer.member("productive", operation.productive) { $0.number($1) }
            writer.member("desire", operation.desire) { $0.number($1) }
            writer.member("mood_start", operation.moodStart) { $0.mood($1) }
            writer.member("mood_finish", operation.moodFinish) { $0.mood($1) }
            if let pinned = operation.pinned {
                writer.key("pinned")
                writer.bool(pinned)
            }
        }
    }

    private static func splitting(_ operation: SplitTask) -> RequestDraft {
        .changing(.post, operation.taskID, "/split", .unsafe) { writer in
            writer.member("first_title", operation.firstTitle)
            writer.member("first_description", operation.firstDescription)
            writer.member("second_title", operation.secondTitle)
            writer.member("second_description", operation.secondDescription)
        }
    }

    private static func folding(_ operation: FoldTask) -> RequestDraft {
        .changing(.post, operation.taskID, "/fold", .unsafe) { writer in
            writer.member("title", operation.title)
            writer.member("description", operation.description)
            if let labels = operation.labels { writer.member("labels", labels) }
            writer.member("desire", operation.desire)
            writer.member("productive", operation.productive)
            writer.member("complete_by", operation.completeBy)
        }
    }

    private static func searching(_ operation: SearchTasks) -> RequestDraft {
        var path = "/tasks/search?q=" + PercentEncoding.encoded(operation.query)
        func add(_ name: String, _ value: String?) {
            if let value { path += "&\(name)=" + PercentEncoding.encoded(value) }
        }
        add("status", operation.status?.rawValue)
        add("label", operation.label)
        add("from", operation.from?.description)
        add("to", operation.to?.description)
        add("parent_id", operation.parentID?.description)
        return .reading(path, .array)
    }

    private static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        members(&writer)
        writer.endObject()
        return writer.takeBytes()
    }
}
