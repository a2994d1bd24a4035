import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing
import YAMLEvents

@Suite("Scripts that are checked while they run")
struct PipedScriptTests {
    @Test("A good script runs as it does from a file")
    func goodScript() async throws {
        let script = """
            vars: {list: [a, b]}
            steps:
              - {id: one, op: create_task, args: {title: first}}
              - {id: two, op: create_task, args: {title: "${{ steps.one.result.title }}"}}
              - {id: three, op: create_task, for_each: "${{ vars.list }}", args: {title: "${{ item }}"}}
              - {id: four, op: create_task, args: {title: "${{ steps.three.result[1].title }} ${{ steps.two.status }}"}}
            """
        let runner = BatchRunner()
        let report = try await runner.runUnchecked(script)
        #expect(report.lines == ["1 ok", "2 ok", "3.0 ok", "3.1 ok", "4 ok"])
        #expect(runner.backend.titles == ["first", "first", "a", "b", "b ok"])
    }

    @Test(
        "A fault stops its script only, is reported at its place, and what came before it is carried out",
        arguments: [
            ("  - {op: create_task, args: {titl: x}}", "3:30 create_task: titl: unknown field; did you mean title?"),
            ("  - {opp: create_task}", "3:6 unknown word \"opp\" in a step; did you mean op?"),
            ("  - 5", "3:5 expected a step: a mapping with op and args"),
            ("  - {op: create_tsk}", "3:5 unknown operation \"create_tsk\"; did you mean create_task?"),
            ("  - {op: get_task, args: {task_id: \"${{ steps.x.result }}\"}}", "3:37 no earlier step has the id \"x\""),
        ]
    )
    func faults(step: String, expected: String) async throws {
        for word in ["", "on_error: continue\n"] {
            let runner = BatchRunner()
            let report = try await runner.runUnchecked(
                """
                steps:
                  - {op: create_task, args: {title: before}}
                \(step)
                  - {op: create_task, args: {title: after}}
                \(word.isEmpty ? "" : "name: went on")
                ---
                op: create_task
                args: {title: next}
                """)
            #expect(report.lines.prefix(2) == ["1 ok", expected][...])
            #expect(report.lines.suffix(2) == ["3 skipped", "1 ok"][...])
            #expect(runner.backend.titles == ["before", "next"])
            #expect(report.summary.faults == report.faults.count && report.summary.faults > 0)
        }
    }

    @Test("With on_error: continue a faulty script is not gone on with either")
    func faultsAreNoFailures() async throws {
        let runner = BatchRunner()
        let report = try await runner.runUnchecked(
            """
            on_error: continue
            steps:
              - {op: create_task, args: {title: before}}
              - {op: create_task, args: {titl: x}}
              - {op: create_task, args: {title: after}}
            """)
        #expect(runner.backend.titles == ["before"])
        #expect(report.endings == ["1 ok", "3 skipped"])
    }

    @Test(
        "Of a script whose head is faulty nothing is carried out", arguments: ["on_error: continue", "on_error: stop"])
    func faultyHead(word: String) async throws {
        let runner = BatchRunner()
        let report = try await runner.runUnchecked(
            "vars: {a: \"${{ vars.b }}\"}\n\(word)\nsteps:\n  - {op: whoami}\n---\nop: list_tasks\n")
        #expect(runner.backend.titles == ["list_tasks"])
        #expect(report.lines == ["1:12 vars.b is not defined", "1 skipped", "1 ok"])
    }

    @Test("Broken YAML ends the stream at its place, after everything before it was carried out and reported")
    func brokenText() async throws {
        let runner = BatchRunner()
        let report = try await runner.runUnchecked(
            "op: create_task\nargs: {title: one}\n---\nsteps:\n  - {op: create_task, args: {title: two}}\n  - {op: ]\n")
        #expect(report.endings == ["1 ok", "1 ok"])
        #expect(runner.backend.titles == ["one", "two"])
        #expect(report.faults.count == 1)
        #expect(report.faults.first.map { "\($0.fault.mark.line)" } == "6")
        #expect(report.lines.count == 3)
        #expect(report.lines.last?.hasPrefix("6:") == true)
    }

    @Test("A fault after a thousand good steps comes after their outcomes")
    func lateFault() async throws {
        for ending in ["  - {op: x y z}\n", "  - [\n", "  - 7\n"] {
            let steps = (1...1000).map { "  - {op: create_task, args: {title: t\($0)}}\n" }.joined()
            let runner = BatchRunner(backend: AnsweringBackend(batchSize: 100))
            let report = try await runner.runUnchecked("steps:\n\(steps)\(ending)")
            #expect(report.endings == (1...1000).map { "\($0) ok" })
            #expect(report.lines.count == 1001)
            #expect(report.lines.last?.first == "1")
        }
    }

    @Test("A document that is no script does not keep the ones after it from running")
    func strayDocument() async throws {
        let runner = BatchRunner()
        let report = try await runner.runUnchecked(
            "op: whoami\n--- text\n---\n- op: whoami\n---\nname: x\n---\nop: list_tasks\n")
        #expect(runner.backend.titles == ["whoami", "list_tasks"])
        #expect(report.faults.map(\.fault.mark.line) == [2, 4, 6])
    }

    @Test("A step is carried out as soon as it is complete, while the writer goes on")
    func steps() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.pipe()
        let runner = BatchRunner()
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: nil)])
        let writer = try FileWriter(path)
        writer.write("steps:\n")
        // libyaml looks at the four characters after an item before it says that the item has ended.
        writer.write("  - op: create_task\n    args: {title: t1}\n  - op")
        #expect(await runner.report.waitFor(lines: 1))
        #expect(runner.backend.titles == ["t1"])
        writer.write(": whoami\n  - op")
        #expect(await runner.report.waitFor(lines: 2))
        writer.write(": create_task\n    args: {title: last}\n---\n")
        #expect(await runner.report.waitFor(lines: 3))
        writer.write("op: create_task\nargs: {title: document}\n...\n")
        #expect(await runner.report.waitFor(lines: 4))
        writer.close()
        try await run
        #expect(runner.backend.titles == ["t1", "whoami", "last", "document"])
        #expect(runner.report.faults.isEmpty)
    }

    @Test("A writer that goes away in the middle of a step leaves a fault, and the steps before it are done")
    func brokenPipe() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.pipe()
        let runner = BatchRunner()
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: nil)])
        let writer = try FileWriter(path)
        writer.write("steps:\n  - {op: create_task, args: {title: whole}}\n  - {op: create_task, args: {title: ")
        #expect(await runner.report.waitFor(lines: 1))
        writer.close()
        try await run
        #expect(runner.backend.titles == ["whole"])
        #expect(runner.report.faults.count == 1)
    }

    @Test("The same id twice is a fault, once")
    func duplicateIDs() async throws {
        let report = try await BatchRunner().runUnchecked(
            """
            steps:
              - {id: a, op: whoami}
              - {id: b, op: get_task, args: {task_id: "${{ steps.a.result.id }}"}}
              - {id: a, op: whoami}
            """)
        #expect(report.lines == ["1 ok", "2 ok", "4:5 the id \"a\" is taken by an earlier step"])
    }

    @Test("A file that is missing, and one that cannot be read, is a fault and not the end of the others")
    func missingFiles() async throws {
        let folder = try TemporaryFolder()
        let good = try folder.file(text: "op: whoami\n")
        let runner = BatchRunner()
        try await runner.run([
            BatchSource.Input(.file("\(folder.path)/none.yaml"), check: nil),
            BatchSource.Input(.file(folder.path), check: ScriptCheck(referredIDs: [])),
            BatchSource.Input(.file(good), check: ScriptCheck(referredIDs: [])),
        ])
        #expect(runner.report.endings == ["1 ok"])
        let messages = runner.report.faults.map(\.fault.message)
        #expect(
            messages == [
                "cannot be opened: No such file or directory", "the input cannot be read: Is a directory",
            ])
        #expect(runner.report.faults.first?.headline.hasSuffix("none.yaml:1:1: error: \(messages[0])") == true)
    }
}
