import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
    static let file = DefernoBinary.packageFolder.appending(path: "README.md")

    @Test(
        "Every command of the README works, in the order in which a reader would type them",
        .enabled(if: FileManager.default.fileExists(atPath: file.path), "there is no README.md")
    )
    func commandsWork() throws {
        let commands = Self.commands(in: try String(contentsOf: Self.file, encoding: .utf8))
        #expect(!commands.isEmpty)
        let home = try Home()
        for folder in ["examples", "config"] {
            try FileManager.default.copyItem(
                at: DefernoBinary.packageFolder.appending(path: folder), to: home.folder.appending(path: folder))
        }
        for command in commands {
            let finished = try home.run(command)
            #expect(finished.end == .exit(0), "deferno \(command.joined(separator: " ")): \(finished.errorText)")
        }
    }

    @Test(
        "The commands that read the log with jq find what was done",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/jq") || DefernoBinary.isCI, "jq is not installed")
    )
    func jqCommandsWork() throws {
        let home = try Home()
        home.environment["XDG_STATE_HOME"] = home.folder.appending(path: ".local/state").path
        #expect(try home.run("call", "create_task", "title=Read the log").end == .exit(0))
        let lines = try Self.output(ofBlock: "jq", in: home)
        #expect(lines.count == 2)
        #expect(lines.first?.contains("\tcreate_task") == true)
        #expect(lines.last?.hasPrefix("--- {\"op\":\"create_task\",\"args\":{\"title\":\"Read the log\"") == true)
    }

    @Test("Tasks go from one store to another as it says")
    func transferWorks() throws {
        let home = try Home()
        #expect(try home.run("call", "create_task", "title=Take along").end == .exit(0))
        for imported in [1, 0] {
            let lines = try Self.output(ofBlock: "transfer", in: home)
            #expect(lines == [#"{"imported":\#(imported),"existing":\#(1 - imported)}"#])
        }
    }

    /// The lines that bash prints when it runs the block behind a mark, with `deferno` on its path.
    private static func output(ofBlock mark: String, in home: Home) throws -> [Substring] {
        let text = try String(contentsOf: file, encoding: .utf8)
        let block = try #require(
            text.split(separator: "<!-- \(mark) -->").last?.split(separator: "```").dropFirst().first)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-euo", "pipefail", "-c", block.split(separator: "\n").dropFirst().joined(separator: "\n")]
        shell.environment = home.environment
        let folder = URL(filePath: DefernoBinary.path).deletingLastPathComponent().path
        shell.environment?["PATH"] = folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        shell.currentDirectoryURL = home.folder
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n")
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        return lines
    }

    /// The words after `deferno` of every line in blocks of shell that begins with it; blocks marked `no-test` are left out.
    static func commands(in text: String) -> [[String]] {
        var commands: [[String]] = []
        var isInBlock = false
        var isTested = false
        for line in text.replacing("\\\n", with: " ").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInBlock.toggle()
                let marks = line.dropFirst(3).split(separator: " ")
                isTested = isInBlock && marks.first == "sh" && !marks.contains("no-test")
            } else if isTested {
                var words = words(of: line)
                if words.starts(with: ["swift", "run"]) {
                    words.removeFirst(2)
                    while let option = words.first, option.hasPrefix("-") {
                        // Only -c and the like take a word of their own.
                        words.removeFirst(option == "-c" ? 2 : 1)
                    }
                }
                if words.first == "deferno" { commands.append(Array(words.dropFirst())) }
            }
        }
        return commands
    }

    /// A line's words as the shell would have them: quotes taken off, a comment left out.
    static func words(of line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            switch (character, quote) {
            case (let character, let open?):
                if character == open { quote = nil } else { word = (word ?? "") + [character] }
            case ("'", nil), ("\"", nil):
                quote = character
                word = word ?? ""
            case (" ", nil):
                if let ended = word { words.append(ended) }
                word = nil
            case ("#", nil) where word == nil: return words
            default: word = (word ?? "") + [character]
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    @Test("Commands are read as the shell would read them")
    func readsCommands() {
        let text = """
            ```sh
            swift build
            swift run -c release deferno batch run x.yaml  # a comment
            deferno call create_task title='Buy milk' \\
              labels="a b,c"
            ```
            deferno outside
            ```sh no-test
            deferno never
            ```
            ```console
            deferno never
            ```
            """
        let expected = [["batch", "run", "x.yaml"], ["call", "create_task", "title=Buy milk", "labels=a b,c"]]
        #expect(Self.commands(in: text) == expected)
    }
}
