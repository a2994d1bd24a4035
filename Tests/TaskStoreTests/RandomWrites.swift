import OperationCatalogue

/// Random numbers that are the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func identifier() -> UniqueIdentifier { UniqueIdentifier(high: next(), low: next()) }
}

/// Writes of every kind, in any order, on tasks that are there and on some that are not.
struct RandomWrites {
    private(set) var generator: SeededGenerator
    /// Identifiers that tasks may have by now.
    private var ids: [UniqueIdentifier] = []

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Takes note of tasks that have come to be.
    mutating func know(_ new: [UniqueIdentifier]) { ids += new }

    mutating func next() -> (name: String, arguments: JSONObject) {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<5: return (CreateTask.definition.name, newTask())
        case 5..<8: return (UpdateTask.definition.name, changes())
        case 8..<11:
            return (SetTaskStatus.definition.name, ["task_id": anyID(), "status": anyStatus()])
        case 11..<13:
            return (
                SplitTask.definition.name,
                [
                    "task_id": anyID(), "first_title": text(), "first_description": text(), "second_title": text(),
                    "second_description": text(),
                ]
            )
        case 13..<15: return (FoldTask.definition.name, ["task_id": anyID(), "title": text(), "labels": labels()])
        case 15: return (MergeTask.definition.name, ["task_id": anyID()])
        case 16..<18: return (MoveTask.definition.name, move())
        case 18: return (DeleteTask.definition.name, ["task_id": anyID()])
        default: return (ImportTasks.definition.name, ["tasks": list()])
        }
    }

    mutating func importArguments() -> JSONObject { ["tasks": list()] }

    // MARK: Arguments

    private mutating func newTask() -> JSONObject {
        var arguments: JSONObject = ["title": text()]
        // Now and then one that is there already.
        arguments["id"] = chance(8) ? anyID() : .string(newID().description)
        if chance(2) { arguments["parent_id"] = anyID() }
        if chance(2) { arguments["labels"] = labels() }
        if chance(2) { arguments["description"] = text() }
        if chance(3) { arguments["complete_by"] = moment() }
        if chance(3) { arguments["desire"] = feeling() }
        return arguments
    }

    private mutating func changes() -> JSONObject {
        var arguments: JSONObject = ["task_id": anyID()]
        if chance(2) { arguments["title"] = text() }
        if chance(2) { arguments["labels"] = chance(3) ? .null : labels() }
        if chance(3) { arguments["description"] = text() }
        if chance(3) { arguments["status"] = anyStatus() }
        if chance(3) { arguments["complete_by"] = moment() }
        if chance(3) { arguments["productive"] = feeling() }
        if chance(4) { arguments["pinned"] = .bool(chance(2)) }
        if chance(4) { arguments["mood_finish"] = ["r": feeling(), "theta": feeling()] }
        return arguments
    }

    private mutating func move() -> JSONObject {
        var arguments: JSONObject = ["task_id": anyID()]
        if chance(5) {
            arguments["new_parent_id"] = .null
        } else if !chance(4) {
            arguments["new_parent_id"] = anyID()
        }
        if chance(2) { arguments["position"] = .integer(Int64.random(in: 0..<6, using: &generator)) }
        return arguments
    }

    /// Tasks that refer to one another and to those that are there, in any order.
    private mutating func list() -> JSONValue {
        let new = (0..<Int.random(in: 1...5, using: &generator)).map { _ in newID() }
        var tasks: [JSONValue] = []
        for (index, id) in new.enumerated() {
            var task: JSONObject = ["id": .string(id.description), "title": text(), "status": anyStatus()]
            // Only to those before it in one order, so that no task is below itself.
            if index > 0, chance(2) {
                task["parent_id"] = .string(new[Int.random(in: 0..<index, using: &generator)].description)
            }
            if index == 0, chance(2) { task["parent_id"] = anyID() }
            if chance(3), let next = new.randomElement(using: &generator) {
                task["next_task_id"] = .string(next.description)
            }
            if chance(3) { task["date_created"] = moment() }
            if chance(3) { task["children"] = .array(new.shuffled(using: &generator).map { .string($0.description) }) }
            if chance(3) { task["actions"] = [["kind": "Imported", "recorded_at": moment()]] }
            tasks.append(.object(task))
        }
        if chance(4) { tasks.append(["id": anyID(), "title": text()]) }
        return .array(chance(2) ? tasks.shuffled(using: &generator) : tasks)
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    private mutating func newID() -> UniqueIdentifier {
        let id = generator.identifier()
        ids.append(id)
        return id
    }

    private mutating func anyID() -> JSONValue {
        let id = chance(20) ? nil : ids.suffix(40).randomElement(using: &generator)
        return .string((id ?? generator.identifier()).description)
    }

    private mutating func anyStatus() -> JSONValue {
        .string((TaskStatus.allCases.randomElement(using: &generator) ?? .open).rawValue)
    }

    private static let words = [
        "milk", "Käse", "über", "牛乳", "ร้าน", "buy", "the", "\"quoted\"", "a-b", "Zoë", "x\ny", "☃",
    ]

    private mutating func text() -> JSONValue {
        let count = Int.random(in: 1...4, using: &generator)
        return .string(
            (0..<count).compactMap { _ in Self.words.randomElement(using: &generator) }.joined(separator: " "))
    }

    private mutating func labels() -> JSONValue {
        .array(
            (0..<Int.random(in: 0..<3, using: &generator)).compactMap { _ in
                Self.words.randomElement(using: &generator).map(JSONValue.string)
            })
    }

    private mutating func moment() -> JSONValue {
        .string(Timestamp(seconds: 1_764_500_000 + Int64.random(in: -500_000..<900_000, using: &generator)).description)
    }

    private mutating func feeling() -> JSONValue { .number(Double(Int.random(in: -10...10, using: &generator)) / 10) }
}
