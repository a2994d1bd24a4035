import OperationCatalogue

extension ContractCase {
    /// A parent with three children.
    private static func family(_ client: ContractClient) async throws -> (parent: String, children: [String]) {
        let parent = try await client.create("parent")
        var children: [String] = []
        for title in ["a", "b", "c"] {
            children.append(try await client.create(title, ["parent_id": .string(parent)]))
        }
        return (parent, children)
    }

    static let moving = [
        ContractCase("a task moves under another parent, to the place that is named, and back to none") { client in
            let (parent, children) = try await family(client)
            let id = try await client.create("guest")
            var moved = try await client.call(
                "move_task", ["task_id": .string(id), "new_parent_id": .string(parent), "position": 1])
            try expect("parent_id", moved["parent_id"], .string(parent))
            try expect(
                "children", try await client.task(parent).children, [children[0], id, children[1], children[2]])
            try expect(
                "action", moved.actionKinds.last,
                ["Moved": ["from_parent_id": nil, "to_parent_id": .string(parent), "position": 1]])
            moved = try await client.call("move_task", ["task_id": .string(id), "new_parent_id": nil])
            try expect("parent_id", moved["parent_id"], .null)
            try expect("children", try await client.task(parent).children, children)
            let action = moved.actionKinds.last?["Moved"]
            try expect("from_parent_id", action?["from_parent_id"], .string(parent))
            try expect("to_parent_id", action?["to_parent_id"], .null)
        },
        ContractCase("a move without a place goes to the end of the new parent's children") { client in
            let (parent, children) = try await family(client)
            let id = try await client.create("guest")
            try await client.call("move_task", ["task_id": .string(id), "new_parent_id": .string(parent)])
            try expect("children", try await client.task(parent).children, children + [id])
        },
        ContractCase("a move under itself, a child or a grandchild is refused and changes nothing") { client in
            let (parent, children) = try await family(client)
            let grandchild = try await client.create("grandchild", ["parent_id": .string(children[1])])
            let before = try await client.task(parent)
            for target in [parent, children[0], grandchild] {
                let error = try await client.refusal(
                    "move_task", ["task_id": .string(parent), "new_parent_id": .string(target)])
                try expect(error, is: .invalidState, status: 400)
                try expect("the error says something", error.message.hasPrefix("cannot move a task under"))
            }
            try expect("the task", try await client.task(parent), before)
        },
        ContractCase("a move under a parent that is not there is refused") { client in
            let id = try await client.create("x")
            let error = try await client.refusal(
                "move_task", ["task_id": .string(id), "new_parent_id": .string("\(UniqueIdentifier.version7())")])
            try expect(error, is: .notFound, status: 404, message: "parent task not found")
        },
    ]

    static let movingChoices = [
        ContractCase("a move among siblings goes to every place, and past the end is the end") { client in
            let (parent, children) = try await family(client)
            let others = [children[1], children[2]]
            for (position, place) in [(1, 1), (2, 2), (0, 0), (99, 2), (0, 0)] {
                try await client.call(
                    "move_task", ["task_id": .string(children[0]), "position": .integer(Int64(position))])
                var expected = others
                expected.insert(children[0], at: place)
                try expect("position \(position)", try await client.task(parent).children, expected)
            }
            try await client.call("move_task", ["task_id": .string(children[0])])
            try expect("no position", try await client.task(parent).children, others + [children[0]])
        },
        ContractCase("a move to where the task is leaves no revision and no record") { client in
            let (parent, children) = try await family(client)
            let before = try await client.task(children[1])
            for arguments in [["position": 1], ["new_parent_id": .string(parent), "position": 1]] as [JSONObject] {
                var arguments = arguments
                arguments["task_id"] = .string(children[1])
                try expect("the task", try await client.call("move_task", arguments), before)
            }
            let root = try await client.task(parent)
            try expect(
                "a root", try await client.call("move_task", ["task_id": .string(parent), "new_parent_id": nil]), root)
        },
        ContractCase("sixty moves into the same gap keep the order") { client in
            let (parent, children) = try await family(client)
            var expected = children
            for number in 0..<60 {
                let id = try await client.create("n\(number)")
                try await client.call(
                    "move_task", ["task_id": .string(id), "new_parent_id": .string(parent), "position": 1])
                expected.insert(id, at: 1)
            }
            try expect("children", try await client.task(parent).children, expected)
        },
    ]

    static let deleting = [
        ContractCase("a deleted task is gone from everywhere, and answers so") { client in
            let word = "w\(UniqueIdentifier.version7().low)"
            let id = try await client.create(word, ["complete_by": "2001-01-01T00:00:00Z"])
            try await client.setStatus(id, .inProgress)
            let answer = try await client.call("delete_task", ["task_id": .string(id)])
            try expect("the answer", answer, ["deleted": true, "id": .string(id)])
            let error = try await client.refusal("get_task", ["task_id": .string(id)])
            try expect(error, is: .notFound, status: 404, message: "task not found")
            try expect(
                try await client.refusal("delete_task", ["task_id": .string(id)]), is: .notFound, status: 404)
            try expect("the list", try await client.listed(id), nil)
            try expect("the search", try await client.search(word), [])
            let today = try await client.call("get_daily_tasks").arrayValue ?? []
            try expect("today's list", today.contains { $0["task"]?["id"] == .string(id) }, false)
            let done = try await client.create("done")
            try await client.setStatus(done, .done)
            try await client.call("delete_task", ["task_id": .string(done)])
            let history = try await client.call("get_mood_history").arrayValue ?? []
            try expect("mood history", history.contains { $0["task_id"] == .string(done) }, false)
        },
        ContractCase("the children of a deleted task move up to its place") { client in
            let (parent, children) = try await family(client)
            var grandchildren: [String] = []
            for title in ["x", "y"] {
                grandchildren.append(try await client.create(title, ["parent_id": .string(children[1])]))
            }
            try await client.call("delete_task", ["task_id": .string(children[1])])
            try expect(
                "children", try await client.task(parent).children, [children[0]] + grandchildren + [children[2]])
            let second = try await client.task(grandchildren[1])
            try expect("parent_id", second["parent_id"], .string(parent))
            try expect(
                "action", second.actionKinds.last,
                ["Moved": ["from_parent_id": .string(children[1]), "to_parent_id": .string(parent), "position": 2]])
            try await client.call("delete_task", ["task_id": .string(parent)])
            try expect("a root now", try await client.task(grandchildren[1])["parent_id"], .null)
        },
        ContractCase("a chain closes over a deleted task") { client in
            let first = try await client.create("first")
            let fold: (String, String) async throws -> String = { id, title in
                let result = try await client.call("fold_task", ["task_id": .string(id), "title": .string(title)])
                return result["next_task"]?["id"]?.stringValue ?? ""
            }
            let second = try await fold(first, "second")
            let third = try await fold(second, "third")
            try await client.call("delete_task", ["task_id": .string(second)])
            try expect("next_task_id", try await client.task(first)["next_task_id"], .string(third))
            try await client.call("delete_task", ["task_id": .string(third)])
            let last = try await client.task(first)
            try expect("next_task_id", last["next_task_id"], .null)
            try expect("action", last.actionKinds.last, ["Updated": ["fields": ["next_task_id"]]])
        },
        ContractCase("every chain that leads to a deleted task closes over it") { client in
            let ids = (0..<3).map { _ in UniqueIdentifier.version7().description }
            let task = JSONValue.object(["id": .string(ids[2]), "title": "common"])
            let leading = ids[..<2].map { id in
                JSONValue.object(["id": .string(id), "title": "leads there", "next_task_id": .string(ids[2])])
            }
            try await client.call("import_tasks", ["tasks": .array([task] + leading)])
            try await client.call("delete_task", ["task_id": .string(ids[2])])
            for id in ids[..<2] { try expect("next_task_id", try await client.task(id)["next_task_id"], .null) }
        },
    ]
}
