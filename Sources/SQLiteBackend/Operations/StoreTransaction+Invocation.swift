import OperationCatalogue
import OperationPipeline

extension StoreTransaction {
    /// Carries out one operation.
    ///
    /// - Throws: ``OperationError`` when its checks fail, before anything is changed; ``SQLiteFailure`` when the store
    ///   fails, and then part of it may have been done.
    func carryOut(_ invocation: Invocation) throws -> OperationResult {
        let owner = try owner(for: invocation.request.caller)
        let operation = invocation.operation
        guard let handler = HandlerTable<StoreHandler>.store[operation] else {
            throw OperationError.unsupported(operation)
        }
        return try handler(self, invocation, owner)
    }

    /// The payload that `write` writes: whole, or where it is long and whoever asks takes pieces, in a file.
    fileprivate func read(
        _ invocation: Invocation, _ write: (inout JSONWriter) throws -> Void
    ) throws -> OperationResult {
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

    fileprivate func nothingToSignInTo(_ owner: Owner) -> JSONText {
        let instructions = """
            There is nothing to sign in to: the tasks are on this machine, and the user is \(owner.username). Go on with \
            the other operations.
            """
        return JSONText([
            PayloadMember.authURL.name: .null, PayloadMember.sessionID.name: .null,
            PayloadMember.instructions.name: .string(instructions),
        ])
    }

    fileprivate func nothingToSignOutOf() -> JSONText {
        JSONText([PayloadMember.message.name: "Nothing to sign out of: the tasks are on this machine."])
    }

    fileprivate func signedIn(_ owner: Owner) -> JSONText {
        JSONText([
            PayloadMember.isAuthenticated.name: true, PayloadMember.username.name: .string(owner.username),
        ])
    }

    fileprivate func whoAmI(_ owner: Owner) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        writer.key(.id)
        writer.identifier(owner.id)
        writer.key(.username)
        writer.string(owner.username)
        writer.key(.displayName)
        if let name = owner.displayName { writer.string(name) } else { writer.null() }
        writer.key(.role)
        writer.string(owner.role)
        writer.key(.personalOrganizationID)
        writer.identifier(owner.organization)
        writer.key(.organization)
        writer.string(owner.slug)
        writer.key(.isAdmin)
        writer.bool(false)
        writer.endObject()
        return writer.takeText()
    }
}

/// What carries an operation out in the store.
typealias StoreHandler = @Sendable (StoreTransaction, Invocation, Owner) throws -> OperationResult

extension HandlerTable<StoreHandler> {
    static let store = HandlerTable([
        .on(StartAuth.self) { store, _, owner in store.nothingToSignInTo(owner) },
        .on(CompleteAuth.self) { store, _, owner in store.signedIn(owner) },
        .on(Logout.self) { store, _, _ in store.nothingToSignOutOf() },
        .on(WhoAmI.self) { store, _, owner in store.whoAmI(owner) },
        .on(CreateTask.self) { try $0.create($1, owner: $2) },
        .on(UpdateTask.self) { try $0.update($1, owner: $2) },
        .on(SetTaskStatus.self) { try $0.setStatus($1, owner: $2) },
        .on(SplitTask.self) { try $0.split($1, owner: $2) },
        .on(FoldTask.self) { try $0.fold($1, owner: $2) },
        .on(MergeTask.self) { try $0.merge($1, owner: $2) },
        .on(MoveTask.self) { try $0.move($1, owner: $2) },
        .on(DeleteTask.self) { try $0.delete($1, owner: $2) },
        .on(ImportTasks.self) { try $0.importTasks($1, owner: $2) },
        .reading(GetTask.self) { store, operation, owner, writer in
            let task = try store.task(operation.taskID, of: owner)
            writer.reserve(1024 + task.description.utf8.count)
            try store.write(task, owner: owner, into: &writer)
        },
        .reading(ListTasks.self) { store, _, owner, writer in try store.listTasks(owner, into: &writer) },
        .reading(GetDailyTasks.self) { store, _, owner, writer in try store.dailyTasks(owner, into: &writer) },
        .reading(GetMoodHistory.self) { store, _, owner, writer in try store.moodHistory(owner, into: &writer) },
        .reading(SearchTasks.self) { store, operation, owner, writer in
            try store.search(operation, owner: owner, into: &writer)
        },
        .reading(ExportTasks.self) { store, _, owner, writer in try store.exportTasks(owner, into: &writer) },
    ])
}

extension HandlerTable<StoreHandler>.Entry {
    /// What returns its payload, which is short.
    fileprivate static func on<Operation: CatalogueOperation>(
        _ type: Operation.Type, _ body: @escaping @Sendable (StoreTransaction, Operation, Owner) throws -> JSONText
    ) -> Self {
        Self(type) { store, invocation, owner in
            guard let operation = invocation.operation as? Operation else {
                throw OperationError.unsupported(invocation.operation)
            }
            return .ok(try body(store, operation, owner))
        }
    }

    /// What writes its payload, which may be long.
    fileprivate static func reading<Operation: CatalogueOperation>(
        _ type: Operation.Type,
        _ body: @escaping @Sendable (StoreTransaction, Operation, Owner, inout JSONWriter) throws -> Void
    ) -> Self {
        Self(type) { store, invocation, owner in
            guard let operation = invocation.operation as? Operation else {
                throw OperationError.unsupported(invocation.operation)
            }
            return try store.read(invocation) { try body(store, operation, owner, &$0) }
        }
    }
}
