import OperationCatalogue
import Testing

@Suite("A result that has as many elements as it can have")
struct ResultLimitTests {
    private func tasks(_ count: Int) -> JSONText {
        JSONText(
            .array(
                (0..<count).map {
                    ["id": .integer(Int64($0)), "title": #"a, "b\" [c]"#, "children": [1, 2], "x": "\\"]
                }))
    }

    @Test("is said to be perhaps not all there is; a shorter one is not")
    func notice() {
        let search = SearchTasks.definition
        #expect(search.limitNotice(of: .ok(tasks(199))) == nil)
        #expect(search.limitNotice(of: .ok(tasks(200)))?.contains("the first 200, and there may be more") == true)
        #expect(search.limitNotice(of: .ok(JSONText(.array([])))) == nil)
        #expect(ListTasks.definition.limitNotice(of: .ok(tasks(300))) == nil, "it has no limit")
    }

    @Test("is counted without what is inside the elements", arguments: 0...5)
    func counting(count: Int) {
        for expected in 1...6 { #expect(tasks(count).countsElements(expected) == (count >= expected)) }
    }
}
