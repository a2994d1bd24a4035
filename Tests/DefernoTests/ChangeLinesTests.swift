import OperationCatalogue
import Testing

@testable import deferno

@Suite("What a write has changed, on a terminal")
struct ChangeLinesTests {
    private static let id = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"

    private func lines(_ fields: JSONValue, _ kind: String = "update", width: Int = 80) throws -> [String] {
        let (task, other): (JSONValue, JSONValue) = (.string(Self.id), "52958c4d-1c2b-5618-9d7d-6e48d9b99fed")
        var change: JSONObject = ["task": task, "title": "T", "change": .string(kind)]
        if kind == "update" {
            change.append("fields", fields)
        } else {
            for member in fields.objectValue?.members ?? [] { change.append(member.key, member.value) }
        }
        let foreign: JSONValue = [
            "task": other, "change": "update", "fields": ["pinned": ["before": false, "after": true]],
        ]
        return ChangeLines(width: width).text(
            of: RecordedChange.all(in: [foreign, .object(change)]), to: try #require(UniqueIdentifier(Self.id)))
    }

    @Test("Each field stands on a line with its old and its new value, and nothing of other tasks")
    func fields() throws {
        let fields: JSONValue = [
            "status": ["before": "open", "after": "done"],
            "finished_at": ["before": nil, "after": "2026-12-01T00:00:00Z"],
            "description": ["before": "", "after": "two\nlines"], "pinned": ["before": false, "after": true],
            "desire": ["after": 0.5],
        ]
        #expect(
            try lines(fields) == [
                "    status: open -> done", "    finished_at: none -> 2026-12-01T00:00:00Z",
                "    description: empty -> two lines", "    pinned: false -> true", "    desire: now 0.5",
            ])
    }

    @Test("Of labels it tells which were added and which were taken off; of their order both")
    func labels() throws {
        let changed: JSONValue = ["labels": ["before": ["home", "shop"], "after": ["shop", "now", "big one"]]]
        #expect(try lines(changed) == ["    labels: added now, big one, removed home"])
        #expect(try lines(["labels": ["before": [], "after": ["a"]]]) == ["    labels: added a"])
        #expect(try lines(["labels": ["before": ["a", "b"], "after": ["b", "a"]]]) == ["    labels: a, b -> b, a"])
    }

    @Test("Long texts are cut by the width of the terminal, and show what differs", arguments: [20, 40, 80, 200])
    func long(width: Int) throws {
        let start = String(repeating: "買い物をする ", count: 40)
        let fields: JSONValue = ["description": ["before": .string(start + "OLD"), "after": .string(start + "NEW")]]
        let line = try #require(try lines(fields, width: width).first)
        #expect(line.terminalWidth <= width)
        #expect(width < 80 || line.contains("OLD -> …") && line.contains("NEW"), "\(line)")
    }

    @Test("What stands in a task cannot steer the terminal")
    func escapes() throws {
        let line = try #require(try lines(["title": ["before": "\u{1B}[2J", "after": "b\u{7}"]]).first)
        let isSafe = line.unicodeScalars.allSatisfy { $0.isShownOnTerminal }
        #expect(isSafe)
    }

    @Test(
        "A new task tells what was set but its title, a moved one where it stood and stands, a deleted one nothing more"
    )
    func kinds() throws {
        let made: JSONValue = ["after": ["title": "T", "labels": ["home"], "ref": "local-1", "date_created": "x"]]
        #expect(try lines(made, "create") == ["    labels: home"])
        let moved: JSONValue = [
            "before": ["parent_id": nil, "previous_id": nil], "after": ["parent_id": "p", "previous_id": nil],
        ]
        #expect(try lines(moved, "place") == ["    parent_id: none -> p"])
        #expect(try lines(["before": ["title": "T"]], "delete") == [])
    }
}
