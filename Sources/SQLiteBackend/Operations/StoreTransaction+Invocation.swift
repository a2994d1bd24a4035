import OperationCatalogue
import OperationPipeline

extension StoreTransaction {
    /// Carries out one operation.
    ///
    /// - Throws: ``OperationError`` when its checks fail, before anything is changed; ``SQLiteFailure`` when the store
    ///   fails, and then part of it may have been done.
    func carryOut(_ invocation: Invocation) throws -> OperationResult {
        let owner = try owner(for: invocation.request.caller)
        return switch invocation.operation {
        case .startAuth: .ok(nothingToSignInTo(owner))
        case .completeAuth: .ok(signedIn(owner))
        case .logout: .ok(JSONText(["message": "Nothing to sign out of: the tasks are on this machine."]))
        case .whoAmI: .ok(whoAmI(owner))
        case .createTask(let operation): .ok(try create(operation, owner: owner))
        case .updateTask(let operation): .ok(try update(operation, owner: owner))
        case .setTaskStatus(let operation): .ok(try setStatus(operation, owner: owner))
        case .splitTask(let operation): .ok(try split(operation, owner: owner))
        case .foldTask(let operation): .ok(try fold(operation, owner: owner))
        case .mergeTask(let operation): .ok(try merge(operation, owner: owner))
        case .moveTask(let operation): .ok(try move(operation, owner: owner))
        case .deleteTask(let operation): .ok(try delete(operation, owner: owner))
        case .importTasks(let operation): .ok(try importTasks(operation, owner: owner))
        case .getTask(let operation):
            try read(invocation) { writer in
                let task = try task(operation.taskID, of: owner)
                writer.reserve(1024 + task.description.utf8.count)
                try write(task, owner: owner, into: &writer)
            }
        case .listTasks: try read(invocation) { try listTasks(owner, into: &$0) }
        case .getDailyTasks: try read(invocation) { try dailyTasks(owner, into: &$0) }
        case .getMoodHistory: try read(invocation) { try moodHistory(owner, into: &$0) }
        case .searchTasks(let operation): try read(invocation) { try search(operation, owner: owner, into: &$0) }
        case .exportTasks: try read(invocation) { try exportTasks(owner, into: &$0) }
        }
    }

    /// The payload that `write` writes: whole, or where it is long and whoever asks takes pieces, in a file.
    private func read(_ invocation: Invocation, _ write: (inout JSONWriter) throws -> Void) throws -> OperationResult {
        guard invocation.request.takesPieces else {
            var writer = JSONWriter()
            try write(&writer)
            return .ok(writer.takeText())
        }
        let spool = PayloadSpool(in: spools, countsElements: invocation.definition.mostResults != nil)
        var writer = JSONWriter(drainingTo: spool)
        try write(&writer)
        return try spool.end(with: writer.takeBytes())
    }

    private func nothingToSignInTo(_ owner: Owner) -> JSONText {
        let instructions = """
            There is nothing to sign in to: the tasks are on this machine, and the user is \(owner.username). Go on with \
            the other operations.
            """
        return JSONText(["auth_url": .null, "session_id": .null, "instructions": .string(instructions)])
    }

    private func signedIn(_ owner: Owner) -> JSONText {
        JSONText(["authenticated": true, "username": .string(owner.username)])
    }

    private func whoAmI(_ owner: Owner) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        writer.key("id")
        writer.identifier(owner.id)
        writer.key("username")
        writer.string(owner.username)
        writer.key("display_name")
        if let name = owner.displayName { writer.string(name) } else { writer.null() }
        writer.key("role")
        writer.string(owner.role)
        writer.key("personal_org_id")
        writer.identifier(owner.organization)
        writer.key("org_slug")
        writer.string(owner.slug)
        writer.key("is_admin")
        writer.bool(false)
        writer.endObject()
        return writer.takeText()
    }
}
