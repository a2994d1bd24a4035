import BatchFrontend
import OperationCatalogue
import Testing
import YAMLEvents

@Suite("Input that is no script")
struct BadInputTests {
    @Test(
        "A file with nothing in it, or with comments only, holds no script",
        arguments: ["", "\n", "# a\n", "---\n", "---\n...\n---\n"])
    func empty(text: String) throws {
        #expect(try faults(of: text) == ["1:1 holds no script: expected steps, or an operation (op, args)"])
    }

    @Test("A folder, a missing file and a path through a file say so")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file(text: "op: whoami\n")
        func lines(_ path: String) -> [String] {
            ScriptSource.file(path).check(overrides: JSONObject()).lines
        }
        #expect(lines(folder.path) == ["1:1 the input cannot be read: Is a directory"])
        #expect(lines("\(folder.path)/none.yaml") == ["1:1 cannot be opened: No such file or directory"])
        #expect(lines("\(file)/none.yaml") == ["1:1 cannot be opened: Not a directory"])
        #expect(lines("") == ["1:1 cannot be opened: No such file or directory"])
    }

    @Test("Files and folders are read twice, pipes and standard input once")
    func readTwice() throws {
        let folder = try TemporaryFolder()
        #expect(ScriptSource.file(try folder.file(text: "")).isReadTwice)
        #expect(ScriptSource.file(folder.path).isReadTwice)
        #expect(ScriptSource.file("\(folder.path)/none").isReadTwice)
        #expect(!ScriptSource.file(try folder.pipe()).isReadTwice)
        #expect(!ScriptSource.file("/dev/null").isReadTwice)
        #expect(!ScriptSource.standardInput.isReadTwice)
    }

    @Test("Bytes that are no text are refused where they stand")
    func noText() throws {
        let head = Array("op: create_task\nargs:\n  title: a".utf8)
        for (bytes, words) in [
            ([0xFF], "not valid UTF-8"), ([0xC3], "not valid UTF-8"), ([0], "control character U+0000"),
            ([0xED, 0xA0, 0x80], "not valid UTF-8"), ([7], "control character U+0007"),
        ] as [([UInt8], String)] {
            let lines = try check(head + bytes + Array("\n".utf8)).lines
            #expect(lines.count == 1)
            #expect(lines.first?.hasPrefix("3:11 ") == true && lines.first?.contains(words) == true, "\(lines)")
        }
    }

    @Test("Aliases of aliases cannot blow a script up")
    func aliasBomb() throws {
        var text = "vars:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "  a\(level): &a\(level) [\(aliases)]\n"
        }
        let lines = try faults(of: text + "steps: []\n")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("more than the limit of 100000") == true, "\(lines)")
        let expressions = try faults(of: "vars: {a: &a [1, 2]}\nsteps:\n  - {op: *b}\n")
        #expect(expressions.first?.hasPrefix("3:10 ") == true)
    }

    @Test("Variables that double one another are bounded")
    func variableBomb() throws {
        var text = "vars:\n  v0: \(String(repeating: "x", count: 1000))\n"
        for level in 1...40 { text += "  v\(level): ${{ vars.v\(level - 1) }}${{ vars.v\(level - 1) }}\n" }
        let lines = try faults(of: text + "steps: []\n")
        #expect(lines.first == "17:8 with its expressions the value has more than the limit of 16777216 bytes")

        var list = "vars:\n  v0: [x, x]\n"
        for level in 1...40 { list += "  v\(level): [\"${{ vars.v\(level - 1) }}\", \"${{ vars.v\(level - 1) }}\"]\n" }
        let listLines = try faults(of: list + "steps: []\n")
        #expect(listLines.first == "17:8 with its expressions the value has more than the limit of 100000 nodes")
    }

    @Test("A hundred thousand levels of nesting are refused, and five hundred pass through everything")
    func nesting() throws {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let deep = String(repeating: open, count: 100_000)
            #expect(try faults(of: "vars: \(deep)").last?.contains("nested deeper than the limit of 512") == true)
            let allowed = String(repeating: open, count: 480) + "1" + String(repeating: close, count: 480)
            let text =
                "vars: {d: \(allowed)}\nsteps: [{op: create_task, args: {title: t, description: \"${{ vars.d }}.\"}}]\n"
            #expect(try faults(of: text) == [])
        }
        let steps = "steps:\n" + String(repeating: "- ", count: 100_000)
        #expect(try faults(of: steps).last?.contains("nested deeper than the limit of 512") == true)
    }

    @Test("A scalar that never ends is refused at its beginning, without reading on")
    func hugeScalar() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.pipe()
        let runner = BatchRunner()
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: nil)], seconds: 60)
        async let written = onThread {
            let writer = try FileWriter(path, blocksUntilRead: true)
            writer.write("op: create_task\nargs:\n  title: \"")
            let megabyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            for count in 0..<64 {
                guard writer.write(megabyte) else { return count }
            }
            return 64
        }
        try await run
        #expect(runner.report.lines.count == 1)
        #expect(runner.report.lines.first?.contains("longer than the limit") == true, "\(runner.report.lines)")
        #expect(runner.report.lines.first?.hasPrefix("3:") == true)
        #expect(try await written < 64)
    }

    @Test("Random bytes never crash the check, and every fault has a place in the text")
    func binaryGarbage() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let bytes = (0..<random.below(400)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            expectPlaces(try check(bytes), in: bytes)
        }
    }

    @Test("Random changes of good scripts never crash the check, and every fault has a place in the text")
    func mutations() throws {
        var random = SeededGenerator(seed: 42)
        let pieces = [
            "${{", "}}", "$${{", "steps", "vars.", "\n", "  ", "- ", ": ", "&a ", "*a", "<<: ", "{", "}", "[", "]", "'",
            "\"",
            "---\n", "...\n", "|\n", "!!int ", "~", "item", "index", "when", "for_each", "\t", "#", "? ", "\u{0}", "é",
            "\u{FEFF}",
            "steps.a.result", "&& ", "|| ", "!", "(", ")", "==", "0x", "1e999", "true", "%TAG ! x\n",
        ].map { Array($0.utf8) }
        for _ in 0..<1500 {
            var bytes = Array(Self.good.utf8)
            for _ in 0..<random.below(6) + 1 {
                let position = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(position..<min(bytes.count, position + random.below(12) + 1))
                case 2: bytes.insert(contentsOf: pieces[random.below(pieces.count)], at: position)
                default:
                    bytes.insert(
                        contentsOf: bytes[position..<min(bytes.count, position + random.below(60))],
                        at: random.below(bytes.count))
                }
                if bytes.isEmpty { bytes = [0x0A] }
            }
            expectPlaces(try check(bytes), in: bytes)
        }
    }

    @Test("Random changes of good scripts run to their end through a pipe")
    func mutationsThatRun() async throws {
        var random = SeededGenerator(seed: 99)
        for _ in 0..<60 {
            var bytes = Array(Self.good.utf8)
            for _ in 0..<random.below(3) + 1 {
                let position = random.below(bytes.count)
                bytes.removeSubrange(position..<min(bytes.count, position + random.below(8) + 1))
            }
            let report = try await BatchRunner().runUnchecked(String(decoding: bytes, as: UTF8.self))
            #expect(report.summary.steps == report.outcomes.count)
        }
    }

    private static let good = """
        name: x
        env: [PATH]
        vars: {list: [a, 2, {t: "x"}], n: &n {title: shared, labels: [l]}}
        on_error: continue
        steps:
          - {id: a, op: create_task, args: {title: "${{ vars.list[0] }} $${{ ${{ env.PATH }}"}}
          - id: b
            op: create_task
            when: ${{ steps.a.status == 'ok' && !(vars.n.title != 'shared') }}
            for_each: ${{ vars.list }}
            args:
              <<: *n
              title: ${{ index }} ${{ item }}
              parent_id: ${{ steps.a.result.id }}
        ---
        op: list_tasks
        ...
        """

    private func expectPlaces(_ check: ScriptCheck, in bytes: [UInt8]) {
        #expect(check.faultCount >= check.faults.count)
        // CR ends lines too, which these bytes may hold: more than one line a byte there is not.
        for fault in check.faults {
            #expect(fault.mark.line >= 1 && fault.mark.line <= bytes.count + 1)
            #expect(fault.mark.column >= 1 && fault.mark.column <= bytes.count + 1)
            #expect(!fault.message.isEmpty && !fault.message.contains("\n"))
        }
    }
}
