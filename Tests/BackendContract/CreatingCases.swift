import OperationCatalogue

extension ContractCase {
    static let creating = [
        ContractCase("a created task has all that was given, and the defaults for the rest") { client in
            let whole = try await client.call(
                "create_task",
                [
                    "title": "Paint the \"wall\"\n", "description": "twice \u{1F3A8}", "labels": ["house", "hou\\se"],
                    "complete_by": "2031-04-10T09:45:00+02:00", "productive": 0.25, "desire": -1,
                    "assignee": "7033cae7-eff6-4df1-bed9-01d16e89c2b0",
                ])
            try expect("title", whole["title"], "Paint the \"wall\"\n")
            try expect("description", whole["description"], "twice \u{1F3A8}")
            try expect("labels", whole["labels"], ["house", "hou\\se"])
            try expect("complete_by", whole["complete_by"], "2031-04-10T07:45:00Z")
            try expect("productive", whole["productive"]?.doubleValue, 0.25)
            try expect("desire", whole["desire"]?.doubleValue, -1)
            try expect("assignee", whole["assignee"], "7033cae7-eff6-4df1-bed9-01d16e89c2b0")
            try expect("status", whole["status"], "open")
            try expect("pinned", whole["pinned"], false)
            try expect("children", whole["children"], [])
            for name in ["parent_id", "next_task_id", "mood_start", "mood_finish", "finished_at"] {
                try expect(name, whole[name] ?? .null, .null)
            }
            try expect("actions", whole.actionKinds, ["Created"])
            let created = whole["date_created"]?.stringValue ?? ""
            try expect("date_created is a moment", Timestamp(created) != nil)
            try expect("get_task", try await client.task(whole["id"]?.stringValue ?? ""), whole)
        },
        ContractCase("a task row carries ref, org_slug, sequence and type") { client in
            let whole = try await client.call("create_task", ["title": "identity"])
            let slug = whole["org_slug"]?.stringValue ?? ""
            let sequence = whole["sequence"]?.integerValue ?? 0
            try expect("sequence is positive", sequence > 0)
            try expect("ref", whole["ref"], .string("\(slug)-\(sequence)"))
            try expect("type", whole["type"], "task")
            let me = try await client.call("whoami")
            try expect("the slug is the user's", me["org_slug"], .string(slug))
        },
        ContractCase("a child is listed by its parent, in the order of creation") { client in
            let parent = try await client.create("parent")
            let first = try await client.create("first", ["parent_id": .string(parent)])
            let second = try await client.create("second", ["parent_id": .string(parent)])
            try expect("children", try await client.task(parent).children, [first, second])
            try expect("parent_id", try await client.task(first)["parent_id"], .string(parent))
        },
        ContractCase("a create under a parent that is not there is refused") { client in
            let error = try await client.refusal(
                "create_task", ["title": "x", "parent_id": .string("\(UniqueIdentifier.version7())")])
            try expect(error, is: .notFound, status: 404, message: "parent task not found")
        },
        ContractCase("a create takes the client's id, and a second one is told of the first one's task") { client in
            let id = "\(UniqueIdentifier.version7())"
            let first = try await client.call("create_task", ["title": "once", "id": .string(id)])
            try expect("id", first["id"], .string(id))
            let error = try await client.refusal("create_task", ["title": "twice", "id": .string(id)])
            try expect(error, is: .itemExists, status: 409)
            try expect("backend code", error.backendCode, "item_exists")
            try expect("existing", try error.existing?.value(), first)
            try expect("title", try await client.task(id)["title"], "once")
        },
    ]

    static let creatingChoices = [
        ContractCase("sequences and revisions grow, and a refused create uses none up") { client in
            let first = try await client.call("create_task", ["title": "one"])
            _ = try await client.refusal("create_task", ["title": "again", "id": first["id"] ?? .null])
            _ = try await client.refusal(
                "create_task", ["title": "x", "parent_id": .string("\(UniqueIdentifier.version7())")])
            let second = try await client.call("create_task", ["title": "two"])
            try expect(
                "sequence", second["sequence"]?.integerValue, first["sequence"]?.integerValue.map { $0 + 1 })
            try expect("rev", second["rev"]?.integerValue, first["rev"]?.integerValue.map { $0 + 1 })
        },
        ContractCase("a repeated create finds its task also when task or parent are deleted") { client in
            let parent = try await client.create("parent")
            let id = try await client.create("child", ["parent_id": .string(parent)])
            try await client.call("delete_task", ["task_id": .string(id)])
            try await client.call("delete_task", ["task_id": .string(parent)])
            let error = try await client.refusal(
                "create_task", ["title": "child", "id": .string(id), "parent_id": .string(parent)])
            try expect(error, is: .itemExists, status: 409)
            let existing = try error.existing?.value()
            try expect("id", existing?["id"], .string(id))
            try expect("deleted_at is there", existing?["deleted_at"]?.stringValue != nil)
        },
        ContractCase("moments keep their nanoseconds, and are told without needless zeros") { client in
            for (given, told) in [
                ("2031-01-01T00:00:00.000000001Z", "2031-01-01T00:00:00.000000001Z"),
                ("2031-01-01T00:00:00.120000000Z", "2031-01-01T00:00:00.120Z"),
                ("2031-01-01T10:00:00Z", "2031-01-01T10:00:00Z"),
                ("9999-12-31T23:59:59.5Z", "9999-12-31T23:59:59.500Z"),
                ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ] {
                let id = try await client.create("time", ["complete_by": .string(given)])
                try expect(given, try await client.task(id)["complete_by"], .string(told))
                try expect(given, try await client.listed(id)?["complete_by"], .string(told))
            }
        },
    ]
}
