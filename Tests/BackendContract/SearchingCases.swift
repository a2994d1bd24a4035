import OperationCatalogue

extension ContractCase {
    /// A word that no other case uses.
    private static func word() -> String { "w\(UniqueIdentifier.version7().low)" }

    static let searching = [
        ContractCase("every word must occur, in title, description or labels, and the last may be a beginning") {
            client in
            let word = word()
            let id = try await client.create("Kitchen \(word)", ["description": "Paint it", "labels": ["Großputz"]])
            for query in [
                "\(word)", "kitchen \(word)", "\(word) pai", "\(word) großputz", "\(word) großp",
                "PAINT it \(word)",
            ] {
                try expect(query, try await client.search(query), [id])
            }
            for query in ["\(word) garden", "kitch \(word)", "\(word) aint"] {
                try expect(query, try await client.search(query), [])
            }
        },
        ContractCase("a search follows changes of the texts") { client in
            let (old, new) = (word(), word())
            let id = try await client.create(old, ["labels": [.string(old)], "description": .string(old)])
            try await client.update(id, ["title": .string(new)])
            try expect("in labels still", try await client.search(old), [id])
            try await client.update(id, ["labels": nil, "description": nil])
            try expect("gone", try await client.search(old), [])
            try expect("new", try await client.search(new), [id])
        },
        ContractCase("a search can be narrowed by status, label, dates and parent") { client in
            let word = word()
            let parent = try await client.create("parent")
            let first = try await client.create(word, ["labels": ["a b"], "parent_id": .string(parent)])
            let second = try await client.create(word, ["labels": ["a"]])
            try await client.setStatus(second, .done)
            try expect("status", try await client.search(word, ["status": "done"]), [second])
            try expect("label", try await client.search(word, ["label": "a"]), [second])
            try expect("parent_id", try await client.search(word, ["parent_id": .string(parent)]), [first])
            let boundary = try await client.task(second)["date_created"] ?? .null
            try expect("from", try await client.search(word, ["from": boundary]), [second])
            try expect("to", try await client.search(word, ["to": boundary]), [first])
            let nobody: JSONValue = .string("\(UniqueIdentifier.version7())")
            try expect("another parent", try await client.search(word, ["parent_id": nobody]), [])
        },
        ContractCase("what a search finds is in short form") { client in
            let word = word()
            let id = try await client.create(word)
            let child = try await client.create("child", ["parent_id": .string(id)])
            let found = try await client.call("search_tasks", ["query": .string(word)]).arrayValue?.first
            try expect("children", found?.children, [child])
            for name in ["title", "status", "labels", "ref", "sequence", "type", "date_created"] {
                try expect("\(name) is there", found?[name] != nil)
            }
            try expect("description", found?["description"], nil)
        },
    ]

    static let searchingChoices = [
        ContractCase("nothing in a query has a meaning of its own") { client in
            let word = word()
            let id = try await client.create("\(word) title:foo AND \"bar\" don't 50%")
            for query in [
                "\(word) title:foo", "\(word) \"bar", "\(word) AND", "\(word) don't", "\(word) 50%", "\(word)*",
                "(\(word)", "-\(word)", "^\(word)", "\(word) + bar", "'\(word)'; DROP TABLE task",
            ] {
                let found = try await client.search(query)
                try expect(query, found, query.contains("DROP") ? [] : [id])
            }
            try expect("NOT is a word", try await client.search("\(word) NOT"), [])
            try expect("OR is a word", try await client.search("\(word) OR zzz"), [])
        },
        ContractCase("a query without a word finds nothing") { client in
            for query in ["!!", "\"\"", "* *", "🎨🎨", "   "] { try expect(query, try await client.search(query), []) }
        },
        ContractCase("a match in the title comes before one in the description") { client in
            let word = word()
            let second = try await client.create("something else here", ["description": .string(word)])
            let first = try await client.create("something \(word) here")
            try expect("order", try await client.search(word), [first, second])
        },
    ]

    static let batches = [
        ContractCase("a batch gives one result for each operation, in order, and sees its own writes") { client in
            let id = "\(UniqueIdentifier.version7())"
            let results = await client.results([
                try client.invocation("create_task", ["title": "x", "id": .string(id)]),
                try client.invocation("create_task", ["title": "x", "id": .string(id)]),
                try client.invocation("get_task", ["task_id": .string(id)]),
                try client.invocation("set_task_status", ["task_id": .string(id), "status": "done"]),
            ])
            try expect("statuses", results.map(\.status), [.ok, .failed, .ok, .ok])
            try expect("code", results[1].error?.code, .itemExists)
            try expect("status", try await client.task(id)["status"], "done")
        },
        ContractCase("an empty batch gives no results") { client in
            try expect("results", await client.results([]).count, 0)
        },
    ]
}
