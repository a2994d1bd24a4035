import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import TaskRules
import TaskStore
import Testing

@Suite("What an import or long texts bring about")
struct HardCasesTests {
    private let file: TemporaryFile

    init() throws { file = try TemporaryFile() }

    private var replicas: [Replica] {
        [
            Replica(name: "memory", store: MemoryTaskStore()),
            Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path))),
        ]
    }

    @Test("Tasks whose chain leads back to themselves can be deleted, and brought back")
    func cycles() async throws {
        let ids = (0..<3).map { _ in UniqueIdentifier.version7() }
        for replica in replicas {
            let list: [JSONValue] = [
                Self.task(ids[0], leadingTo: ids[0]), Self.task(ids[1], leadingTo: ids[2]),
                Self.task(ids[2], leadingTo: ids[1]),
            ]
            _ = try await replica.done(ImportTasks.definition.name, ["tasks": .array(list)])
            let before = try await replica.export(without: StorePropertyTests.notBroughtBack)
            var changes: [Change] = []
            for id in ids {
                changes += try await replica.done(DeleteTask.definition.name, ["task_id": JSONValue(id)]).changes
            }
            #expect(try await replica.export() == [], "\(replica.name)")
            try await replica.commit(changes.reversed().map { $0.inverse(at: Timestamp(seconds: 1)) })
            let after = try await replica.export(without: StorePropertyTests.notBroughtBack)
            #expect(after == before, "\(replica.name)")
            await replica.store.close()
        }
    }

    @Test("A merge makes a description that is longer than any that can be given")
    func longMerge() async throws {
        let text = JSONValue.string(String(repeating: "x", count: 600_000))
        for replica in replicas {
            let ids = (0..<3).map { _ in UniqueIdentifier.version7() }
            _ = try await replica.done(CreateTask.definition.name, ["id": JSONValue(ids[0]), "title": "parent"])
            for id in ids[1...] {
                _ = try await replica.done(
                    CreateTask.definition.name,
                    ["id": JSONValue(id), "title": "child", "description": text, "parent_id": JSONValue(ids[0])])
            }
            let merge = try await replica.done(MergeTask.definition.name, ["task_id": JSONValue(ids[1])])
            let length = try await replica.export().first?["description"]?.stringValue?.utf8.count ?? 0
            #expect(length > 1_200_000, "\(replica.name)")
            try await replica.commit(merge.changes.reversed().map { $0.inverse(at: Timestamp(seconds: 1)) })
            #expect(try await replica.export().first?["description"] == "", "\(replica.name)")
            await replica.store.close()
        }
    }

    @Test("Labels that differ only in how their characters are put together are other labels")
    func spelling() async throws {
        for replica in replicas {
            let id = UniqueIdentifier.version7()
            _ = try await replica.done(
                CreateTask.definition.name, ["id": JSONValue(id), "title": "t", "labels": ["\u{E9}"]])
            let write = try await replica.done(
                UpdateTask.definition.name, ["task_id": JSONValue(id), "labels": ["e\u{301}"]])
            #expect(write.changes.count == 1, "\(replica.name)")
            await replica.store.close()
        }
    }

    private static func task(_ id: UniqueIdentifier, leadingTo next: UniqueIdentifier) -> JSONValue {
        ["id": JSONValue(id), "title": "T", "next_task_id": JSONValue(next)]
    }
}

extension Replica {
    /// Does what must not be refused.
    fileprivate func done(_ name: String, _ arguments: JSONObject) async throws -> RuledWrite {
        let operation = try #require(SeededGenerator.operation(name, arguments))
        return try await write(operation, seed: 1, at: Timestamp(seconds: 1_764_400_000)).get()
    }
}
