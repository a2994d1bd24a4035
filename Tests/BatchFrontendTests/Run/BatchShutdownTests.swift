import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("A batch that is told to stop")
struct BatchShutdownTests {
    private static let steps = (1...2000).map { "  - {op: create_task, args: {title: t\($0)}}\n" }.joined()

    @Test("What is under way ends, every step that was asked for has one outcome, and nothing more is read")
    func underWay() async throws {
        let runner = BatchRunner(backend: AnsweringBackend(batchSize: 1))
        let folder = try TemporaryFolder()
        let path = try folder.file(
            text: "steps:\n  - {op: create_task, args: {title: hold}}\n\(Self.steps)")
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: ScriptCheck(referredIDs: []))])
        #expect(await comesTrue { runner.backend.count > 0 })
        runner.shutdown.begin()
        runner.backend.release()
        try await run
        let outcomes = runner.report.outcomes
        #expect(outcomes.map(\.step) == Array(1...outcomes.count))
        #expect(outcomes.count < 2001)
        #expect(outcomes.first?.status == .ok)
        #expect(runner.report.summary.steps == outcomes.count)
        #expect(runner.report.summary.wasInterrupted)
    }

    @Test("A batch that waits for its pipe ends, though the pipe stays open")
    func waitingForInput() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.pipe()
        let runner = BatchRunner()
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: nil)])
        let writer = try FileWriter(path)
        writer.write("op: create_task\nargs: {title: one}\n---\n")
        #expect(await runner.report.waitFor(lines: 1))
        runner.shutdown.begin()
        try await run
        #expect(runner.report.endings == ["1 ok"])
        writer.write("op: create_task\nargs: {title: two}\n---\n")
        writer.close()
        #expect(runner.backend.titles == ["one"])
    }

    @Test("A batch that waits for the result of a step ends with that step")
    func waitingForResult() async throws {
        let runner = BatchRunner(backend: AnsweringBackend(batchSize: 1, concurrentBatches: 4))
        let folder = try TemporaryFolder()
        let path = try folder.file(
            text: """
                steps:
                  - {id: a, op: create_task, args: {title: hold}}
                  - {op: get_task, args: {task_id: "${{ steps.a.result.id }}"}}
                  - {op: whoami}
                """)
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: ScriptCheck(referredIDs: ["a"]))])
        #expect(await comesTrue { runner.backend.count > 0 })
        try await Task.sleep(for: .milliseconds(20))
        runner.shutdown.begin()
        runner.backend.release()
        try await run
        #expect(runner.report.outcomes.first?.status == .ok)
        #expect(runner.backend.count == 1)
        #expect(runner.report.summary.steps == runner.report.outcomes.count)
    }

    @Test("A shutdown before the first step runs nothing")
    func beforeTheStart() async throws {
        let runner = BatchRunner()
        runner.shutdown.begin()
        let report = try await runner.run("steps:\n\(Self.steps)")
        #expect(report.outcomes.isEmpty)
        #expect(runner.backend.count == 0)
    }

    @Test("Shutdowns at many moments lose no outcome and never hang")
    func manyMoments() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            text: "steps:\n  - {id: a, op: create_task, args: {title: a}}\n"
                + (1...300).map { "  - {op: create_task, args: {title: \"\($0) ${{ steps.a.result.id }}\"}}\n" }
                .joined())
        for moment in 0..<30 {
            let runner = BatchRunner(backend: AnsweringBackend(batchSize: 1, concurrentBatches: 2))
            async let run: Void = runner.run([
                BatchSource.Input(.file(path), check: moment % 2 == 0 ? ScriptCheck(referredIDs: ["a"]) : nil)
            ])
            #expect(await comesTrue { runner.backend.count >= moment * 3 })
            runner.shutdown.begin()
            try await run
            let steps = runner.report.outcomes.map(\.step)
            #expect(steps == Array(1..<steps.count + 1))
            #expect(runner.report.outcomes.filter { $0.status == .ok }.count == runner.backend.count)
        }
    }
}
