import OperationCatalogue
import TaskStore
import Testing

@Suite("What the store does for each operation")
struct HandlerTests {
    @Test("There is a handler for every operation of the catalogue")
    func complete() {
        #expect(HandlerTable<TaskHandler>.tasks.missing(of: .standard) == [])
    }

    @Test("What a table lacks it tells, and does not find")
    func lacking() {
        let table = HandlerTable<Int>([.init(GetTask.self, 1), .init(GetTask.self, 2)])
        #expect(table.missing(of: Catalogue(of: [GetTask.self, ListTasks.self])) == [ListTasks.definition.name])
        #expect(table[GetTask(UniqueIdentifier.version7())] == 1)
    }
}
