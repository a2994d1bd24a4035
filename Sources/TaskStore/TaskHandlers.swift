package import OperationCatalogue
package import OperationPipeline
import TaskRules

/// What carries an operation out in a store.
package typealias TaskHandler =
    @Sendable (any TaskTransaction, Invocation, HandlerContext) throws -> OperationResult

/// What a handler is given beside the tasks.
package struct HandlerContext: Sendable {
    package let moment: Timestamp
    /// Where payloads lie that are too long to be held in memory.
    package let spools: Spools

    package init(at moment: Timestamp, spools: Spools) {
        self.moment = moment
        self.spools = spools
    }
}

extension TaskTransaction {
    /// Carries out one operation.
    ///
    /// - Throws: ``OperationError`` when the rules refuse it, before anything is changed; what the store throws when that fails, and
    ///   then part of it may have been done.
    package func carryOut(_ invocation: Invocation, _ context: HandlerContext) throws -> OperationResult {
        guard let handler = HandlerTable<TaskHandler>.tasks[invocation.operation] else {
            throw OperationError.unsupported(invocation.operation)
        }
        return try handler(self, invocation, context)
    }
}

extension HandlerTable<TaskHandler> {
    package static let tasks = HandlerTable(
        [
            .on(StartAuth.self) { tasks, _ in SessionPayloads.nothingToSignInTo(tasks.user) },
            .on(CompleteAuth.self) { tasks, _ in SessionPayloads.signedIn(tasks.user) },
            .on(Logout.self) { _, _ in SessionPayloads.nothingToSignOutOf },
            .on(WhoAmI.self) { tasks, _ in SessionPayloads.whoAmI(tasks.user) },
            .writing(DeleteTask.self) { _, write in
                JSONText([PayloadMember.isDeleted.name: true, PayloadMember.id.name: JSONValue(write.tasks[0])])
            },
            .importing(),
            .reading(GetTask.self) { tasks, operation, _, writer in
                let task = try tasks.existingTask(operation.taskID)
                let document = try tasks.document(task.id)
                writer.reserve(document.size)
                try document.write(into: &writer)
            },
            .reading(ListTasks.self) { tasks, _, _, writer in try tasks.writeList(into: &writer) },
            .reading(GetDailyTasks.self) { tasks, _, context, writer in
                try tasks.writeDailyTasks(at: context.moment, into: &writer)
            },
            .reading(GetMoodHistory.self) { tasks, _, _, writer in try tasks.writeMoodHistory(into: &writer) },
            .reading(SearchTasks.self) { tasks, operation, _, writer in
                try tasks.writeMatches(of: operation, into: &writer)
            },
            .reading(ExportTasks.self) { tasks, _, _, writer in try tasks.writeExport(into: &writer) },
        ] + otherWrites)

    /// Every other operation that the rules know, such as ``CreateTask``: its payload gives tasks in the form that its definition says.
    private static var otherWrites: [Entry] {
        let named: [any CatalogueOperation.Type] = [DeleteTask.self, ImportTasks.self]
        return Catalogue.standard.operations.filter { type in !named.contains { $0 == type } }
            .compactMap { $0 as? any RuledOperation.Type }.map { .writing($0) }
    }
}

extension HandlerTable<TaskHandler>.Entry {
    /// What neither reads tasks nor changes any.
    fileprivate static func on<Operation: CatalogueOperation>(
        _ type: Operation.Type, _ body: @escaping @Sendable (any TaskTransaction, Operation) throws -> JSONText
    ) -> Self {
        Self(type) { tasks, invocation, _ in
            guard let operation = invocation.operation as? Operation else {
                throw OperationError.unsupported(invocation.operation)
            }
            return .ok(try body(tasks, operation))
        }
    }

    /// What the rules say, done; with the payload that `payload` makes of it.
    fileprivate static func writing<Operation: RuledOperation>(
        _ type: Operation.Type,
        _ payload: @escaping @Sendable (any TaskTransaction, RuledWrite) throws -> JSONText
    ) -> Self {
        Self(type) { tasks, invocation, context in
            guard let operation = invocation.operation as? Operation else {
                throw OperationError.unsupported(invocation.operation)
            }
            let write = try tasks.carryOut(operation, RulesContext(at: context.moment))
            return .ok(try payload(tasks, write), changes: try tasks.text(of: write.changes))
        }
    }

    /// The same with the tasks that the operation's payload is made of.
    fileprivate static func writing(_ type: any RuledOperation.Type) -> Self {
        func entry<Operation: RuledOperation>(_ type: Operation.Type) -> Self {
            writing(type) { tasks, write in try tasks.payload(of: write, as: type.definition.payload) }
        }
        return entry(type)
    }

    fileprivate static func importing() -> Self {
        Self(ImportTasks.self) { tasks, invocation, context in
            guard let operation = invocation.operation as? ImportTasks else {
                throw OperationError.unsupported(invocation.operation)
            }
            let outcome = try tasks.importTasks(operation, by: RulesContext(at: context.moment))
            return .ok(outcome.payload(of: operation), changes: JSONText(created: outcome.created))
        }
    }

    /// What writes its payload, which may be long.
    fileprivate static func reading<Operation: CatalogueOperation>(
        _ type: Operation.Type,
        _ body: @escaping @Sendable (any TaskTransaction, Operation, HandlerContext, inout JSONWriter) throws -> Void
    ) -> Self {
        Self(type) { tasks, invocation, context in
            guard let operation = invocation.operation as? Operation else {
                throw OperationError.unsupported(invocation.operation)
            }
            return try context.payload(of: invocation) { try body(tasks, operation, context, &$0) }
        }
    }
}

extension HandlerContext {
    /// The payload that `write` writes: whole, or where it is long and whoever asks takes pieces, in a file.
    fileprivate func payload(
        of invocation: Invocation, _ write: (inout JSONWriter) throws -> Void
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
}

extension TaskTransaction {
    /// Asks the rules, and carries out what they say.
    fileprivate func carryOut(_ operation: some RuledOperation, _ context: RulesContext) throws -> RuledWrite {
        do {
            let write = try operation.write(by: context.rules(over: self))
            try commit(write.changes)
            return write
        } catch let error as OperationError where error.code == .itemExists {
            // Whoever asks again for what is there already is shown it.
            guard let existing = operation.newTask else { throw error }
            throw error.showing(try taskPayload(existing.id))
        }
    }

    package func importTasks(_ operation: ImportTasks, by context: RulesContext) throws -> ImportOutcome {
        let write = try carryOut(operation, context)
        let created = write.changes.filter { if case .create = $0.effect { true } else { false } }.map(\.task)
        return ImportOutcome(created: created, renamed: write.renamed)
    }
}

extension OperationError {
    fileprivate func showing(_ existing: JSONText) -> OperationError {
        OperationError(code, message, status: status, backendCode: backendCode, cause: cause, existing: existing)
    }
}

extension ImportOutcome {
    fileprivate func payload(of operation: ImportTasks) -> JSONText {
        var counts: JSONObject = [
            PayloadMember.imported.name: .integer(Int64(created.count)),
            PayloadMember.existing.name: .integer(Int64(operation.tasks.heads.count - created.count)),
        ]
        if renamed > 0 { counts[.renamed] = .integer(Int64(renamed)) }
        return JSONText(.object(counts))
    }
}

extension TaskTransaction {
    /// Changes as a record has them; of new tasks also what people call them by.
    fileprivate func text(of changes: [Change]) throws -> JSONText {
        var writer = JSONWriter(reservingCapacity: 512)
        try writer.changes(changes) { id, writer in
            guard let number = try storedTask(id)?.number else { return }
            writer.key(.reference)
            writer.reference(of: number, in: user)
            writer.key(.number)
            writer.integer(number)
        }
        return writer.takeText()
    }
}

extension JSONText {
    /// Of tasks whose states stand in the operation's arguments.
    fileprivate init(created: [UniqueIdentifier]) {
        var writer = JSONWriter(reservingCapacity: 64 + created.count * 40)
        writer.changes(creating: created)
        self = writer.takeText()
    }
}
