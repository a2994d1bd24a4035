import OperationCatalogue

extension ContractCase {
    static let reading = [
        ContractCase("whoami names the user") { client in
            let me = try await client.call("whoami")
            try expect("id is a UUID", UniqueIdentifier(me["id"]?.stringValue ?? "") != nil)
            try expect("username is there", me["username"]?.stringValue?.isEmpty == false)
            for name in ["role", "personal_org_id", "org_slug"] {
                try expect("\(name) is there", me[name]?.stringValue != nil)
            }
        },
        ContractCase("a task that is not there is not found, whatever is asked of it") { client in
            let id: JSONValue = .string("\(UniqueIdentifier.version7())")
            let calls: [(String, JSONObject)] = [
                ("get_task", [:]), ("update_task", ["title": "x"]), ("set_task_status", ["status": "done"]),
                ("split_task", ["first_title": "a", "second_title": "b"]), ("fold_task", ["title": "x"]),
                ("merge_task", [:]), ("move_task", [:]), ("delete_task", [:]),
            ]
            for (name, arguments) in calls {
                var arguments = arguments
                arguments["task_id"] = id
                try expect(
                    try await client.refusal(name, arguments), is: .notFound, status: 404, message: "task not found")
            }
        },
        ContractCase("the list shows tasks in short form, with how far their descendants are") { client in
            let top = try await client.create("top", ["labels": ["a"], "complete_by": "2031-01-01T00:00:00Z"])
            let middle = try await client.create("middle", ["parent_id": .string(top)])
            let leaf = try await client.create("leaf", ["parent_id": .string(middle)])
            let other = try await client.create("other", ["parent_id": .string(top)])
            try await client.setStatus(leaf, .done)
            let entry = try await client.listed(top)
            try expect("children", entry?.children, [middle, other])
            try expect("descendant_done", entry?["descendant_done"], 1)
            try expect("descendant_total", entry?["descendant_total"], 3)
            let whole = try await client.task(top)
            for name in [
                "title", "status", "labels", "parent_id", "complete_by", "productive", "desire", "date_created",
            ] {
                try expect(name, entry?[name], whole[name])
            }
            for name in ["pinned", "ref", "org_slug", "sequence", "type"] {
                try expect(name, entry?[name], whole[name])
            }
            for name in ["description", "actions", "mood_start"] { try expect(name, entry?[name], nil) }
            let leafEntry = try await client.listed(leaf)
            try expect("a leaf has no descendants to count", leafEntry?["descendant_total"] ?? .null, .null)
            try expect("parent_id", leafEntry?["parent_id"], .string(middle))
        },
        ContractCase("mood history tells of the tasks that are done, the latest finished first") { client in
            let first = try await client.create("first done", ["productive": 0.5])
            let second = try await client.create("second done")
            let dropped = try await client.create("dropped")
            try await client.update(
                first, ["mood_start": ["r": 0.5, "theta": 1], "mood_finish": ["r": 1, "theta": 0.25]])
            try await client.setStatus(second, .done)
            try await client.setStatus(first, .done)
            try await client.setStatus(dropped, .dropped)
            let history = try await client.call("get_mood_history").arrayValue ?? []
            let mine = history.filter { [first, second, dropped].contains($0["task_id"]?.stringValue) }
            try expect("order", mine.map { $0["task_id"] }, [.string(first), .string(second)])
            try expect("task_title", mine.first?["task_title"], "first done")
            try expect("mood_start", mine.first?["mood_start"]?["r"]?.doubleValue, 0.5)
            try expect("mood_finish", mine.first?["mood_finish"]?["theta"]?.doubleValue, 0.25)
            try expect("productive", mine.first?["productive"]?.doubleValue, 0.5)
            try expect("desire", mine.first?["desire"], .null)
            try expect("no mood", mine.last?["mood_start"], .null)
            let finished = try await client.task(first)["finished_at"]
            try expect("finished_at", mine.first?["finished_at"], finished)
        },
        ContractCase("today's list holds what is overdue, with a score and a reason in words") { client in
            let id = try await client.create("long overdue", ["complete_by": "2001-01-01T00:00:00Z", "desire": 1])
            let entries = try await client.call("get_daily_tasks").arrayValue ?? []
            let entry = entries.first { $0["task"]?["id"] == .string(id) }
            try expect("the task is there", entry != nil)
            try expect("priority_score is a number", entry?["priority_score"]?.doubleValue != nil)
            try expect("the reason says overdue", entry?["urgency_reason"]?.stringValue?.contains("overdue") == true)
            let scores = entries.map { $0["priority_score"]?.doubleValue ?? 0 }
            try expect("the most urgent comes first", scores == scores.sorted(by: >))
            try expect("type", entry?["type"], "task")
        },
    ]
}
