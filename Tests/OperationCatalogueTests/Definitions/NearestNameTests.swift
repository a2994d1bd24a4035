import OperationCatalogue
import Testing

@Suite("The name that was probably meant")
struct NearestNameTests {
    private let names = ["create_task", "update_task", "get_task", "whoami", "list_tasks"]

    @Test(
        "A slip is recognised",
        arguments: [
            ("creat_task", "create_task"), ("create_tasks", "create_task"), ("craete_task", "create_task"),
            ("whoam", "whoami"), ("list_task", "list_tasks"), ("Get_task", "get_task"), ("whoami", "whoami"),
            ("whomai", "whoami"),
        ])
    func slips(name: String, meant: String) {
        #expect(nearest(to: name, among: names) == meant)
    }

    @Test("Two letters that have changed places are one slip, also in a short name")
    func exchanged() {
        #expect(nearest(to: "titel", among: ["title", "labels"]) == "title")
        #expect(nearest(to: "di", among: ["id"]) == nil)
    }

    @Test("What is far from all of them is nobody's", arguments: ["", "x", "fly_to_moon", "status", "who", "任务"])
    func strangers(name: String) {
        #expect(nearest(to: name, among: names) == nil)
    }

    @Test("There is no hint without candidates nor for a name of more than 64 bytes")
    func limits() {
        #expect(nearest(to: "create_task", among: []) == nil)
        #expect(nearest(to: String(repeating: "a", count: 65), among: [String(repeating: "a", count: 64)]) == nil)
        #expect(nearest(to: String(repeating: "a", count: 64), among: [String(repeating: "a", count: 63)]) != nil)
    }
}
