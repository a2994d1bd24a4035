import OperationCatalogue

extension ContractCase {
    static let splitting = [
        ContractCase("split keeps the parent and gives it two children, which inherit its labels") { client in
            let id = try await client.create("big", ["labels": ["a", "b"], "desire": 1])
            let earlier = try await client.create("earlier", ["parent_id": .string(id)])
            let result = try await client.call(
                "split_task",
                [
                    "task_id": .string(id), "first_title": "one", "first_description": "first", "second_title": "two",
                    "second_description": "second",
                ])
            let first = result["first_child"]?["id"]?.stringValue ?? ""
            let second = result["second_child"]?["id"]?.stringValue ?? ""
            try expect("children", result["parent"]?.children, [earlier, first, second])
            for (child, title, text) in [(first, "one", "first"), (second, "two", "second")] {
                let whole = try await client.task(child)
                try expect("title", whole["title"], .string(title))
                try expect("description", whole["description"], .string(text))
                try expect("labels", whole["labels"], ["a", "b"])
                try expect("desire", whole["desire"], .null)
                try expect("parent_id", whole["parent_id"], .string(id))
                try expect("actions", whole.actionKinds, ["Created"])
                try expect("the result", [result["first_child"], result["second_child"]].contains(whole))
            }
            let parent = try await client.task(id)
            try expect("the parent in the result", result["parent"], parent)
            try expect("title", parent["title"], "big")
            let split: [JSONValue] = [
                ["Split": ["child_id": .string(first)]], ["Split": ["child_id": .string(second)]],
            ]
            try expect("actions", Array(parent.actionKinds.suffix(2)), split)
        }
    ]

    static let folding = [
        ContractCase("fold puts a new task right after this one, and keeps what came after") { client in
            let parent = try await client.create("parent")
            let id = try await client.create("now", ["parent_id": .string(parent), "labels": ["a"]])
            let sibling = try await client.create("sibling", ["parent_id": .string(parent)])
            let last = try await client.call("fold_task", ["task_id": .string(id), "title": "last"])["next_task"]
            let result = try await client.call(
                "fold_task",
                [
                    "task_id": .string(id), "title": "next", "description": "text", "desire": 0.5, "productive": 0.25,
                    "complete_by": "2031-01-01T00:00:00Z", "labels": ["b"],
                ])
            let next = try await client.task(result["next_task"]?["id"]?.stringValue ?? "")
            try expect("next_task", result["next_task"], next)
            try expect("original", result["original"], try await client.task(id))
            try expect("the original's next", result["original"]?["next_task_id"], next["id"])
            try expect("the next one's next", next["next_task_id"], last?["id"])
            try expect("labels", next["labels"], ["b"])
            try expect("desire", next["desire"]?.doubleValue, 0.5)
            try expect("complete_by", next["complete_by"], "2031-01-01T00:00:00Z")
            try expect("parent_id", next["parent_id"], .string(parent))
            try expect(
                "children", try await client.task(parent).children,
                [id, next["id"]?.stringValue ?? "", last?["id"]?.stringValue ?? "", sibling])
            try expect(
                "the original's last action", result["original"]?.actionKinds.last,
                ["FoldedInto": ["next_task_id": next["id"] ?? .null]])
        },
        ContractCase("fold works on a task without a parent") { client in
            let id = try await client.create("now")
            let result = try await client.call("fold_task", ["task_id": .string(id), "title": "next"])
            try expect("parent_id", result["next_task"]?["parent_id"], .null)
            try expect("next_task_id", result["next_task"]?["next_task_id"], .null)
            try expect("labels", result["next_task"]?["labels"], [])
        },
    ]

    static let merging = [
        ContractCase("merge appends the active children's content to the parent and prunes them") { client in
            let parent = try await client.create("parent", ["description": "own text"])
            let first = try await client.create("first", ["parent_id": .string(parent), "description": "one"])
            let second = try await client.create("second", ["parent_id": .string(parent), "description": "two"])
            let done = try await client.create("finished", ["parent_id": .string(parent)])
            try await client.setStatus(done, .done)
            try await client.setStatus(second, .inProgress)
            let result = try await client.call("merge_task", ["task_id": .string(second)])
            let whole = try await client.task(parent)
            try expect("parent", result["parent"], whole)
            let text = whole["description"]?.stringValue ?? ""
            let parts = ["own text", "first", "one", "second", "two"]
            try expect("everything is in the description, in order: \(text)", text.holdsInOrder(parts))
            try expect("no finished child is in it", !text.holdsInOrder(["finished"]))
            try expect("merged_children", result["merged_children"]?.identifiers, [first, second])
            for id in [first, second] {
                let child = try await client.task(id)
                try expect("status", child["status"], "pruned")
                try expect("action", child.actionKinds.last, "MergedIntoParent")
                try expect("the result", result["merged_children"]?.arrayValue?.contains(child), true)
            }
            let merged: [JSONValue] = [
                ["MergedChild": ["child_id": .string(first)]], ["MergedChild": ["child_id": .string(second)]],
            ]
            try expect("the parent's actions", Array(whole.actionKinds.suffix(2)), merged)
            try expect("the finished one", try await client.task(done)["status"], "done")
            try await client.setStatus(parent, .done)
        },
        ContractCase("merge of a task without a parent is refused") { client in
            let id = try await client.create("alone")
            try expect(
                try await client.refusal("merge_task", ["task_id": .string(id)]), is: .invalidState, status: 400)
        },
        ContractCase("a pruned task can be taken up again") { client in
            let parent = try await client.create("parent")
            let child = try await client.create("child", ["parent_id": .string(parent)])
            try await client.call("merge_task", ["task_id": .string(child)])
            try expect("status", try await client.setStatus(child, .open)["status"], "open")
        },
    ]

    static let mergingChoices = [
        ContractCase("merge without active children is refused") { client in
            let parent = try await client.create("parent")
            let child = try await client.create("child", ["parent_id": .string(parent)])
            try await client.setStatus(child, .done)
            let before = try await client.task(parent)
            try expect(
                try await client.refusal("merge_task", ["task_id": .string(child)]), is: .invalidState, status: 400)
            try expect("the parent", try await client.task(parent), before)
        },
        ContractCase("merge moves the active grandchildren up, to the place of their parent") { client in
            let top = try await client.create("top")
            let first = try await client.create("first", ["parent_id": .string(top)])
            let second = try await client.create("second", ["parent_id": .string(top)])
            let grandchild = try await client.create("grandchild", ["parent_id": .string(first)])
            let finished = try await client.create("finished", ["parent_id": .string(first)])
            try await client.setStatus(finished, .done)
            let result = try await client.call("merge_task", ["task_id": .string(first)])
            try expect("children", result["parent"]?.children, [first, grandchild, second])
            try expect("the finished one stays", try await client.task(first).children, [finished])
            try expect("status", try await client.task(grandchild)["status"], "open")
            try expect("merged", result["merged_children"]?.identifiers, [first, second])
            try expect(
                try await client.refusal("set_task_status", ["task_id": .string(top), "status": "done"]),
                is: .invalidState, status: 400)
        },
        ContractCase("pruning leaves finished_at alone") { client in
            let id = try await client.create("x")
            try expect("none", try await client.setStatus(id, .pruned)["finished_at"], .null)
            let done = try await client.setStatus(id, .done)["finished_at"]
            try expect("kept", try await client.setStatus(id, .pruned)["finished_at"], done)
        },
    ]
}

extension String {
    /// Whether the parts occur one after the other.
    fileprivate func holdsInOrder(_ parts: [String]) -> Bool {
        var rest = self[...]
        for part in parts {
            guard let index = rest.indices.first(where: { rest[$0...].hasPrefix(part) }) else { return false }
            rest = rest[index...].dropFirst(part.count)
        }
        return true
    }
}
