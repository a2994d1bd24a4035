import Testing

@testable import MCPFrontend

@Suite("Pages of a list")
struct PageTests {
    private let list = Array(0..<10)

    @Test("Every element comes once, in order, whatever the size", arguments: [1, 3, 5, 9, 10, 11, 0, -1])
    func wholeList(size: Int) throws {
        var (seen, cursor): ([Int], String?) = ([], nil)
        repeat {
            let page = try Page(of: list, named: "tools", from: cursor, size: size)
            #expect(!page.elements.isEmpty && page.elements.count <= max(size, 1))
            seen += page.elements
            cursor = page.nextCursor
            #expect(cursor != "")
        } while cursor != nil && seen.count < 100
        #expect(seen == list)
    }

    @Test("An empty list is one empty page")
    func emptyList() throws {
        let page = try Page(of: [Int](), named: "tools", from: nil)
        #expect(page.elements.isEmpty && page.nextCursor == nil)
    }

    @Test("A cursor is good for its list only, and no other text is one")
    func badCursors() throws {
        let good = try #require(try Page(of: list, named: "tools", from: nil, size: 3).nextCursor)
        #expect(try Page(of: list, named: "tools", from: good, size: 3).elements == [3, 4, 5])
        let wrong = [
            "", "3", "abc", good + "0", String(good.dropLast()), good.uppercased() + " ", "00000000-1", "0000000010",
            String(repeating: "f", count: 1_000_000), "+\(good)", "ä", "\0",
        ]
        for cursor in wrong {
            #expect(throws: PageFault(cursor: cursor)) { try Page(of: list, named: "tools", from: cursor, size: 3) }
        }
        #expect(throws: PageFault.self) { try Page(of: list, named: "prompts", from: good, size: 3) }
        // The list has become shorter.
        #expect(throws: PageFault.self) { try Page(of: [1, 2, 3], named: "tools", from: good, size: 3) }
        #expect(PageFault(cursor: String(repeating: "x", count: 1_000_000)).description.utf8.count < 300)
    }
}
