import OperationCatalogue
import Testing

@Suite("What a look at a task tells of a write")
struct FateQuestionTests {
    private static let id = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
    private static let asked = Timestamp("2026-11-30T12:00:00Z") ?? Timestamp(seconds: 0)
    private let missing = OperationResult.failed(OperationError(.notFound, "task not found"))

    private func question(_ operation: String, _ arguments: JSONObject) throws -> FateQuestion? {
        try Catalogue.standard.resolve(operation, arguments).operation.fateQuestion
    }

    private func task(_ status: String, updated: JSONValue = .null) -> OperationResult {
        .ok(
            JSONText([
                "id": .string(Self.id), "status": .string(status), "date_created": "2026-11-30T11:00:00Z",
                "updated_at": updated,
            ]))
    }

    @Test("A create has happened where its task is there, a delete where it is gone")
    func thereOrGone() throws {
        let id = JSONValue.string(Self.id)
        let create = try #require(try question("create_task", ["title": "x", "id": id]))
        #expect(create.operation == "get_task" && create.arguments == ["task_id": id])
        #expect(create.answer(task("open"), asked: Self.asked) == .happened)
        #expect(create.answer(missing, asked: Self.asked) == .didNotHappen("there is no task \(Self.id)"))
        let delete = try #require(try question("delete_task", ["task_id": id]))
        #expect(delete.answer(missing, asked: Self.asked) == .happened)
        #expect(
            delete.answer(task("open"), asked: Self.asked) == .didNotHappen("the task \(Self.id) is still there"))
    }

    @Test("A status was set where the task has it, was not where nobody has changed the task since, else nobody knows")
    func status() throws {
        let question = try #require(
            try question("set_task_status", ["task_id": .string(Self.id), "status": "done"]))
        #expect(question.answer(task("done"), asked: Self.asked) == .happened)
        let before = question.answer(task("open", updated: "2026-11-30T11:30:00Z"), asked: Self.asked)
        #expect(before != nil && before != .happened)
        #expect(question.answer(task("open"), asked: Self.asked) == before)
        #expect(question.answer(task("open", updated: "2026-11-30T12:30:00Z"), asked: Self.asked) == nil)
        #expect(question.answer(missing, asked: Self.asked) == nil)
    }

    @Test("A look that did not get through tells nothing, and of other writes a look does not tell")
    func nothing() throws {
        let create = try #require(try question("create_task", ["title": "x", "id": .string(Self.id)]))
        for code in [ErrorCode.backendUnreachable, .notSignedIn, .cancelled] {
            #expect(create.answer(.failed(OperationError(code, "no")), asked: Self.asked) == nil)
        }
        #expect(try question("create_task", ["title": "x"]) == nil)
        #expect(try question("merge_task", ["task_id": .string(Self.id)]) == nil)
        #expect(try question("whoami", [:]) == nil)
    }
}
