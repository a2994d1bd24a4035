import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("deferno log verify")
struct LogVerifyTests {
    /// A home with a log of two runs, in a compressed file and a live one.
    private func home(key: Bool = false) throws -> Home {
        let home = try Home()
        if key {
            #expect(try home.run("log", "keygen", "key").end == .exit(0))
            home.environment["DEFERNO_LOG_KEY"] = home.folder.appending(path: "key").path
        }
        try home.write(creates(20))
        #expect(try home.run("batch", "run", "script.yaml").end == .exit(0))
        #expect(try home.run("log", "rotate", "--compress").end == .exit(0))
        _ = try home.call("create_task", "title=Milk")
        return home
    }

    private func change(_ file: URL, _ change: (inout [String]) -> Void) throws {
        var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        change(&lines)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    }

    @Test("A log that nobody has touched is intact, across rotated and compressed files, and says what is not proven")
    func intact() throws {
        let home = try home()
        let finished = try home.run("log", "verify", "--output", "text")
        #expect(finished.end == .exit(0))
        #expect(finished.outputText.contains("intact: ") && finished.outputText.contains("in 2 files"))
        #expect(finished.outputText.contains("it is not signed"))
        let verdict = try #require(try home.run("log", "verify").outcomes().last)
        #expect(verdict["verdict"] == "intact" && verdict["files"] == 2)
        let one = try home.run(["log", "verify", try home.segments()[0].path])
        #expect(one.end == .exit(0) && one.outputText.contains("\"files\":1"))
    }

    @Test("An edited line is named as editors jump to it, and the exit status is 65")
    func edited() throws {
        let home = try home()
        try change(home.log) { $0[$0.count - 2] = $0[$0.count - 2].replacing("\"ok\"", with: "\"OK\"") }
        let line = try String(contentsOf: home.log, encoding: .utf8).split(separator: "\n").count - 1
        let finished = try home.run("log", "verify", "--output", "text")
        #expect(finished.end == .exit(65))
        #expect(finished.outputText.hasPrefix("\(home.log.path):\(line): edited: "))
        #expect(finished.outputText.contains("NOT INTACT: 1 edited"))
        let finding = try #require(try home.run("log", "verify").outcomes().first)
        #expect(finding["finding"] == "edited" && finding["line"] == .integer(Int64(line)))
    }

    @Test("A log that is signed verifies with its key, in a file or as text, and with no other")
    func signed() throws {
        let home = try home(key: true)
        let pem = home.folder.appending(path: "key.pub").path
        let header = try JSONReader.value(Array(try Data(contentsOf: home.log).split(separator: 10)[0]))
        let base64 = try #require(header["key"]?.stringValue)
        for key in [pem, base64] {
            let finished = try home.run("log", "verify", "--key", key, "--output", "text")
            #expect(finished.end == .exit(0), "\(finished.outputText)")
            #expect(finished.outputText.contains("good signature of the key given"))
        }
        #expect(try home.run("log", "keygen", "other").end == .exit(0))
        let other = try home.run("log", "verify", "--key", "other.pub")
        #expect(other.end == .exit(65) && other.outputText.contains("names another key"))
        let wrong = try home.run("log", "verify", "--key", "nothing")
        #expect(wrong.end == .exit(64) && wrong.errorText.contains("--key: 'nothing' is neither"))
        let secret = try home.run("log", "verify", "--key", "key")
        #expect(secret.end == .exit(64) && secret.errorText.contains("holds no Ed25519 public key"))
    }

    @Test("Everything that one call wrote, taken out of a signed log, is missed, and so is the end of a finished file")
    func removedCall() throws {
        let home = try home(key: true)
        for title in ["Eggs", "Bread", "Salt"] { _ = try home.call("create_task", "title=\(title)") }
        let whole = try Data(contentsOf: home.log)
        let writer = try #require(
            try LogAudit(of: home.log).records.first { $0["args"]?["title"] == "Eggs" }?["writer"]?.stringValue)
        try change(home.log) { $0.removeAll { $0.contains(writer) } }
        let cut = try home.run("log", "verify", "--key", "key.pub", "--output", "text")
        #expect(cut.end == .exit(65) && cut.outputText.contains("NOT INTACT: 1 removed"), "\(cut.outputText)")
        try whole.write(to: home.log)
        #expect(try home.run("log", "verify", "--key", "key.pub").end == .exit(0))
        #expect(try home.run("log", "rotate").end == .exit(0))
        let finished = try #require(try home.segments().first { $0.pathExtension != "gz" && $0 != home.log })
        try change(finished) { $0.removeLast(4) }
        let truncated = try home.run("log", "verify", "--key", "key.pub", "--output", "text")
        #expect(truncated.end == .exit(65) && truncated.outputText.contains("1 truncated"), "\(truncated.outputText)")
    }

    @Test("log head prints one word, by which verify finds that end again, or misses it")
    func head() throws {
        let home = try home(key: true)
        let word = try home.run("log", "head")
        #expect(word.end == .exit(0) && word.outputText.hasPrefix("deferno-log-head:1:"))
        try home.write(word.outputText, to: "head")
        let text = String(word.outputText.dropLast())
        for given in [text, "@head"] {
            let found = try home.run(
                "log", "verify", "--key", "key.pub", "--expect", given, "--strict", "--output", "text")
            #expect(found.end == .exit(0) && found.outputText.contains("nothing is left open"), "\(found.outputText)")
        }
        let open = try home.run("log", "verify", "--key", "key.pub", "--strict", "--output", "text")
        #expect(open.end == .exit(1) && open.outputText.contains("not proven: the newest end is open\n"))
        let verdict = try #require(try home.run("log", "verify").outcomes().last)
        #expect(verdict["unproven_kinds"] == ["unknown_key", "open_end"] && verdict["expected_end"] == .null)
        // The last call, which nothing follows.
        let last = try #require(try LogAudit(of: home.log).records.last?["writer"]?.stringValue)
        try change(home.log) { $0.removeAll { $0.contains(last) } }
        #expect(try home.run("log", "verify", "--key", "key.pub").end == .exit(0))
        let missing = try home.run("log", "verify", "--expect", "@head")
        #expect(missing.end == .exit(65) && missing.outputText.contains("\"finding\":\"missing\""))
        for wrong in ["x", "@nowhere", "@script.yaml"] {
            let refused = try home.run("log", "verify", "--expect", wrong)
            #expect(refused.end == .exit(64) && refused.errorText.contains("--expect: "), "\(refused.errorText)")
        }
    }

    @Test("A log that was named, or whose end was expected, is not intact where it is missing or empty")
    func expected() throws {
        let home = try home()
        let head = String(try home.run("log", "head").outputText.dropLast())
        let other = try Home()
        try other.write("", to: "empty.ndjson")
        for arguments in [
            ["--log", "empty.ndjson"], ["--log", "none.ndjson"], ["empty.ndjson"], ["none.ndjson"],
            ["--expect", head], ["--expect", head, "empty.ndjson"],
        ] {
            let finished = try other.run(["log", "verify", "--output", "text"] + arguments)
            #expect(finished.end == .exit(65), "\(arguments): \(finished.errorText)")
            #expect(finished.outputText.contains("NOT INTACT: 1 missing"), "\(finished.outputText)")
        }
        other.environment["DEFERNO_LOG"] = "empty.ndjson"
        #expect(try other.run("log", "verify").end == .exit(65))
        #expect(try other.run("log", "head").end == .exit(74))
    }

    @Test("A log that is not there, or cannot be read, ends with 74; a compressed file that is cut short is found")
    func unreadable() throws {
        let home = try Home()
        let missing = try home.run("log", "verify")
        #expect(missing.end == .exit(74) && missing.errorText.contains("there is no log at"))
        #expect(try home.run("log", "verify", ".").end == .exit(74))
        let other = try self.home()
        let compressed = try other.segments()[0]
        let bytes = try Data(contentsOf: compressed)
        try bytes.prefix(bytes.count - 20).write(to: compressed)
        let cut = try other.run("log", "verify", "--output", "text")
        #expect(cut.end == .exit(65) && cut.outputText.contains(": truncated: "))
    }
}
