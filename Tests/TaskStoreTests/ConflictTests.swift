import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import TaskRules
import TaskStore
import Testing

@Suite("A change whose before is not what is there")
struct ConflictTests {
    private let moment = Timestamp(seconds: 1_764_400_000)
    private let file: TemporaryFile

    init() throws { file = try TemporaryFile() }

    private var replicas: [Replica] {
        [
            Replica(name: "memory", store: MemoryTaskStore()),
            Replica(name: "overlay", store: OverlayTaskStore(over: MemoryTaskStore())),
            Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path))),
        ]
    }

    @Test("is refused for the field that differs, and changes nothing")
    func update() async throws {
        try await onEach { replica, task in
            let change = task.change(.update([Self.title(from: "another", to: "new")]), at: moment)
            await refuses(change, replica, field: "title", expected: "another", found: "Milk")
        }
    }

    @Test("is refused for a sibling that is not before it, and for a parent that it is not under")
    func place() async throws {
        try await onEach { replica, task in
            let (parent, first) = (UniqueIdentifier.version7(), UniqueIdentifier.version7())
            try await replica.commit([Self.creation(parent, "Parent"), Self.creation(first, "First", under: parent)])
            let stranger = task.change(
                .place(from: Place(under: parent), to: .topLevel, index: nil), at: moment)
            await refuses(stranger, replica, field: "parent_id", expected: JSONValue(parent), found: .null)
            let nowhere = task.change(
                .place(from: .topLevel, to: Place(under: parent, after: .version7()), index: nil), at: moment)
            await refuses(nowhere, replica, field: "previous_id")
            let itself = task.change(
                .place(from: .topLevel, to: Place(under: parent, after: task.id), index: nil), at: moment)
            await refuses(itself, replica, field: "previous_id")
            try await replica.commit([
                task.change(.place(from: .topLevel, to: Place(under: parent, after: first), index: 1), at: moment)
            ])
            let ahead = task.change(.place(from: Place(under: parent), to: .topLevel, index: nil), at: moment)
            await refuses(ahead, replica, field: "previous_id", expected: .null, found: JSONValue(first))
        }
    }

    @Test("is refused where a task would come below itself")
    func cycle() async throws {
        try await onEach { replica, task in
            let child = UniqueIdentifier.version7()
            try await replica.commit([Self.creation(child, "Child", under: task.id)])
            let change = task.change(.place(from: .topLevel, to: Place(under: child), index: nil), at: moment)
            await refuses(change, replica, field: "parent_id")
        }
    }

    @Test("is refused for an identifier that is taken; that of a deleted task brings it back under its number")
    func create() async throws {
        try await onEach { replica, task in
            await refuses(Self.creation(task.id, "Again"), replica, field: "id")
            let number = try await replica.number(of: task.id)
            let deletion = task.change(.delete(task, after: nil), at: moment)
            try await replica.commit([deletion])
            try await replica.commit([deletion.inverse(at: moment)])
            #expect(try await replica.number(of: task.id) == number, "\(replica.name)")
            #expect(try await replica.export().last?["title"] == "Milk", "\(replica.name)")
        }
    }

    @Test("is refused for a task that has changed, has children or is what a chain leads to, where it is to be deleted")
    func delete() async throws {
        try await onEach { replica, task in
            var other = task
            other.description = "not this one"
            await refuses(other.change(.delete(other, after: nil), at: moment), replica, field: "description")

            let (child, before) = (UniqueIdentifier.version7(), UniqueIdentifier.version7())
            let deletion = task.change(.delete(task, after: nil), at: moment)
            try await replica.commit([Self.creation(child, "Child", under: task.id)])
            await refuses(deletion, replica, field: "children", expected: [], found: [JSONValue(child)])
            try await replica.commit([Self.creation(child, "Child", under: task.id).inverse(at: moment)])

            try await replica.commit([Self.creation(before, "Before", followedBy: task.id)])
            await refuses(deletion, replica, field: "next_task_id")
        }
    }

    // MARK: Making changes

    /// Does it with every store, in which one task is, `Milk`.
    private func onEach(_ body: (Replica, TaskState) async throws -> Void) async throws {
        for replica in replicas {
            let task = TaskState(id: .version7(), title: "Milk", created: Timestamp(seconds: 1_764_300_000))
            try await replica.commit([Change(.create(task, after: nil), of: task.id, title: task.title, at: moment)])
            try await body(replica, task)
            await replica.store.close()
        }
    }

    private func refuses(
        _ change: Change, _ replica: Replica, field: String, expected: JSONValue? = nil, found: JSONValue? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let before = try? await replica.export()
        do {
            // The first one fits: it must not stay.
            let fits = Self.creation(.version7(), "Fits")
            try await replica.commit([fits, change])
            Issue.record("\(replica.name) carried it out", sourceLocation: sourceLocation)
        } catch let conflict as ChangeConflict {
            #expect(conflict.field == field, "\(replica.name): \(conflict)", sourceLocation: sourceLocation)
            if let expected {
                #expect(conflict.expected == expected, "\(replica.name)", sourceLocation: sourceLocation)
            }
            if let found { #expect(conflict.found == found, "\(replica.name)", sourceLocation: sourceLocation) }
        } catch {
            Issue.record(error, "\(replica.name)", sourceLocation: sourceLocation)
        }
        let after = try? await replica.export()
        #expect(after == before, "\(replica.name)", sourceLocation: sourceLocation)
    }

    private static func creation(
        _ id: UniqueIdentifier, _ title: String, under parent: UniqueIdentifier? = nil,
        followedBy next: UniqueIdentifier? = nil
    ) -> Change {
        let task = TaskState(
            id: id, title: title, parentID: parent, nextTaskID: next, created: Timestamp(seconds: 1_764_300_000))
        return Change(.create(task, after: nil), of: id, title: title, at: Timestamp(seconds: 1_764_300_000))
    }

    private static func title(from old: String, to new: String) -> FieldChange {
        FieldChange(TaskField.all[0], before: .string(old), after: .string(new))
    }
}

extension TaskState {
    fileprivate func change(_ effect: Change.Effect, at moment: Timestamp) -> Change {
        Change(effect, of: id, title: title, at: moment)
    }
}

extension Replica {
    fileprivate func number(of id: UniqueIdentifier) async throws -> Int64? {
        try await store.view(as: Self.caller) { try $0.storedTask(id)?.number }
    }
}
