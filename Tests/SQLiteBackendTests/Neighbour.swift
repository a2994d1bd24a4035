import BackendContract
import OperationCatalogue
import SQLiteBackend

/// Two people in one store: one has a small tree, a chain and a mood; the other tries to get at it.
struct Neighbour: Sendable {
    let ada: ContractClient
    let grace: ContractClient
    let parent: JSONValue
    let child: JSONValue
    /// A task of the one who tries.
    let own: JSONValue
    /// Everything of the first one's, before the other has tried anything.
    let before: [JSONValue]

    init(_ backend: SQLiteBackend) async throws {
        ada = ContractClient(backend, owner: try await backend.addOwner(named: "ada").id)
        grace = ContractClient(backend, owner: try await backend.addOwner(named: "grace").id)
        let parent = try await ada.call("create_task", ["title": "Secret", "description": "Secret", "desire": 0.5])
        let child = try await ada.call(
            "create_task", ["title": "Secret child", "description": "", "parent_id": parent["id"] ?? .null])
        let other = try await ada.call("create_task", ["title": "Secret, done", "description": ""])
        try await ada.call("set_task_status", ["task_id": other["id"] ?? .null, "status": "done"])
        self.parent = parent["id"] ?? .null
        self.child = child["id"] ?? .null
        let own = try await grace.call("create_task", ["title": "Own", "description": ""])
        self.own = own["id"] ?? .null
        before = try await Self.everything(of: ada, self.parent, self.child)
    }

    func snapshot() async throws -> [JSONValue] { try await Self.everything(of: ada, parent, child) }

    private static func everything(
        of ada: ContractClient, _ parent: JSONValue, _ child: JSONValue
    ) async throws -> [JSONValue] {
        [
            try await ada.call("list_tasks"), try await ada.call("get_mood_history"),
            try await ada.call("get_task", ["task_id": parent]), try await ada.call("get_task", ["task_id": child]),
        ]
    }

    /// One way to name another's task.
    struct Attempt: Sendable, CustomStringConvertible {
        let operation: String
        let code: ErrorCode
        let arguments: @Sendable (Neighbour) -> JSONObject

        init(
            _ operation: String, _ code: ErrorCode = .notFound,
            _ arguments: @escaping @Sendable (Neighbour) -> JSONObject
        ) {
            self.operation = operation
            self.code = code
            self.arguments = arguments
        }

        var description: String { operation }
    }

    static let attempts = [
        Attempt("get_task") { ["task_id": $0.parent] },
        Attempt("update_task") { ["task_id": $0.child, "title": "Mine"] },
        Attempt("set_task_status") { ["task_id": $0.child, "status": "done"] },
        Attempt("split_task") {
            [
                "task_id": $0.parent, "first_title": "a", "first_description": "", "second_title": "b",
                "second_description": "",
            ]
        },
        Attempt("fold_task") { ["task_id": $0.parent, "title": "a", "description": ""] },
        Attempt("merge_task") { ["task_id": $0.child] },
        Attempt("move_task") { ["task_id": $0.child, "new_parent_id": .null] },
        Attempt("move_task") { ["task_id": $0.own, "new_parent_id": $0.parent] },
        Attempt("delete_task") { ["task_id": $0.parent] },
        Attempt("create_task") { ["title": "a", "description": "", "parent_id": $0.parent] },
        Attempt("create_task", .idConflict) { ["title": "a", "description": "", "id": $0.child] },
        Attempt("create_task", .idConflict) {
            ["title": "a", "description": "", "id": $0.child, "parent_id": $0.parent]
        },
    ]
}
