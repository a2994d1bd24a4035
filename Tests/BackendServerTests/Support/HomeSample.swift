import OperationCatalogue

/// Payloads and records as the home page gets them, made from texts that somebody else has written.
struct HomeSample {
    private let text: (String) -> String

    init(_ text: @escaping (String) -> String = { $0 }) {
        self.text = text
    }

    static func identifier(_ number: UInt64) -> JSONValue {
        .string(UniqueIdentifier(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0000 | number).description)
    }

    static func task(
        _ number: UInt64, _ title: String, _ status: TaskStatus = .open, below parent: UInt64? = nil,
        labels: [String] = [], due: String? = nil
    ) -> JSONValue {
        [
            "id": identifier(number), "title": .string(title), "status": .string(status.rawValue),
            "labels": .array(labels.map(JSONValue.string)), "parent_id": parent.map(identifier) ?? .null,
            "complete_by": due.map(JSONValue.string) ?? .null,
        ]
    }

    private var moving: JSONValue {
        Self.task(1, text("Move into the flat"), .inProgress, labels: [text("home")], due: "2026-11-30T17:00:00Z")
    }

    private var boxes: JSONValue {
        let labels = [text("home"), text("shopping")]
        return Self.task(3, text("Order boxes"), .inReview, below: 1, labels: labels, due: "2026-11-27T17:00:00Z")
    }

    var tasks: JSONValue {
        [
            moving, Self.task(2, text("Sign the lease"), .done, below: 1), boxes,
            Self.task(4, text("Small ones"), .dropped, below: 3), Self.task(5, text("Renew the passport"), .done),
            Self.task(6, text("Merged away"), .pruned, below: 1),
        ]
    }

    var today: JSONValue {
        [
            ["task": boxes, "urgency_reason": .string(text("overdue by 1 day, in review"))],
            ["task": moving, "urgency_reason": .string(text("due in 2 days, in progress"))],
        ]
    }

    var moods: JSONValue {
        [
            mood("2026-11-27T18:00:00Z", 0.75, 0.5, ["r": 0.5, "theta": 0.0], ["r": 1.0, "theta": 1.5708]),
            mood("2026-11-20T18:00:00Z", -0.4, .null, .null, ["r": 0.25, "theta": -0.7854]),
            mood("2026-11-11T18:00:00Z", 0, -1, ["r": 0.5, "theta": 3.1416], .null),
        ]
    }

    private func mood(
        _ time: String, _ productive: JSONValue, _ desire: JSONValue, _ start: JSONValue, _ finish: JSONValue
    ) -> JSONValue {
        [
            "task_id": Self.identifier(2), "task_title": .string(text("Sign the lease")), "finished_at": .string(time),
            "productive": productive, "desire": desire, "mood_start": start, "mood_finish": finish,
        ]
    }

    var records: [JSONValue] {
        let client: JSONValue = ["name": .string(text("claude-code")), "version": "2.1"]
        let title: JSONValue = ["title": .string(text("Sign the lease"))]
        let refusal: JSONValue = [
            "code": "invalid_state", "message": .string(text("cannot complete task with active children")),
        ]
        return [
            record(9, "intent", "create_task", ["args": title, "client": client]),
            record(8, "outcome", "create_task", ["status": "ok", "result": title, "ms": 1.94, "client": client]),
            record(8, "intent", "create_task", ["args": title, "client": client]),
            record(7, "outcome", "list_tasks", ["status": "ok", "result_bytes": 812, "ms": 0.8]),
            record(6, "outcome", "set_task_status", ["status": "failed", "error": refusal, "ms": 0.31]),
            record(5, "outcome", "delete_task", ["status": "unknown", "error": refusal, "ms": 30_000]),
            ["v": 1, "kind": "header", "time": "2026-11-28T09:00:00.000000Z", "seq": 0],
        ]
    }

    private func record(_ number: UInt64, _ kind: String, _ operation: String, _ more: JSONObject) -> JSONValue {
        var record: JSONObject = [
            "v": 1, "kind": .string(kind), "time": .string("2026-11-28T09:2\(number):07.123456Z"),
            "id": Self.identifier(number), "op": .string(operation), "door": "http", "user": "ada",
        ]
        for member in more.members { record[member.key] = member.value }
        return .object(record)
    }
}
