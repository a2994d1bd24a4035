import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("What the home page shows")
struct HomePageTests {
    private static func tree(_ tasks: [JSONValue]) -> TaskTree { TaskTree(.array(tasks)) }

    @Test("Children stand below their parents in the list's order, whichever comes first")
    func nestsChildren() {
        let tree = Self.tree([
            HomeSample.task(3, "c", below: 1), HomeSample.task(1, "a"), HomeSample.task(2, "b", below: 1),
        ])
        #expect(tree.roots.map(\.task.title) == ["a"])
        #expect(tree.roots.first?.children.map(\.task.title) == ["c", "b"])
    }

    @Test("A task whose parent is not in the list stands at the top, and a merged one nowhere")
    func keepsOrphans() {
        let tree = Self.tree([HomeSample.task(1, "a", below: 9), HomeSample.task(2, "b", .pruned)])
        #expect(tree.roots.map(\.task.title) == ["a"])
        #expect(tree.omitted == 0)
    }

    @Test("Ten thousand tasks make a page of a thousand, which says how many are missing")
    func limitsNumber() {
        let tree = Self.tree((1...10_000).map { HomeSample.task($0, "t\($0)") })
        #expect(tree.roots.count == TaskTree.most && tree.omitted == 9000)
        let html = tree.html(for: PageSample.visitor, at: PageSample.now).text
        #expect(html.contains("9000 more are not shown"))
        #expect(html.utf8.count < 2 << 20)
    }

    @Test("A chain ten thousand deep ends at the deepest level, which says that there is more")
    func limitsDepth() {
        let tree = Self.tree((1...10_000).map { HomeSample.task($0, "t\($0)", below: $0 - 1) })
        var (node, depth) = (tree.roots.first, 0)
        while let current = node {
            depth += 1
            #expect(current.deeper == (depth == TaskTree.deepest ? 1 : 0))
            node = current.children.first
        }
        #expect(depth == TaskTree.deepest && tree.omitted == 10_000 - depth)
    }

    @Test("Tasks that name each other as parents are left out and counted, and nothing hangs")
    func survivesCycle() {
        let tree = Self.tree([HomeSample.task(1, "a", below: 2), HomeSample.task(2, "b", below: 1)])
        #expect(tree.roots.isEmpty && tree.omitted == 2)
    }

    @Test("Of an operation's two records the later one counts")
    func joinsRecords() {
        let entries = LogEntry.operations(in: HomeSample().records)
        let operations = ["create_task", "create_task", "list_tasks", "set_task_status", "delete_task"]
        #expect(entries.map(\.operation) == operations)
        #expect(entries.map(\.state) == [.underWay, .ok, .ok, .failed, .unknown])
    }

    @Test("A row of the log is one line whatever is in it, as server-sent events need it")
    func rowsAreLines() {
        let rows = LogEntry.operations(in: HomeSample { _ in PageSample.hostileText }.records).map(\.row)
        #expect(rows.count == 5)
        for row in rows { #expect(!row.contains { $0.isNewline }) }
    }

    @Test("What is no record of an operation is no entry", arguments: ["header", "something new", ""])
    func refusesOthers(_ kind: String) {
        let record: JSONValue = [
            "kind": .string(kind), "id": "1", "op": "x", "time": "2026-11-28T09:00:00Z", "door": "cli",
        ]
        #expect(LogEntry(record) == nil)
    }
}
