import OperationCatalogue
import TaskRules
import TaskStore
import Testing

@Suite("A store over another one")
struct OverlayTests {
    private let moment = Timestamp(seconds: 1_764_400_000)
    private let base = MemoryTaskStore()
    private let below: Replica
    private let over: Replica

    init() {
        below = Replica(name: "below", store: base)
        over = Replica(name: "overlay", store: OverlayTaskStore(over: base))
    }

    @Test("never writes to it, and has all of it", arguments: 0..<10 as Range<UInt64>)
    func onlyReads(seed: UInt64) async throws {
        var writes = RandomWrites(seed: seed)
        for (round, replica) in [below, over].enumerated() {
            let before = try await below.export()
            for number in round * 60..<(round + 1) * 60 {
                let (name, arguments) = writes.next()
                guard let operation = SeededGenerator.operation(name, arguments) else { continue }
                _ = try await replica.write(operation, seed: seed << 32 | UInt64(number), at: moment)
            }
            if replica.name == "overlay" { #expect(try await below.export() == before, "seed \(seed)") }
        }
        #expect(try await over.export() != below.export(), "seed \(seed)")
    }

    @Test("goes on with its numbers, and shows what is written below later where nothing was written here")
    func readsThrough() async throws {
        let (first, second) = (task("First"), task("Second"))
        try await below.commit([create(first), create(second)])
        try await over.commit([retitle(first, to: "Mine")])
        try await below.commit([retitle(first, to: "Theirs"), retitle(second, to: "Theirs")])
        try await over.commit([create(task("Third"))])
        let tasks = try await over.export()
        #expect(tasks.map { $0["title"] } == ["Mine", "Theirs", "Third"])
        #expect(tasks.map { $0["sequence"] } == [1, 2, 3])
    }

    @Test("keeps one tree: a child is listed once, by the parent that it names, whatever happens below")
    func oneTree() async throws {
        let (left, right) = (task("Left"), task("Right"))
        let children = ["a", "b", "c"].map { task($0, under: left.id) }
        try await below.commit([create(left), create(right)])
        for index in children.indices {
            try await below.commit([create(children[index], after: index == 0 ? nil : children[index - 1].id)])
        }
        try await over.commit([retitle(children[0], to: "A")])
        try await over.commit([create(task("d", under: left.id), after: children[2].id)])
        try await below.commit([
            Change(
                .place(from: Place(under: left.id), to: Place(under: right.id), index: 0), of: children[0].id,
                title: "a", at: moment),
            Change(.delete(children[1], after: nil), of: children[1].id, title: "b", at: moment),
            create(task("e", under: left.id), after: children[2].id),
        ])
        let tasks = try await over.export()
        let titles = Dictionary(uniqueKeysWithValues: tasks.map { ($0["id"]?.stringValue ?? "", $0["title"]) })
        func listed(_ title: JSONValue) -> [JSONValue?] {
            let parent = tasks.first { $0["title"] == title }
            return (parent?["children"]?.arrayValue ?? []).map { titles[$0.stringValue ?? ""] ?? nil }
        }
        #expect(listed("Left") == ["A", "c", "d", "e"])
        #expect(listed("Right") == [])
    }

    @Test("loses nothing of what is written at once")
    func concurrentWrites() async throws {
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask { try await over.commit([create(task("\(number)"))]) }
            }
            try await group.waitForAll()
        }
        let tasks = try await over.export()
        #expect(tasks.count == 100)
        #expect(tasks.map { $0["sequence"] } == (1...100).map { .integer($0) })
    }

    // MARK: Making changes

    private func task(_ title: String, under parent: UniqueIdentifier? = nil) -> TaskState {
        TaskState(id: .version7(), title: title, parentID: parent, created: moment)
    }

    private func create(_ task: TaskState, after previous: UniqueIdentifier? = nil) -> Change {
        Change(.create(task, after: previous), of: task.id, title: task.title, at: moment)
    }

    private func retitle(_ task: TaskState, to title: String) -> Change {
        let field = FieldChange(TaskField.all[0], before: .string(task.title), after: .string(title))
        return Change(.update([field]), of: task.id, title: title, at: moment)
    }
}
