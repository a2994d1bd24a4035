import OperationCatalogue
import Testing

@testable import TaskStore

@Suite("How payloads are written")
struct PayloadWriterTests {
    @Test("What is written of a task, whole or short, is what the catalogue says of it, in that order")
    func tasks() {
        #expect(TaskDocument.form.members.map(\.name) == PayloadObject.task.members.map(\.name))
        #expect(TaskSummary.form.members.map(\.name) == PayloadObject.taskSummary.members.map(\.name))
    }

    @Test("What is written of an entry of a list is what the catalogue says of it, in that order")
    func entries() throws {
        #expect(DailyEntry.form.members.map(\.name) == (try Self.elements(of: GetDailyTasks.definition)))
        #expect(MoodEntry.form.members.map(\.name) == (try Self.elements(of: GetMoodHistory.definition)))
    }

    private static func elements(of operation: OperationDefinition) throws -> [String] {
        guard case .list(of: .object(let element)) = operation.payload else {
            throw OperationError(.internalError, "\(operation.name) gives no list of objects")
        }
        return element.members.map(\.name)
    }
}
