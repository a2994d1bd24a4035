import OperationCatalogue
import OperationPipeline
import TaskRules
import TaskStore

/// A store that is asked for the same as others, with the same identifiers and at the same moments.
struct Replica: Sendable {
    let name: String
    let store: any TaskStore
    static let caller = Caller(door: .cli, user: "replica")

    /// What a write gave: the changes, or why it was refused.
    typealias Answer = Result<RuledWrite, OperationError>

    /// Asks the rules for a write and carries it out.
    func write(_ operation: any RuledOperation, seed: UInt64, at moment: Timestamp) async throws -> Answer {
        do {
            return .success(
                try await store.change(as: Self.caller) { tasks in
                    try Self.write(operation, on: tasks, seed: seed, at: moment)
                })
        } catch let error as OperationError {
            return .failure(error)
        }
    }

    /// Does the same for many, in one transaction; those that are refused are passed over.
    func write(_ operations: [(any RuledOperation, seed: UInt64, moment: Timestamp)]) async throws {
        try await store.change(as: Self.caller) { tasks in
            for (operation, seed, moment) in operations {
                do {
                    _ = try Self.write(operation, on: tasks, seed: seed, at: moment)
                } catch is OperationError {}
            }
        }
    }

    private static func write(
        _ operation: any RuledOperation, on tasks: any TaskTransaction, seed: UInt64, at moment: Timestamp
    ) throws -> RuledWrite {
        var generator = SeededGenerator(seed: seed)
        let context = RulesContext(at: moment) { generator.identifier() }
        return try rule(operation, over: tasks, context)
    }

    private static func rule(
        _ operation: some RuledOperation, over tasks: some TaskTransaction, _ context: RulesContext
    ) throws -> RuledWrite {
        let write = try operation.write(by: context.rules(over: tasks))
        try tasks.commit(write.changes)
        return write
    }

    /// Imports in the store's own way; the error where that is refused.
    func importTasks(_ operation: ImportTasks, at moment: Timestamp) async -> OperationError? {
        do {
            _ = try await store.change(as: Self.caller) { tasks in
                try tasks.importTasks(operation, by: RulesContext(at: moment)).created
            }
            return nil
        } catch {
            return error as? OperationError ?? OperationError(.internalError, "\(error)")
        }
    }

    func commit(_ changes: [Change]) async throws {
        try await store.change(as: Self.caller) { try $0.commit(changes) }
    }

    /// Everything that there is, as an export gives it, but for the members that are named.
    func export(without members: Set<String> = []) async throws -> [JSONValue] {
        let text = try await store.view(as: Self.caller) { tasks in
            var writer = JSONWriter()
            try tasks.writeExport(into: &writer)
            return writer.takeText()
        }
        let tasks = try text.value()["tasks"]?.arrayValue ?? []
        return tasks.map { task in
            var kept = JSONObject()
            for member in task.objectValue?.members ?? [] where !members.contains(member.key) {
                kept[member.key] = member.value
            }
            return .object(kept)
        }
    }

    /// What a query of the store gives.
    func query(
        _ write: @escaping @Sendable (any TaskTransaction, inout JSONWriter) throws -> Void
    ) async throws -> String {
        try await store.view(as: Self.caller) { tasks in
            var writer = JSONWriter()
            try write(tasks, &writer)
            return writer.takeText().description
        }
    }
}

extension SeededGenerator {
    /// An operation of the catalogue, checked; `nil` where its arguments are refused.
    static func operation(_ name: String, _ arguments: JSONObject) -> (any RuledOperation)? {
        (try? Catalogue.standard.resolve(name, arguments))?.operation as? any RuledOperation
    }
}
