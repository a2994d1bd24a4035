import OperationCatalogue

extension ContractCase {
    static let transferring = [
        ContractCase("export gives the whole of every task") { client in
            let id = try await client.create("kept", ["description": "all of it", "labels": ["a"]])
            try await client.setStatus(id, .done)
            let whole = try await client.task(id)
            let exported = try await client.exported()
            try expect("the task", exported.first { $0["id"] == .string(id) }, whole)
        },
        ContractCase("import puts in what was exported, as it was, and a repeat changes nothing") { client in
            let snapshot = Sample()
            let result = try await client.call("import_tasks", ["tasks": snapshot.tasks])
            try expect("the result", result, ["imported": 3, "existing": 0])
            let parent = try await client.task(snapshot.parent)
            for (name, value) in snapshot.parentMembers.members.map({ ($0.key, $0.value) }) {
                try expect(name, parent[name], value)
            }
            let child = try await client.task(snapshot.second)
            try expect("parent_id", child["parent_id"], .string(snapshot.parent))
            try expect("status", child["status"], "done")
            try expect("finished_at", child["finished_at"], "2031-04-12T08:00:00Z")
            try expect("mood_finish", child["mood_finish"]?["r"]?.doubleValue, 0.5)
            try expect("next_task_id", child["next_task_id"], .string(snapshot.first))
            let kinds: [JSONValue] = ["Created", ["StatusChanged": ["from": "open", "to": "done"]]]
            try expect("actions", child.actionKinds, kinds)
            try expect("date_created", child["date_created"], "2031-04-10T07:45:00Z")
            let found = try await client.search(snapshot.word)
            try expect("it is found by its words", found, [snapshot.parent])
            let again = try await client.call("import_tasks", ["tasks": snapshot.tasks])
            try expect("the repeat", again, ["imported": 0, "existing": 3])
            try expect("the parent after the repeat", try await client.task(snapshot.parent), parent)
        },
        ContractCase("an export of what was imported can be imported again after a deletion, and stays deleted") {
            client in
            let snapshot = Sample()
            try await client.call("import_tasks", ["tasks": snapshot.tasks])
            try await client.call("delete_task", ["task_id": .string(snapshot.first)])
            let again = try await client.call("import_tasks", ["tasks": snapshot.tasks])
            try expect("the repeat", again, ["imported": 0, "existing": 3])
            try expect(
                try await client.refusal("get_task", ["task_id": .string(snapshot.first)]), is: .notFound, status: 404)
        },
        ContractCase("import with a parent that is nowhere puts in nothing") { client in
            let (good, bad) = ("\(UniqueIdentifier.version7())", "\(UniqueIdentifier.version7())")
            let nowhere = "\(UniqueIdentifier.version7())"
            let tasks: JSONValue = [
                ["id": .string(good), "title": "good"],
                ["id": .string(bad), "title": "bad", "parent_id": .string(nowhere)],
            ]
            let error = try await client.refusal("import_tasks", ["tasks": tasks])
            try expect(error, is: .invalidArguments, status: 422)
            try expect("the place", error.message.contains("tasks[1].parent_id"))
            try expect(try await client.refusal("get_task", ["task_id": .string(good)]), is: .notFound, status: 404)
        },
        ContractCase("import puts in tasks that refer to one another, in whatever order they come") { client in
            for isReversed in [false, true] {
                let ids = (0..<4).map { _ in "\(UniqueIdentifier.version7())" }
                let (top, first, second, last) = (ids[0], ids[1], ids[2], ids[3])
                var tasks: [JSONValue] = [
                    ["id": .string(top), "title": "top", "children": [.string(last), .string(second)]],
                    [
                        "id": .string(first), "title": "first", "parent_id": .string(top),
                        "next_task_id": .string(second),
                        "status": "dropped", "updated_at": "2031-04-12T08:00:00Z",
                    ],
                    [
                        "id": .string(second), "title": "second", "parent_id": .string(top),
                        "next_task_id": .string(first), "pinned": true,
                    ],
                    [
                        "id": .string(last), "title": "last", "parent_id": .string(top), "next_task_id": .string(last),
                    ],
                ]
                if isReversed { tasks.reverse() }
                try await client.call("import_tasks", ["tasks": .array(tasks)])
                let order = [last, second, first]
                try expect("children, reversed: \(isReversed)", try await client.task(top).children, order)
                for (id, next) in [(first, second), (second, first), (last, last)] {
                    let task = try await client.task(id)
                    try expect("parent_id", task["parent_id"], .string(top))
                    try expect("next_task_id", task["next_task_id"], .string(next))
                    try expect("pinned", task["pinned"], .bool(id == second))
                    try expect("status", task["status"], id == first ? "dropped" : "open")
                    try expect("finished_at", task["finished_at"], id == first ? "2031-04-12T08:00:00Z" : .null)
                }
                let numbers = try await client.sequenceNumbers(ids)
                try expect("the order of creation", numbers, isReversed ? numbers.sorted(by: >) : numbers.sorted())
            }
        },
        ContractCase("import puts a task under a parent that is there already, behind its children") { client in
            let parent = try await client.create("parent")
            let child = try await client.create("child", ["parent_id": .string(parent)])
            let id = "\(UniqueIdentifier.version7())"
            let tasks: JSONValue = [["id": .string(id), "title": "late", "parent_id": .string(parent)]]
            try await client.call("import_tasks", ["tasks": tasks])
            try expect("children", try await client.task(parent).children, [child, id])
        },
    ]

    /// A parent with two children, each with what a new task cannot have; the identifiers are new each time.
    private struct Sample {
        let parent = "\(UniqueIdentifier.version7())"
        let first = "\(UniqueIdentifier.version7())"
        let second = "\(UniqueIdentifier.version7())"
        /// A word that no other task has.
        let word: String

        init() { word = "w" + parent.filter { $0 != "-" } }

        var parentMembers: JSONObject {
            [
                "title": .string("the parent \(word)"), "description": "text", "status": "in-review",
                "labels": ["a", "b"], "children": [.string(second), .string(first)], "pinned": true,
                "complete_by": "2031-05-01T00:00:00Z", "updated_at": "2031-04-12T08:00:00Z",
                "date_created": "2031-04-10T07:45:00Z",
            ]
        }

        var tasks: JSONValue {
            var parent = parentMembers
            parent["id"] = .string(self.parent)
            parent["attachments"] = []
            let created: JSONValue = "2031-04-10T07:45:00Z"
            let done: JSONValue = [
                "kind": ["StatusChanged": ["from": "open", "to": "done"]], "recorded_at": "2031-04-12T08:00:00Z",
            ]
            return [
                ["id": .string(first), "title": "first", "parent_id": .string(self.parent)],
                .object(parent),
                [
                    "id": .string(second), "title": "second", "parent_id": .string(self.parent), "status": "done",
                    "date_created": created, "finished_at": "2031-04-12T08:00:00Z",
                    "mood_finish": ["r": 0.5, "theta": 1], "next_task_id": .string(first),
                    "actions": [["kind": "Created", "recorded_at": created], done],
                ],
            ]
        }
    }
}

extension ContractClient {
    /// The sequence numbers of the tasks with these identifiers.
    fileprivate func sequenceNumbers(_ ids: [String]) async throws -> [Int64] {
        var numbers: [Int64] = []
        for id in ids { numbers.append(try await task(id)["sequence"]?.integerValue ?? 0) }
        return numbers
    }

    fileprivate func exported() async throws -> [JSONValue] {
        try await call("export_tasks")["tasks"]?.arrayValue ?? []
    }
}
