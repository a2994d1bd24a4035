import BackendContract
import OperationCatalogue
import SQLiteBackend
import Testing

@Suite("Today's list")
struct DailyTasksTests {
    /// 2031-05-10T15:00:00Z.
    private static let moment = Timestamp(
        seconds: Timestamp.days(fromYear: 2031, month: 5, day: 10) * 86_400 + 15 * 3600)

    /// Titles, scores and reasons of the list after some tasks were created.
    private func list(
        _ prepare: (ContractClient) async throws -> Void
    ) async throws -> [(title: String, score: Double, reason: String)] {
        let store = try TemporaryStore()
        let backend = store.backend(clock: { Self.moment })
        let client = ContractClient(backend)
        try await prepare(client)
        let entries = try await client.call("get_daily_tasks").arrayValue ?? []
        await backend.close()
        return entries.map {
            (
                $0["task"]?["title"]?.stringValue ?? "", $0["priority_score"]?.doubleValue ?? .nan,
                $0["urgency_reason"]?.stringValue ?? ""
            )
        }
    }

    @Test(
        "tells the dates from each other",
        arguments: [
            ("2031-05-07T15:00:00Z", 53, "overdue by 3 days"), ("2031-05-09T23:59:59Z", 51, "overdue by 1 day"),
            ("2031-05-10T14:59:59Z", 50, "overdue since earlier today"),
            ("2001-01-01T00:00:00Z", 70, "overdue by 11086 days"),
            ("2031-05-10T15:00:00Z", 40, "due today"), ("2031-05-10T23:59:59.999Z", 40, "due today"),
            ("2031-05-11T00:00:00Z", 20, "due tomorrow"), ("2031-05-12T10:00:00Z", 15, "due in 2 days"),
            ("2031-05-13T23:59:59Z", 10, "due in 3 days"), ("2031-05-14T00:00:00Z", 0, "nothing more urgent"),
        ] as [(String, Double, String)]
    )
    func dates(date: String, score: Double, reason: String) async throws {
        let list = try await list { try await $0.create("x", ["complete_by": .string(date)]) }
        #expect(list.map(\.reason) == [reason])
        #expect(list.map(\.score) == [score])
    }

    @Test("adds up what speaks for a task, and puts the most urgent first")
    func sums() async throws {
        let list = try await list { client in
            try await client.create("wanted", ["desire": 0.5])
            let pinned = try await client.create("pinned", ["productive": 0.25])
            try await client.update(pinned, ["pinned": true])
            let started = try await client.create("started", ["complete_by": "2031-05-10T20:00:00Z", "desire": -1])
            try await client.setStatus(started, .inProgress)
            let reviewed = try await client.create("reviewed")
            try await client.setStatus(reviewed, .inReview)
            for status in [TaskStatus.done, .dropped, .pruned] {
                let id = try await client.create("\(status)", ["complete_by": "2001-01-01T00:00:00Z"])
                try await client.update(id, ["pinned": true, "status": .string(status.rawValue)])
            }
        }
        #expect(list.map(\.title) == ["started", "reviewed", "pinned", "wanted"])
        #expect(list.map(\.score) == [55, 20, 17.5, 5])
        #expect(list.map(\.reason) == ["due today, in progress", "in review", "pinned", "wanted"])
    }

    @Test("fills up with tasks that can be begun, and with no more than ten")
    func fillingUp() async throws {
        let list = try await list { client in
            let parent = try await client.create("parent", ["desire": 1])
            try await client.create("child", ["parent_id": .string(parent)])
            let first = try await client.create("first", ["desire": 0.1])
            try await client.call("fold_task", ["task_id": .string(first), "title": "later", "desire": 1])
            for number in 0..<12 { try await client.create("filler \(number)", ["desire": -0.5]) }
        }
        #expect(list.map(\.title) == ["first", "child"] + (0..<8).map { "filler \($0)" })
    }

    @Test("holds no more than fifty")
    func bound() async throws {
        let list = try await list { client in
            let batch = try (0..<1200).map { number in
                try client.invocation(
                    "create_task",
                    [
                        "title": .string("\(number)"), "complete_by": "2031-05-09T00:00:00Z",
                        "desire": .number(Double(number) / 1200), "productive": .number(Double(number) / 1200),
                    ])
            }
            _ = await client.results(batch)
        }
        #expect(list.map(\.title) == (1150..<1200).reversed().map { "\($0)" })
    }
}
