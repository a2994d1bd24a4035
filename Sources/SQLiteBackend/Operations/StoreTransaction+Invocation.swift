import OperationCatalogue

extension StoreTransaction {
    /// Carries out one operation.
    ///
    /// - Throws: ``OperationError`` when its checks fail, before anything is changed; ``SQLiteFailure`` when the store
    ///   fails, and then part of it may have been done.
    func carryOut(_ invocation: Invocation) throws -> JSONText {
        let owner = try owner(for: invocation.request.caller)
        return switch invocation.operation {
        case .startAuth: nothingToSignInTo(owner)
        case .completeAuth: signedIn(owner)
        case .logout: JSONText(["message": "Nothing to sign out of: the tasks are on this machine."])
        case .whoAmI: whoAmI(owner)
        case .listTasks: try listTasks(owner)
        case .getTask(let operation): try json(try task(operation.taskID, of: owner), owner: owner)
        case .createTask(let operation): try create(operation, owner: owner)
        case .updateTask(let operation): try update(operation, owner: owner)
        case .setTaskStatus(let operation): try setStatus(operation, owner: owner)
        case .splitTask(let operation): try split(operation, owner: owner)
        case .foldTask(let operation): try fold(operation, owner: owner)
        case .mergeTask(let operation): try merge(operation, owner: owner)
        case .moveTask(let operation): try move(operation, owner: owner)
        case .deleteTask(let operation): try delete(operation, owner: owner)
        case .getDailyTasks: try dailyTasks(owner)
        case .getMoodHistory: try moodHistory(owner)
        case .searchTasks(let operation): try search(operation, owner: owner)
        case .exportTasks: try exportTasks(owner)
        case .importTasks(let operation): try importTasks(operation, owner: owner)
        }
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
