import Foundation
import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import TaskRules
import TaskStore
import Testing

/// Random sequences of all writes. `DEFERNO_LONG_TESTS` runs many more of them.
@Suite("Whatever is written, in whatever order")
struct StorePropertyTests {
    static let seeds: Range<UInt64> =
        ProcessInfo.processInfo.environment["DEFERNO_LONG_TESTS"] == "1" ? 0..<2000 : 0..<25
    static let writes = 60

    @Test("the stores agree: in memory, over another store, and embedded", arguments: seeds)
    func agreement(seed: UInt64) async throws {
        let files = [try TemporaryFile(), try TemporaryFile()]
        let replicas = [
            Replica(name: "memory", store: MemoryTaskStore()),
            Replica(name: "overlay over memory", store: OverlayTaskStore(over: MemoryTaskStore())),
            Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: files[0].path))),
            Replica(
                name: "overlay over embedded",
                store: OverlayTaskStore(over: SQLiteBackend(location: SQLiteLocation(path: files[1].path)))),
        ]
        var course = Course(seed: seed)
        for _ in 0..<Self.writes {
            guard let step = course.next() else { continue }
            let expected = try await step.write(to: replicas[0])
            for replica in replicas.dropFirst() {
                #expect(try await step.write(to: replica) == expected, "\(replica.name), seed \(seed): \(step.text)")
            }
            course.note(expected)
        }
        let expected = try await Self.state(of: replicas[0])
        for replica in replicas.dropFirst() {
            let found = try await Self.state(of: replica)
            for (question, answer) in expected {
                let isSame = found[question] == answer
                #expect(
                    isSame,
                    """
                    \(question) of \(replica.name), seed \(seed): expected \(Self.numbers(in: answer)), \
                    found \(Self.numbers(in: found[question] ?? "")), in full \(found[question] ?? "") and \(answer)
                    """)
            }
        }
        for replica in replicas { await replica.store.close() }
    }

    @Test("many writes in one transaction of the embedded store do what each does by itself", arguments: seeds)
    func batches(seed: UInt64) async throws {
        let file = try TemporaryFile()
        let single = Replica(name: "memory", store: MemoryTaskStore())
        let batched = Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path)))
        var course = Course(seed: seed)
        var steps: [Course.Step] = []
        for _ in 0..<Self.writes {
            guard let step = course.next() else { continue }
            course.note(try await step.write(to: single))
            steps.append(step)
        }
        try await batched.write(steps.map { ($0.operation, $0.seed, $0.moment) })
        let (found, expected) = (try await batched.export(), try await single.export())
        #expect(found == expected, "seed \(seed)")
        await batched.store.close()
    }

    @Test("its inverses, the last first, leave the tasks as they were", arguments: seeds, [false, true])
    func inverses(seed: UInt64, isEmbedded: Bool) async throws {
        let file = try TemporaryFile()
        let replica =
            isEmbedded
            ? Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path)))
            : Replica(name: "memory", store: MemoryTaskStore())
        var course = Course(seed: seed)
        for _ in 0..<Self.writes / 2 { course.note(try await course.next()?.write(to: replica)) }
        let before = try await replica.export(without: Self.notBroughtBack)

        var changes: [Change] = []
        for _ in 0..<Self.writes / 2 {
            let answer = try await course.next()?.write(to: replica)
            course.note(answer)
            if case .success(let write) = answer { changes += write.changes }
        }
        let moment = course.moment
        try await replica.commit(changes.reversed().map { $0.inverse(at: moment) })
        let after = try await replica.export(without: Self.notBroughtBack)
        #expect(after.count == before.count, "seed \(seed)")
        for (found, expected) in zip(after, before) { #expect(found == expected, "seed \(seed)") }
        await replica.store.close()
    }

    /// What taking back does not bring back: see ``Change/inverse(at:)``.
    static let notBroughtBack: Set<String> = ["actions", "rev", "updated_at"]

    @Test("its changes, carried out on an empty store, give the same tasks", arguments: seeds)
    func replay(seed: UInt64) async throws {
        let file = try TemporaryFile()
        let source = Replica(name: "memory", store: MemoryTaskStore())
        let copy = Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path)))
        var course = Course(seed: seed)
        for _ in 0..<Self.writes {
            let answer = try await course.next()?.write(to: source)
            course.note(answer)
            guard case .success(let write) = answer else { continue }
            // As they stand in a record, and are read from there.
            var writer = JSONWriter()
            writer.changes(write.changes)
            let read = try (try writer.takeText().value().arrayValue ?? []).enumerated().map { index, json in
                try Change(json, at: write.changes[index].moment)
            }
            #expect(read == write.changes, "seed \(seed)")
            try await copy.commit(read)
        }
        let (found, expected) = (try await copy.export(), try await source.export())
        #expect(found == expected, "seed \(seed)")
        await copy.store.close()
    }

    @Test("an import straight into the rows of the embedded store gives what its rules say", arguments: seeds)
    func imports(seed: UInt64) async throws {
        let file = try TemporaryFile()
        let source = Replica(name: "memory", store: MemoryTaskStore())
        let copy = Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path)))
        var writes = RandomWrites(seed: seed)
        for number in 0..<6 {
            let arguments = writes.importArguments()
            guard
                let operation = SeededGenerator.operation(ImportTasks.definition.name, arguments) as? ImportTasks
            else { continue }
            let moment = Timestamp(seconds: 1_764_400_000 + Int64(number))
            let refusals = [
                await source.importTasks(operation, at: moment), await copy.importTasks(operation, at: moment),
            ]
            #expect(refusals[0] == refusals[1], "seed \(seed)")
        }
        let (found, expected) = (try await copy.export(without: ["rev"]), try await source.export(without: ["rev"]))
        #expect(found == expected, "seed \(seed)")
        await copy.store.close()
    }

    /// The numbers of the tasks in a payload, which say most of it.
    private static func numbers(in payload: String) -> [Int] {
        payload.split(separator: "\"sequence\":").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
    }

    private static func state(of replica: Replica) async throws -> [String: String] {
        let moment = Timestamp(seconds: 1_764_500_000)
        var state = [
            "list": try await replica.query { try $0.writeList(into: &$1) },
            "export": try await replica.query { try $0.writeExport(into: &$1) },
            "today": try await replica.query { try $0.writeDailyTasks(at: moment, into: &$1) },
            "mood": try await replica.query { try $0.writeMoodHistory(into: &$1) },
        ]
        for query in ["milk", "kase", "uber b", "牛", "a-b", "zoe the", "\"", "ร้า"] {
            guard
                case .object(let arguments) = JSONValue.object(["query": .string(query)]),
                let search = try Catalogue.standard.resolve(SearchTasks.definition.name, arguments).operation
                    as? SearchTasks
            else { continue }
            state["search for \(query)"] = try await replica.query { try $0.writeMatches(of: search, into: &$1) }
        }
        return state
    }
}

/// A sequence of writes, with the moments and the identifiers that they get.
private struct Course {
    private var writes: RandomWrites
    private(set) var moment = Timestamp(seconds: 1_764_400_000)

    init(seed: UInt64) { writes = RandomWrites(seed: seed) }

    struct Step {
        let operation: any RuledOperation
        let seed: UInt64
        let moment: Timestamp
        let text: String

        func write(to replica: Replica) async throws -> Replica.Answer {
            try await replica.write(operation, seed: seed, at: moment)
        }
    }

    /// `nil` where the arguments were refused at once.
    mutating func next() -> Step? {
        let (name, arguments) = writes.next()
        moment = Timestamp(seconds: moment.seconds + 37)
        guard let operation = SeededGenerator.operation(name, arguments) else { return nil }
        return Step(
            operation: operation, seed: UInt64(moment.seconds), moment: moment,
            text: "\(name) \(JSONText(.object(arguments)))")
    }

    mutating func note(_ answer: Replica.Answer?) {
        if case .success(let write) = answer { writes.know(write.tasks) }
    }
}
