import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing
import YAMLEvents

@Suite("Files that change after their check")
struct ChangedFileTests {
    @Test("A file that was changed since its check is not carried out, not even its beginning")
    func changed() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(text: "steps:\n  - {op: create_task, args: {title: checked}}\n")
        let source = ScriptSource.file(path)
        let check = source.check(overrides: [:])
        #expect(check.faultCount == 0)
        _ = try folder.file(text: "steps:\n  - {op: create_task, args: {title: never looked at}}\n")
        let runner = BatchRunner()
        try await runner.run([BatchSource.Input(source, check: check)])
        #expect(runner.backend.titles == [])
        #expect(
            runner.report.faults.map(\.fault.message) == [
                "the file was changed since it was checked; nothing was carried out: run it again"
            ])
        #expect(runner.report.summary.hasChangedFile && !runner.report.summary.hasCarriedOut)
    }

    @Test("A file that is changed in the middle of its run is told as that, and nobody is told to run it again")
    func changedInTheMiddle() async throws {
        let folder = try TemporaryFolder()
        let steps = (1...20_000).map { "  - {op: create_task, args: {title: \($0 == 1 ? "hold" : "t")}}\n" }.joined()
        let source = ScriptSource.file(try folder.file(text: "steps:\n" + steps))
        let runner = BatchRunner()
        async let run: Void = runner.run([
            BatchSource.Input(source, check: source.check(overrides: [:]))
        ])
        #expect(await comesTrue { runner.backend.count > 0 })
        _ = try folder.file(text: "steps: []\n")
        runner.backend.release()
        try await run
        let summary = runner.report.summary
        #expect(summary.hasChangedFile && summary.faults == 1 && summary.ok > 0 && summary.ok < 20_000)
        #expect(summary.effects == summary.ok)
        let message = runner.report.faults.first?.fault.message ?? ""
        #expect(message.hasPrefix("the file was changed while it was carried out"))
        #expect(!message.contains("again"))
    }

    @Test("A file that was not changed is carried out")
    func unchanged() async throws {
        let folder = try TemporaryFolder()
        let source = ScriptSource.file(
            try folder.file(text: "steps:\n  - {op: create_task, args: {title: checked}}\n"))
        let runner = BatchRunner()
        try await runner.run([
            BatchSource.Input(source, check: source.check(overrides: [:]))
        ])
        #expect(runner.backend.titles == ["checked"])
    }

    @Test("A document with a key that is written twice harms only itself, in a pipe and in the check")
    func faultyDocument() async throws {
        let text = """
            --- {op: create_task, args: {title: first}}
            --- {op: create_task, args: {title: a, title: b}}
            --- {op: create_task, args: {title: last}}
            --- {op: create_tsk}
            """
        let runner = BatchRunner()
        let report = try await runner.runUnchecked(text)
        #expect(runner.backend.titles == ["first", "last"])
        #expect(report.faults.map(\.fault.mark.line) == [2, 4])
    }

    @Test("A step with for_each is ok when some elements were skipped and none failed, and skipped when all were")
    func partlySkipped() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            steps:
              - {id: some, op: create_task, for_each: [1, 2], when: "${{ item == 2 }}", args: {title: "t${{ item }}"}}
              - {id: none, op: create_task, for_each: [1, 2], when: "${{ item == 3 }}", args: {title: "t${{ item }}"}}
              - {op: create_task, when: "${{ steps.some.status == 'ok' }}", args: {title: some}}
              - {op: create_task, when: "${{ steps.none.status == 'skipped' }}", args: {title: none}}
            """)
        #expect(report.summary.ok == 3)
        #expect(runner.backend.titles == ["t2", "some", "none"])
    }
}
