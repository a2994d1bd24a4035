import OperationCatalogue
import OperationLog
import Testing

@Suite("What has changed a task")
struct TaskHistoryTests {
    private static func task(
        _ number: Int, under parent: Int? = nil, before next: Int? = nil, children: [Int] = [], status: String = "open"
    ) -> JSONValue {
        [
            "id": .string(Line.id(number)), "title": "T", "status": .string(status),
            "parent_id": parent.map { .string(Line.id($0)) } ?? .null,
            "next_task_id": next.map { .string(Line.id($0)) } ?? .null,
            "children": .array(children.map { .string(Line.id($0)) }),
        ]
    }

    /// An operation, which failed where it has neither a result nor changes.
    private struct Step {
        let operation: String
        let arguments: JSONValue
        let result: JSONValue?
        var changes: JSONValue?

        init(_ operation: String, _ arguments: JSONValue, _ result: JSONValue?) {
            (self.operation, self.arguments, self.result) = (operation, arguments, result)
        }

        init(_ operation: String, _ arguments: JSONValue, changes: JSONValue) {
            self.init(operation, arguments, nil)
            self.changes = changes
        }
    }

    private static func id(_ number: Int) -> JSONValue { .string(Line.id(number)) }

    /// The operations of a log that have changed the task 1, and how.
    private func effects(_ steps: [Step]) throws -> [String] {
        let folder = try TemporaryFolder()
        var text = ""
        for (index, step) in steps.enumerated() {
            var more: JSONObject = ["error": ["code": "not_found", "message": "x"]]
            if let result = step.result { more = ["result": result] }
            if let changes = step.changes { more = ["changes": changes] }
            let status = step.result == nil && step.changes == nil ? "failed" : "ok"
            text += Line.intent(1000 + index, step.operation, step.arguments)
            text += Line.outcome(1000 + index, step.operation, status, more)
        }
        try append(text, to: folder("log"))
        var history = TaskHistory(of: try #require(UniqueIdentifier(Line.id(1))))
        var found: [String] = []
        _ = LogScan([folder("log")]) { _ in }.operations(of: LogFilter()) { operation in
            if let effect = history.effect(of: operation) { found.append("\(operation.text("op") ?? "") \(effect)") }
            return true
        }
        return found
    }

    private static let family: [Step] = [
        Step("create_task", ["title": "G", "id": id(3)], task(3)),
        Step("create_task", ["title": "P", "parent_id": id(3), "id": id(2)], task(2, under: 3)),
        Step("create_task", ["title": "C", "parent_id": id(2), "id": id(1)], task(1, under: 2)),
    ]

    @Test("The deletion of its parent, and of the one that then is, and no change of theirs")
    func deletedParents() throws {
        let found = try effects(
            Self.family + [
                Step("update_task", ["task_id": Self.id(2), "title": "P2"], Self.task(2, under: 3, children: [1])),
                Step("delete_task", ["task_id": Self.id(2)], nil),
                Step("delete_task", ["task_id": Self.id(2)], ["deleted": true, "id": Self.id(2)]),
                Step("update_task", ["task_id": Self.id(3), "title": "G2"], Self.task(3, children: [1])),
                Step("delete_task", ["task_id": Self.id(3)], ["deleted": true, "id": Self.id(3)]),
                Step("delete_task", ["task_id": Self.id(4)], ["deleted": true, "id": Self.id(4)]),
            ])
        #expect(found == ["create_task changed", "delete_task movedUp", "delete_task movedUp"])
    }

    @Test("A move, a split, a fold and a merge of its own, and those that failed")
    func own() throws {
        let found = try effects(
            Self.family + [
                Step("move_task", ["task_id": Self.id(1), "position": 0], Self.task(1, under: 2)),
                Step("move_task", ["task_id": Self.id(5), "new_parent_id": Self.id(1)], Self.task(5, under: 1)),
                Step("create_task", ["title": "X", "parent_id": Self.id(1), "id": Self.id(6)], Self.task(6, under: 1)),
                Step(
                    "split_task", ["task_id": Self.id(1), "first_title": "a", "second_title": "b"],
                    [
                        "parent": Self.task(1), "first_child": Self.task(7, under: 1),
                        "second_child": Self.task(8, under: 1),
                    ]
                ),
                Step(
                    "fold_task", ["task_id": Self.id(1), "title": "n"],
                    ["original": Self.task(1), "next_task": Self.task(9)]
                ),
                Step("set_task_status", ["task_id": Self.id(1), "status": "done"], nil),
                Step("get_task", ["task_id": Self.id(1)], Self.task(1)),
                Step(
                    "merge_task", ["task_id": Self.id(7)],
                    ["parent": Self.task(1), "merged_children": [Self.task(7, under: 1, status: "pruned")]]
                ),
            ])
        #expect(
            found == [
                "create_task changed", "move_task changed", "split_task changed", "fold_task changed",
                "set_task_status changed", "merge_task changed",
            ])
    }

    @Test("The split or the fold that made it, and the merge that pruned it or its parent")
    func ofOthers() throws {
        let split: JSONValue = [
            "parent": Self.task(3), "first_child": Self.task(1, under: 3), "second_child": Self.task(2, under: 3),
        ]
        let merge: JSONValue = [
            "parent": Self.task(3),
            "merged_children": [Self.task(1, under: 3, status: "pruned"), Self.task(2, under: 3, status: "pruned")],
        ]
        let steps: [Step] = [
            Step("split_task", ["task_id": Self.id(3)], split), Step("merge_task", ["task_id": Self.id(2)], merge),
        ]
        #expect(try effects(steps) == ["split_task changed", "merge_task changed"])
        let under: JSONValue = ["parent": Self.task(3), "merged_children": [Self.task(2, under: 3, status: "pruned")]]
        let grand = Self.family + [Step("merge_task", ["task_id": Self.id(2)], under)]
        #expect(try effects(grand) == ["create_task changed", "merge_task movedUp"])
        let done =
            Self.family + [
                Step(
                    "set_task_status", ["task_id": Self.id(1), "status": "done"], Self.task(1, under: 2, status: "done")
                ),
                Step("merge_task", ["task_id": Self.id(2)], under),
            ]
        #expect(try effects(done) == ["create_task changed", "set_task_status changed"])
    }

    private static func change(_ number: Int, _ kind: String, _ more: JSONObject) -> JSONValue {
        var change: JSONObject = ["task": id(number), "title": "T", "change": .string(kind)]
        for member in more.members { change.append(member.key, member.value) }
        return .object(change)
    }

    @Test("Changes tell what was done to it by the way, also where nothing before tells where it stood")
    func toldByChanges() throws {
        let found = try effects([
            Step(
                "delete_task", ["task_id": Self.id(2)],
                changes: [
                    Self.change(1, "place", ["before": ["parent_id": Self.id(2)], "after": ["parent_id": Self.id(3)]]),
                    Self.change(2, "delete", ["before": [:]]),
                ]),
            Step(
                "delete_task", ["task_id": Self.id(6)],
                changes: [
                    Self.change(1, "update", ["fields": ["next_task_id": ["before": Self.id(6), "after": nil]]]),
                    Self.change(6, "delete", ["before": [:]]),
                ]),
            Step("update_task", ["task_id": Self.id(1), "title": "T"], changes: []),
            Step(
                "update_task", ["task_id": Self.id(3), "title": "T"],
                changes: [Self.change(3, "update", ["fields": [:]])]),
            Step("import_tasks", ["tasks": []], changes: [["change": "create", "tasks": [Self.id(9), Self.id(1)]]]),
        ])
        #expect(
            found == [
                "delete_task movedUp", "delete_task followedAnew", "update_task changed", "import_tasks changed",
            ])
    }

    @Test(
        "Where it stands is known from changes, so that a backend that tells too little of others is followed all the same"
    )
    func followedByChanges() throws {
        let family = [
            Step("create_task", ["title": "G"], changes: [Self.change(3, "create", ["after": [:]])]),
            Step(
                "create_task", ["title": "P"], changes: [Self.change(2, "create", ["after": ["parent_id": Self.id(3)]])]
            ),
            Step(
                "create_task", ["title": "C"], changes: [Self.change(1, "create", ["after": ["parent_id": Self.id(2)]])]
            ),
        ]
        let removal = Step("delete_task", ["task_id": Self.id(2)], changes: [Self.change(2, "delete", [:])])
        let next = Step("delete_task", ["task_id": Self.id(3)], changes: [Self.change(3, "delete", [:])])
        #expect(
            try effects(family + [removal, next]) == [
                "create_task changed", "delete_task movedUp", "delete_task movedUp",
            ])
        let away = Step(
            "move_task", ["task_id": Self.id(2)], changes: [Self.change(2, "place", ["after": ["parent_id": nil]])])
        #expect(try effects(family + [away, removal, next]) == ["create_task changed", "delete_task movedUp"])
        let merge = Step(
            "merge_task", ["task_id": Self.id(2)],
            changes: [Self.change(2, "update", ["fields": ["status": ["after": "pruned"]]])])
        #expect(
            try effects(family + [merge, next]) == ["create_task changed", "merge_task movedUp", "delete_task movedUp"])
        let done = Step(
            "set_task_status", ["task_id": Self.id(1)],
            changes: [Self.change(1, "update", ["fields": ["status": ["before": "open", "after": "done"]]])])
        #expect(try effects(family + [done, merge]) == ["create_task changed", "set_task_status changed"])
    }

    @Test("What follows it in its chain was deleted")
    func chain() throws {
        let found = try effects([
            Step(
                "fold_task", ["task_id": Self.id(1), "title": "n"],
                ["original": Self.task(1, before: 2), "next_task": Self.task(2)]
            ),
            Step("delete_task", ["task_id": Self.id(2)], ["deleted": true, "id": Self.id(2)]),
        ])
        #expect(found == ["fold_task changed", "delete_task followedAnew"])
    }

    @Test("It is among the tasks that were imported, not where one of them only mentions it")
    func imported() throws {
        let tasks: JSONValue = ["tasks": [Self.task(2, under: 3), Self.task(1, under: 2)]]
        let mention: JSONValue = ["tasks": [Self.task(4, under: 1)]]
        let found = try effects([
            Step("import_tasks", tasks, ["imported": 2, "existing": 0]),
            Step("import_tasks", mention, ["imported": 1, "existing": 0]),
            Step("delete_task", ["task_id": Self.id(2)], ["deleted": true, "id": Self.id(2)]),
        ])
        #expect(found == ["import_tasks changed", "delete_task movedUp"])
    }

    @Test("A reference and a number that only changes tell name their task, with its title")
    func namesInChanges() throws {
        let folder = try TemporaryFolder()
        let made = Self.change(1, "create", ["after": ["title": "T", "ref": "local-7", "sequence": 7]])
        try append(Line.outcome(100, "create_task", "ok", ["changes": [made]]), to: folder("log"))
        for text in [String(Line.id(1).dropLast(1)), "local-7", "#7"] {
            let found = IdentifierSearch([folder("log")]).tasks(try #require(IdentifierSearch.TaskName(text)))
            #expect(found.map(\.id) == [Line.id(1)] && found.map(\.title) == ["T"], "\(text)")
        }
    }

    @Test(
        "A task is named by its identifier in any case, the beginning of it, its reference or its number",
        arguments: [
            (Line.id(1).uppercased(), 1), (String(Line.id(1).dropLast(1)), 2), ("local-7", 1), ("#7", 1), ("7", 1),
            ("8", 2),
            ("local-77", 0), ("99", 0),
        ])
    func names(text: String, count: Int) throws {
        let folder = try TemporaryFolder()
        func result(_ id: Int, _ number: Int64, _ slug: String = "local") -> JSONObject {
            [
                "result": [
                    "id": Self.id(id), "title": .string("Task \(id)"), "ref": .string("\(slug)-\(number)"),
                    "sequence": .integer(number),
                ]
            ]
        }
        let imported: JSONValue = ["tasks": [["id": Self.id(400), "title": "x", "ref": "local-7", "sequence": 7]]]
        try append(
            Line.outcome(100, "create_task", "ok", result(1, 7)) + Line.outcome(101, "create_task", "ok", result(2, 8))
                + Line.outcome(102, "create_task", "ok", result(300, 8, "other"))
                + Line.intent(103, "import_tasks", imported),
            to: folder("log"))
        let name = try #require(IdentifierSearch.TaskName(text))
        let found = IdentifierSearch([folder("log")]).tasks(name)
        #expect(found.count == count, "\(found)")
        if count == 1 { #expect(found[0].id == Line.id(1)) }
        #expect(IdentifierSearch.TaskName("milk") == nil && IdentifierSearch.TaskName("#x") == nil)
    }
}
