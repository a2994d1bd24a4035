import Foundation
import OperationCatalogue
import Testing

/// What is written in tasks comes through as it is, and is never evaluated; see also ``ReadmeTests``.
@Suite("Data is data")
struct DataIsDataTests {
    /// Every character that JSON allows but NUL, which no text of a task may hold, one of each kind from 128 on, and what would
    /// be an expression.
    static let text: String = {
        var text = String.UnicodeScalarView()
        for value in 1...0xA1 { Unicode.Scalar(UInt32(value)).map { text.append($0) } }
        for value in stride(from: 0x2000, to: 0x1_0000, by: 61) {
            Unicode.Scalar(UInt32(value)).map { text.append($0) }
        }
        text.append(
            contentsOf: "\u{2028}\u{2029}\u{FEFF}\u{FFFE}\u{FFFF}💯\u{10FF80}\u{10FFBF}\u{10FFFF}".unicodeScalars)
        text.append(contentsOf: "${{ env.HOME }} $${{ x }} ${{ \\ud83d\\udcaf".unicodeScalars)
        return String(text)
    }()

    private func tasks(_ home: Home, _ store: String) throws -> JSONValue {
        try #require(try home.call("export_tasks", "--base-url", "sqlite:\(store)")["tasks"])
    }

    /// The export as one operation on a line, its characters beyond ASCII escaped as Python's `json.dumps` does it.
    private func operation(_ export: String, isEscaped: Bool) -> String {
        let line = "--- {\"op\":\"import_tasks\",\"args\":\(export)}\n"
        guard isEscaped else { return line }
        return line.utf16.map {
            $0 < 0x7F ? String(UnicodeScalar(UInt8($0))) : "\\u" + String(UInt32($0) + 0x1_0000, radix: 16).dropFirst()
        }
        .joined()
    }

    @Test("A backup comes back with every character that JSON allows, by each way in")
    func backup() throws {
        let home = try Home()
        let arguments = JSONText(.object(["title": "${{ env.HOME }}", "description": .string(Self.text)]))
        try home.write(Data(arguments.bytes), to: "task.json")
        let made = try home.call("create_task", "@task.json", "--base-url", "sqlite:a")
        #expect(made["title"]?.stringValue == "${{ env.HOME }}")
        #expect(made["description"]?.stringValue == Self.text)
        let exported = try home.run("call", "export_tasks", "--base-url", "sqlite:a").output
        try home.write(Data([0xEF, 0xBB, 0xBF] + exported), to: "tasks.json")
        let all = try tasks(home, "a")

        let export = String(decoding: exported.dropLast(), as: UTF8.self)
        let ways: [(store: String, command: [String], input: String)] = [
            ("file", ["call", "import_tasks", "@tasks.json"], ""), ("pipe", ["call", "import_tasks", "-"], export),
            ("batch", ["batch", "run", "-"], operation(export, isEscaped: false)),
            ("escapes", ["batch", "run", "-"], operation(export, isEscaped: true)),
        ]
        for way in ways {
            let finished = try home.run(way.command + ["--base-url", "sqlite:\(way.store)"], input: way.input)
            #expect(finished.end == .exit(0), "\(way.store): \(finished.errorText)")
            #expect(try tasks(home, way.store) == all, "\(way.store)")
        }

        let pieces = try home.start(["call", "import_tasks", "-", "--base-url", "sqlite:pieces"])
        for start in stride(from: 0, to: exported.count, by: 7) {
            pieces.send(exported[start..<min(start + 7, exported.count)])
            pieces.wait(20) { pieces.hasSentEverything }
        }
        pieces.endInput()
        #expect(pieces.finish().end == .exit(0), "\(pieces.errorText)")
        #expect(try tasks(home, "pieces") == all)

        let command = "mkfifo fifo; cat tasks.json >fifo & \"$0\" call import_tasks @fifo --base-url sqlite:fifo.sqlite"
        let fifo = try home.run(["-c", command, DefernoBinary.path], program: "/bin/bash")
        #expect(fifo.end == .exit(0), "\(fifo.errorText)")
        #expect(try tasks(home, "fifo.sqlite") == all)
    }

    @Test("A mistake in what comes through a pipe is told when it has come, with its place, and nothing is done")
    func mistakeInPipe() throws {
        let home = try Home()
        let child = try home.start(["call", "import_tasks", "-"])
        child.send("{\"tasks\": [{\"title\": \"é\"},\n {\"title\": tru, \"id\": 1}")
        // The input has no end yet.
        let finished = child.finish()
        #expect(finished.end == .exit(65))
        let place = "standard input:2:15: not valid JSON: expected the word 'true', found ','"
        #expect(finished.errorText.contains(place), "\(finished.errorText)")
        #expect(home.isUntouched)
    }

    @Test("An import takes no more memory than twice its text beside what the program takes anyway")
    func memory() throws {
        let home = try Home()
        // As a tree these numbers would take twelve times as much.
        let many = Array(repeating: "7", count: 10_000).joined(separator: ",")
        var text = "{\"tasks\":["
        for number in 0..<200 {
            text += number > 0 ? "," : ""
            text += "{\"id\":\"\(UUID().uuidString.lowercased())\",\"title\":\"\(number)\",\"unknown\":[\(many)]}"
        }
        text += "]}"
        let least = try home.run("call", "import_tasks", "{\"tasks\":[]}")
        try home.write(text, to: "tasks.json")
        let finished = try home.run(["call", "import_tasks", "@tasks.json"], within: 120)
        #expect(finished.end == .exit(0) && finished.outputText.hasPrefix("{\"imported\":200"), "\(finished.errorText)")
        let (more, size) = (finished.peakMemory - least.peakMemory, text.utf8.count >> 10)
        #expect(more < 2 * size + 8192, "\(more) KiB more than \(least.peakMemory) KiB, of a text of \(size) KiB")
    }

    @Test(
        "A log that is turned back into operations gives the same titles, and an environment variable stays where it is"
    )
    func replay() throws {
        let home = try Home()
        home.environment["SECRET_TOKEN"] = "hunter2"
        for title in ["${{ env.SECRET_TOKEN }}", "use ${{ secrets.X }} in CI", "escape $${{ x }}"] {
            _ = try home.call("create_task", "title=\(title)")
        }
        let operations = try LogAudit(of: home.log).records("intent").map { record in
            let operation = JSONObject(
                uniqueMembers: ["op", "args"].map { .init(key: $0, value: record[$0] ?? .null) })
            return "--- " + String(decoding: JSONText(.object(operation)).bytes, as: UTF8.self) + "\n"
        }
        #expect(operations.count == 3)
        let replayed = try home.run("batch", "run", "-", "--base-url", "sqlite:copy", input: operations.joined())
        #expect(replayed.end == .exit(0), "\(replayed.errorText)")
        #expect(!replayed.outputText.contains("hunter2"))
        #expect(
            try tasks(home, "copy").arrayValue?.map { $0["title"] }
                == tasks(home, home.store.path).arrayValue?.map { $0["title"] })
    }

    @Test(
        "What cannot be read as the arguments of a call is refused with its place",
        arguments: [
            ("@missing.json", "", "missing.json: cannot be opened: No such file"),
            ("@.", "", ".: cannot be read: Is a directory"),
            ("-", "", "standard input:1:1: not valid JSON: expected a value, found the end of the text"),
            ("-", "{\n \"title\": \"é\", }", "standard input:2:16: not valid JSON: expected a key"),
            ("-", "[1]", "standard input: expected one JSON object with the operation's fields, found an array of 1"),
            ("@", "", "expected field=value, one JSON object, @FILE or -"),
        ])
    func unreadable(argument: String, input: String, message: String) throws {
        let home = try Home()
        let finished = try home.run("call", "create_task", argument, input: input)
        #expect(finished.end == .exit(65))
        #expect(finished.errorText.contains(message), "\(finished.errorText)")
        #expect(home.isUntouched)
    }

    @Test(
        "Bytes that are no UTF-8 are refused by the name of the argument or variable, and nothing is made of them",
        arguments: [
            ("call create_task title=$'caf\\xe9'", "argument 3, title, is not valid UTF-8: byte 10 of it is 0xE9"),
            ("batch run --var $'city=\\xff' x.yaml", "argument 4, city, is not valid UTF-8: byte 6 of it is 0xFF"),
            ("batch run $'\\xc3'", "argument 3 is not valid UTF-8: byte 1 of it is 0xC3"),
            ("call create_task title=x --log $'caf\\xe9'", "argument 5 is not valid UTF-8: byte 4"),
        ])
    func notUTF8(command: String, message: String) throws {
        let home = try Home()
        let finished = try home.run(["-c", "\"$0\" \(command)", DefernoBinary.path], program: "/bin/bash")
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains(message), "\(finished.errorText)")
        #expect(!finished.errorText.contains("\u{FFFD}"))
        #expect(home.isUntouched)
    }

    @Test(
        "An environment variable that is no UTF-8 is refused where it has a say, and nowhere else",
        arguments: [
            ("DEFERNO_LOG", "call whoami", 64), ("HOME", "call whoami", 64), ("XDG_DATA_HOME", "call whoami", 64),
            ("CITY", "batch run names.yaml", 64), ("CITY", "call whoami", 0), ("CITY", "batch run other.yaml", 0),
        ] as [(String, String, Int32)])
    func environment(name: String, command: String, status: Int32) throws {
        let home = try Home()
        try home.write(
            "env: [CITY]\nsteps:\n  - {op: create_task, args: {title: \"${{ env.CITY }}\"}}\n", to: "names.yaml")
        try home.write("steps:\n  - {op: create_task, args: {title: City}}\n", to: "other.yaml")
        let finished = try home.run(
            ["-c", "export \(name)=$'/caf\\xe9'; \"$0\" \(command)", DefernoBinary.path], program: "/bin/bash")
        #expect(finished.end == .exit(status), "\(finished.errorText)")
        guard status != 0 else { return }
        #expect(finished.errorText.contains("the environment variable \(name) is not valid UTF-8"))
        #expect(home.isUntouched)
    }
}
