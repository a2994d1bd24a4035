import Foundation
import OperationCatalogue
import OperationPipeline
import SQLiteBackend

/// A real store of its own for one test.
final class TemporaryStore: Sendable {
    private let folder: URL
    private let backend: SQLiteBackend
    private let caller = Caller(door: .mcp, user: "anna")

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "deferno-mcp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        backend = SQLiteBackend(location: SQLiteLocation(path: folder.appending(path: "tasks.sqlite").path))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func result(_ name: String, _ arguments: JSONObject = [:]) async throws -> OperationResult {
        let (definition, operation) = try Catalogue.standard.resolve(name, arguments)
        let invocation = Invocation(
            id: .version7(), definition: definition, operation: operation,
            request: OperationRequest(name, arguments, caller: caller))
        return await backend.execute(OperationBatch([invocation]))[0]
    }

    func payload(_ name: String, _ arguments: JSONObject = [:]) async throws -> JSONText {
        let result = try await result(name, arguments)
        if case .ok(let payload, _) = result { return payload }
        throw result.error ?? .notRun
    }

    /// Makes a task and returns its id.
    func create(_ title: String, _ more: JSONObject = [:]) async throws -> String {
        var arguments: JSONObject = ["title": .string(title)]
        for member in more.members { arguments[member.key] = member.value }
        return try await payload("create_task", arguments).value()["id"]?.stringValue ?? ""
    }
}
