import Foundation
import Glibc
import OperationCatalogue
import Testing

/// A script that must be refused, and what must be said about it.
struct BadScript: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// Where the faults are, as `line:column`, in their order.
    let places: [String]
    /// Words of the messages.
    let words: [String]

    init(_ name: String, _ text: String, at places: String..., saying words: String...) {
        self.init(name, Array(text.utf8), at: places, saying: words)
    }

    init(_ name: String, _ bytes: [UInt8], at places: [String], saying words: [String]) {
        self.name = name
        self.bytes = bytes
        self.places = places
        self.words = words
    }

    var testDescription: String { name }
}

extension BadScript {
    /// A good step first: nothing of a faulty script may run.
    private static let good = "steps:\n  - {op: create_task, args: {title: Good}}\n"

    static let all = [
        BadScript(
            "broken YAML", good + "  - {op: whoami\n  - {op: whoami}\n", at: "3:5", saying: "expected ',' or '}'"),
        BadScript("a tab in the indentation", good + "\t- op: whoami\n", at: "3:1", saying: "not with tabs"),
        BadScript("no mapping", "- op: whoami\n", at: "1:1", saying: "steps"),
        BadScript("a scalar", "hello\n", at: "1:1", saying: "steps"),
        BadScript("unknown operation", good + "  - op: create_tsk\n", at: "3:5", saying: "did you mean create_task?"),
        BadScript("unknown word", good + "  - {op: whoami, arg: {}}\n", at: "3:18", saying: "did you mean args?"),
        BadScript("unknown header word", "on_eror: stop\n" + good, at: "1:1", saying: "on_error"),
        BadScript("bad on_error", "on_error: maybe\n" + good, at: "1:11", saying: "stop"),
        BadScript(
            "unknown field", good + "  - {op: get_daily_tasks, args: {day: 1}}\n", at: "3:34",
            saying: "takes no arguments"),
        BadScript(
            "missing field", good + "  - op: create_task\n    args: {labels: [a]}\n", at: "4:11",
            saying: "title: is required"),
        BadScript(
            "mistyped fields", good + "  - op: create_task\n    args: {title: 5, desire: 2}\n", at: "4:19", "4:30",
            saying: "expected a string, found the integer 5", "from -1.0 to 1.0"),
        BadScript("no UUID", good + "  - {op: get_task, args: {task_id: no}}\n", at: "3:36", saying: "expected a UUID"),
        BadScript(
            "unknown reference", good + "  - {op: get_task, args: {task_id: \"${{ steps.first.result.id }}\"}}\n",
            at: "3:37", saying: "no earlier step has the id \"first\""),
        BadScript(
            "unknown variable", good + "  - {op: create_task, args: {title: \"${{ vars.nobody }}\"}}\n",
            at: "3:38", saying: "vars.nobody is not defined"),
        BadScript(
            "broken expression", good + "  - {op: create_task, args: {title: \"${{ vars. }}\"}}\n", at: "3:38",
            saying: "expected a name"),
        BadScript("duplicate key", good + "  - {op: whoami, op: whoami}\n", at: "3:18", saying: "twice"),
        BadScript("duplicate id", good + "  - {id: a, op: whoami}\n  - {id: a, op: whoami}\n", at: "4:5", saying: "a"),
        BadScript(
            "unknown alias", good + "  - {op: create_task, args: {title: *nobody}}\n", at: "3:37", saying: "nobody"),
        BadScript("empty file", "", at: "1:1", saying: "holds no script"),
        BadScript("nothing but a comment", "# nothing\n", at: "1:1", saying: "holds no script"),
        BadScript("no steps", "name: nothing\n", at: "1:1", saying: "steps"),
        BadScript("NUL byte", Array("op: whoami\nid: \0\n".utf8), at: ["2:5"], saying: ["control character U+0000"]),
        BadScript("escaped NUL", "op: create_task\nargs: {title: \"a\\0b\"}\n", at: "2:15", saying: "NUL"),
        BadScript(
            "invalid UTF-8", Array("op: whoami\nid: ".utf8) + [0xC3, 0x28, 0x0A], at: ["2:5"], saying: ["UTF-8"]),
        BadScript("alias bomb", aliasBomb, at: "6:31", saying: "aliases", "limit"),
        BadScript(
            "100,000 brackets deep", "op: whoami\nargs: " + String(repeating: "[", count: 100_000), at: "2:518",
            saying: "deeper than the limit"),
        BadScript(
            "3,000 mappings deep", (0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            at: "513:513",
            saying: "deeper than the limit"),
    ]

    /// Nine levels of lists, each with ten of the level below: ten thousand million nodes.
    private static var aliasBomb: String {
        var text = "vars:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        let names = Array("abcdefghij")
        for (below, name) in zip(names, names.dropFirst()) {
            text += "  \(name): &\(name) [\(Array(repeating: "*\(below)", count: 10).joined(separator: ","))]\n"
        }
        return text + good
    }
}

@Suite("Promise 6: one bad input harms itself only")
struct BadScriptTests {
    @Test("A faulty script is refused whole, with the place, the line and a caret", arguments: BadScript.all)
    func isRefused(script: BadScript) throws {
        let home = try Home()
        try home.write(Data(script.bytes), to: "week.yaml")
        let finished = try home.run("batch", "run", "week.yaml")
        #expect(finished.end == .exit(65))
        #expect(finished.outputText == "")
        #expect(home.isUntouched)

        let lines = finished.errorText.split(separator: "\n", omittingEmptySubsequences: false)
        let headlines = lines.indices.filter { lines[$0].contains(": error: ") }
        let places = headlines.map { String(lines[$0].prefix { $0 != " " }) }
        #expect(places == script.places.map { "week.yaml:\($0):" }, "\(finished.errorText.prefix(2000))")
        for word in script.words { #expect(finished.errorText.contains(word), "\(finished.errorText.prefix(2000))") }
        #expect(
            finished.errorText.hasSuffix(
                "nothing was carried out: \(headlines.count) fault\(headlines.count == 1 ? "" : "s")\n"))
        for (headline, place) in zip(headlines, script.places) where !script.bytes.isEmpty {
            try expectExcerpt(of: script, at: place, in: Array(lines[(headline + 1)...]))
        }
    }

    /// The line itself, and the caret below the character that the column names.
    private func expectExcerpt(of script: BadScript, at place: String, in lines: [Substring]) throws {
        let numbers = place.split(separator: ":").compactMap { Int($0) }
        let (line, column) = (numbers[0], numbers[1])
        let source = String(decoding: script.bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        try #require(lines.count >= 2)
        let caret = try #require(lines[1].firstIndex(of: "^"))
        #expect(lines[1].dropLast().allSatisfy { $0 == " " })
        let position = lines[1].distance(from: lines[1].startIndex, to: caret)
        if source[line - 1].count <= 120 { #expect(position == 4 + column - 1) }
        #expect(lines[0].count <= 4 + 120)
    }

    @Test("All faults of a script are told at once, and beyond a hundred the rest is counted")
    func allFaultsAtOnce() throws {
        let home = try Home()
        let faulty = "  - {op: create_tsk}\n  - {op: create_task}\n  - {op: whoami, args: {a: 1}}\n"
        try home.write("steps:\n" + String(repeating: faulty, count: 50))
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(65))
        #expect(finished.errorText.split(separator: "\n").count { $0.contains(": error: ") } == 100)
        #expect(finished.errorText.contains("50 more faults"))
        #expect(finished.errorText.contains("150 faults"))
    }

    @Test("Faults of different kinds stand side by side: a duplicate key hides none of the others")
    func duplicateKeyHidesNothing() throws {
        let home = try Home()
        try home.write("steps:\n  - {op: whoami, op: whoami}\n  - {op: create_tsk}\n")
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.errorText.contains("script.yaml:3:5: error: "))
    }

    @Test("A folder, a file that is not there and one that cannot be read are named, and nothing runs")
    func unreadableFiles() throws {
        let home = try Home()
        try home.write(creates(1), to: "good.yaml")
        for (file, word) in [
            (".", "directory"), ("nowhere.yaml", "No such file"), ("/proc/self/mem", "cannot be read"),
        ] {
            let finished = try home.run("batch", "run", "good.yaml", file)
            #expect(finished.end == .exit(65))
            #expect(finished.errorText.contains("\(file):1:1: error: "))
            #expect(finished.errorText.contains(word))
            #expect(finished.outputText == "")
        }
        #expect(home.isUntouched)
    }

    @Test("Of several files one faulty one keeps them all from running")
    func oneFaultyFileStopsAll() throws {
        let home = try Home()
        try home.write(creates(1), to: "good.yaml")
        try home.write("op: nothing_known\n", to: "bad.yaml")
        let finished = try home.run("batch", "run", "good.yaml", "bad.yaml")
        #expect(finished.end == .exit(65))
        #expect(finished.errorText.contains("bad.yaml:1:1: error: "))
        #expect(home.isUntouched)
    }

    @Test("A step that fails while it runs names its place, its line and the reason, and the status is 1")
    func runtimeFailureNamesItsPlace() throws {
        let home = try Home()
        try home.write("name: x\nsteps:\n  - op: get_task\n    args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}\n")
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(1))
        #expect(
            finished.errorText == """
                script.yaml:3:5: error: get_task: task not found
                      - op: get_task
                        ^

                """
        )
        let outcome = try #require(try finished.outcomes().first)
        #expect(outcome["line"]?.integerValue == 3)
        #expect(outcome["error"]?["status"]?.integerValue == 404)
    }

    @Test("A faulty document in a stream is told, and those around it are carried out")
    func faultInStream() throws {
        let home = try Home()
        let input = createDocument("One") + "--- {\"op\":\"create_tsk\"}\n...\n" + createDocument("Two")
        let finished = try home.run(["batch", "run", "-"], input: input)
        #expect(finished.end == .exit(1))
        #expect(finished.errorText.contains("-:3:5: error: unknown operation"))
        #expect(try finished.outcomes().count(status: "ok") == 2)
    }

    @Test(
        "A stream that breaks off in the middle, or turns to nonsense, loses nothing of what came before",
        arguments: ["--- {\"op\":\"create_ta", "--- {\"op\":\"whoami\",\"nonsense\":1}\n", "--- [\n]]]\n"])
    func brokenStream(rest: String) throws {
        let home = try Home()
        let input = createDocument("One") + createDocument("Two") + rest
        let finished = try home.run(["batch", "run", "-"], input: input, within: 5)
        #expect(finished.end == .exit(1))
        #expect(finished.errorText.contains("-:5:"))
        #expect(try finished.outcomes().count(status: "ok") == 2)
    }

    @Test("A scalar of a gibibyte is refused early and never held", arguments: ["plain", "quoted", "block"])
    func hugeScalar(style: String) throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        let beginnings = ["plain": "title: ", "quoted": "title: \"", "block": "title: |\n    "]
        child.send("op: create_task\nargs:\n  " + beginnings[style, default: ""])
        let mebibyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var sent = 0
        while sent < 1024, child.wait(20, until: { child.hasSentEverything }), child.errors.isEmpty {
            child.send(mebibyte)
            sent += 1
        }
        child.endInput()
        let finished = child.finish()
        #expect(finished.end == .exit(65))
        #expect(finished.errorText.hasPrefix("-:3:"))
        #expect(sent < 64)
        #expect(finished.peakMemory < 256 * 1024)
    }

    /// Small enough for a debug build; the time to refuse it must not grow with what follows the fault.
    @Test("A file with a line of 64 MiB is refused at its first byte, and not read to its end")
    func endlessLine() throws {
        let home = try Home()
        let name = try home.write("")
        truncate(home.folder.appending(path: name).path, 64 << 20)
        let moment = Clock.now
        let finished = try home.run("batch", "run", name)
        #expect(finished.end == .exit(65))
        #expect(finished.errorText.contains("script.yaml:1:1: error: "))
        #expect(finished.peakMemory < 64 * 1024)
        #expect(Clock.now - moment < 2)
    }
}
