package import OperationCatalogue
import SQLiteFile
package import TaskStore

extension SQLiteBackend: TaskStore {
    package func view<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        try await explained {
            try await file.read { database in
                let transaction = try StoreTransaction(database)
                return try withExtendedLifetime(transaction) { try body(try transaction.tasks(of: caller)) }
            }
        }
    }

    package func change<Value: Sendable>(
        as caller: Caller, _ body: @Sendable (any TaskTransaction) throws -> Value
    ) async throws -> Value {
        try await explained {
            try await file.transaction { database in
                let transaction = try StoreTransaction(database)
                let value = try body(try transaction.tasks(of: caller))
                try transaction.storeCounters()
                return value
            }
        }
    }

    private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let conflict as ChangeConflict {
            throw conflict
        } catch let doubt as CommitDoubt {
            throw doubt.reason
        } catch {
            throw file.error(error)
        }
    }
}
