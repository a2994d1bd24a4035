import OperationCatalogue

extension ContractCase {
    static let updating = [
        ContractCase("an update changes what it names, clears what is null and leaves the rest") { client in
            let id = try await client.create(
                "old",
                ["description": "text", "labels": ["a"], "desire": 0.5, "complete_by": "2031-01-01T00:00:00Z"])
            let changed = try await client.update(
                id,
                [
                    "title": "new", "complete_by": nil, "productive": 1, "pinned": true,
                    "mood_start": ["r": 1, "theta": 2],
                ])
            try expect("title", changed["title"], "new")
            try expect("complete_by", changed["complete_by"], .null)
            try expect("productive", changed["productive"]?.doubleValue, 1)
            try expect("pinned", changed["pinned"], true)
            try expect("mood_start", changed["mood_start"]?["theta"]?.doubleValue, 2)
            try expect("description", changed["description"], "text")
            try expect("labels", changed["labels"], ["a"])
            try expect("desire", changed["desire"]?.doubleValue, 0.5)
            try expect("get_task", try await client.task(id), changed)
            let emptied = try await client.update(
                id, ["description": nil, "labels": nil, "mood_start": nil, "desire": nil])
            try expect("description", emptied["description"], "")
            try expect("labels", emptied["labels"], [])
            try expect("mood_start", emptied["mood_start"], .null)
            try expect("desire", emptied["desire"], .null)
        },
        ContractCase("a change is recorded with the names of its fields, a status with where it came from") { client in
            let id = try await client.create("x")
            try await client.update(id, ["title": "y", "status": "in-progress", "pinned": true])
            let kinds = try await client.task(id).actionKinds
            try expect("there are three actions", kinds.count, 3)
            try expect("Updated", kinds.contains(["Updated": ["fields": ["title", "pinned"]]]))
            try expect("StatusChanged", kinds.contains(["StatusChanged": ["from": "open", "to": "in-progress"]]))
        },
    ]

    static let updatingChoices = [
        ContractCase("an update that changes nothing leaves no revision and no record") { client in
            let id = try await client.create("x", ["labels": ["a", "b"], "complete_by": "2031-01-01T00:00:00Z"])
            let before = try await client.task(id)
            let same = try await client.update(
                id,
                [
                    "title": "x", "labels": ["a", "b"], "status": "open", "desire": nil, "pinned": false,
                    "complete_by": "2031-01-01T01:00:00+01:00",
                ])
            try expect("the task", same, before)
            try expect("stored", try await client.task(id), before)
        },
        ContractCase("only fields that really change are recorded, and rev and updated_at move on") { client in
            let id = try await client.create("x", ["desire": 0.5])
            let before = try await client.task(id)
            try expect("updated_at", before["updated_at"], .null)
            let after = try await client.update(id, ["title": "x", "desire": 0.25])
            try expect("kinds", after.actionKinds.last, ["Updated": ["fields": ["desire"]]])
            try expect("rev grows", (after["rev"]?.integerValue ?? 0) > (before["rev"]?.integerValue ?? 0))
            try expect("updated_at is a moment", Timestamp(after["updated_at"]?.stringValue ?? "") != nil)
        },
    ]

    static let statuses = [
        ContractCase("a parent with an active child cannot be completed, by neither operation") { client in
            let parent = try await client.create("parent")
            let child = try await client.create("child", ["parent_id": .string(parent)])
            for status in [TaskStatus.open, .inProgress, .inReview] {
                try await client.setStatus(child, status)
                let before = try await client.task(parent)
                for (name, more) in [("set_task_status", [:]), ("update_task", ["title": "changed"])]
                    as [(String, JSONObject)]
                {
                    var arguments: JSONObject = ["task_id": .string(parent), "status": "done"]
                    for member in more.members { arguments[member.key] = member.value }
                    try expect(
                        try await client.refusal(name, arguments), is: .invalidState, status: 400,
                        message: "cannot complete task with active children")
                }
                try expect("the refused parent", try await client.task(parent), before)
            }
            try await client.setStatus(child, .dropped)
            try expect("status", try await client.setStatus(parent, .done)["status"], "done")
        },
        ContractCase("a parent with an active child can be dropped") { client in
            let parent = try await client.create("parent")
            _ = try await client.create("child", ["parent_id": .string(parent)])
            try expect("status", try await client.setStatus(parent, .dropped)["status"], "dropped")
        },
        ContractCase("finished_at is set by done and dropped, kept from done to dropped, cleared by going back") {
            client in
            let id = try await client.create("x")
            for status in [TaskStatus.done, .dropped] {
                let finished = try await client.setStatus(id, status)["finished_at"]
                try expect("\(status) sets it", Timestamp(finished?.stringValue ?? "") != nil)
                for active in [TaskStatus.open, .inProgress, .inReview] {
                    try await client.setStatus(id, status)
                    try expect("\(active) clears it", try await client.setStatus(id, active)["finished_at"], .null)
                }
            }
            let done = try await client.setStatus(id, .done)["finished_at"]
            try expect("kept", try await client.setStatus(id, .dropped)["finished_at"], done)
        },
    ]
}
