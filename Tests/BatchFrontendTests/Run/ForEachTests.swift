import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("Steps with for_each")
struct ForEachTests {
    @Test("Each element is an operation of its own, with item and index")
    func elements() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            vars:
              people: [{name: Ada, age: 36}, {name: Grace, age: 85}]
            steps:
              - op: create_task
                for_each: ${{ vars.people }}
                args:
                  title: ${{ index }} ${{ item.name }} ${{ item.age }}
            """)
        #expect(report.endings == ["1.0 ok", "1.1 ok"])
        #expect(runner.backend.titles == ["0 Ada 36", "1 Grace 85"])
    }

    @Test("A list may be written in place, with expressions in it, and come from an earlier step")
    func lists() async throws {
        let runner = BatchRunner()
        _ = try await runner.run(
            """
            vars: {x: two}
            steps:
              - {id: a, op: create_task, for_each: [one, "${{ vars.x }}", 3], args: {title: "item ${{ item }}", labels: [l1, l2]}}
              - {op: create_task, for_each: "${{ steps.a.result }}", args: {title: "got ${{ item.sequence }}"}}
              - {op: create_task, for_each: "${{ steps.a.result[1].labels }}", args: {title: "${{ item }}"}}
              - {op: create_task, for_each: ["${{ steps.a.result[2].title }}"], args: {title: "last ${{ item }}"}}
            """)
        #expect(
            runner.backend.titles == [
                "item one", "item two", "item 3", "got 1", "got 2", "got 3", "l1", "l2", "last item 3",
            ])
    }

    @Test("An empty list makes no operation, and its result is an empty list")
    func emptyList() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            vars: {none: []}
            steps:
              - {id: a, op: create_task, for_each: "${{ vars.none }}", args: {title: "${{ item }}"}}
              - {op: create_task, for_each: "${{ steps.a.result }}", args: {title: "${{ item.title }}"}}
              - {op: create_task, args: {title: "a was ${{ steps.a.status }} with ${{ steps.a.result }}"}}
            """)
        #expect(report.endings == ["3 ok"])
        #expect(runner.backend.titles == ["a was ok with []"])
    }

    @Test("when is asked for each element, and may look at it")
    func conditions() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            vars: {all: [{t: a, wanted: true}, {t: "", wanted: false}, {t: c, wanted: true}]}
            steps:
              - id: made
                op: create_task
                for_each: ${{ vars.all }}
                when: ${{ item.wanted && index != 7 }}
                args:
                  title: ${{ item.t }}
              - {op: create_task, args: {title: "${{ steps.made.result[2].title }} ${{ steps.made.result[1] }}"}}
            """)
        #expect(report.endings == ["1.0 ok", "1.1 skipped", "1.2 ok", "2 ok"])
        #expect(runner.backend.titles == ["a", "c", "c "])
    }

    @Test("An element that fails at the backend stops the elements after it; each has its outcome")
    func failedElement() async throws {
        for batchSize in [1, 3, 256] {
            let runner = BatchRunner(backend: AnsweringBackend(batchSize: batchSize))
            let report = try await runner.run(
                """
                steps:
                  - {id: a, op: create_task, for_each: [a, fail, c, d], args: {title: "${{ item }}"}}
                  - {op: create_task, args: {title: "${{ steps.a.status }}"}}
                """)
            #expect(report.endings == ["1.0 ok", "1.1 failed", "1.2 skipped", "1.3 skipped", "2 skipped"])
            #expect(runner.backend.titles == ["a", "fail"])
        }
    }

    @Test("An element that cannot be evaluated stops the elements after it; each has its outcome")
    func faultyElement() async throws {
        let script = """
            steps:
              - {id: a, op: create_task, for_each: [1, 2], args: {title: "t${{ item }}"}}
              - op: create_task
                for_each: [{n: 0}, {n: 5}, {n: 1}, {n: 1}]
                args: {title: "got ${{ steps.a.result[0].sequence }} ${{ item.n == 5 && steps.a.result[0].description }}"}
              - {op: whoami}
            """
        let runner = BatchRunner()
        let report = try await runner.run(script)
        #expect(
            report.endings == ["1.0 ok", "1.1 ok", "2.0 ok", "2.1 failed", "2.2 skipped", "2.3 skipped", "3 skipped"])
        #expect(runner.backend.titles == ["t1", "t2", "got 1 false"])
        let going = BatchRunner()
        let report2 = try await going.run("on_error: continue\n" + script)
        #expect(report2.endings == ["1.0 ok", "1.1 ok", "2.0 ok", "2.1 failed", "2.2 ok", "2.3 ok", "3 ok"])
    }

    @Test("With on_error: continue the list has null where an element failed, and the step's status is the worst")
    func partialResults() async throws {
        let runner = BatchRunner()
        _ = try await runner.run(
            """
            on_error: continue
            steps:
              - id: a
                op: create_task
                for_each: [skip, one, fail, two]
                when: ${{ item != 'skip' }}
                args: {title: "${{ item }}"}
              - op: create_task
                args: {title: "${{ steps.a.status }} ${{ steps.a.result[0] }}-${{ steps.a.result[2] }}-${{ steps.a.result[3].title }}"}
            """)
        #expect(runner.backend.titles == ["one", "fail", "two", "failed --two"])
    }

    @Test("A list longer than what is pulled at a time is gone through in order, and a failure within stops the rest")
    func longLists() async throws {
        let list = (0..<1000).map(String.init).joined(separator: ", ")
        let runner = BatchRunner(backend: AnsweringBackend(batchSize: 16, concurrentBatches: 2))
        let report = try await runner.run(
            "steps:\n  - {op: create_task, for_each: [\(list)], args: {title: \"t${{ item }}\"}}\n  - {op: whoami}\n")
        #expect(report.endings == (0..<1000).map { "1.\($0) ok" } + ["2 ok"])
        #expect(runner.backend.titles.dropLast() == (0..<1000).map { "t\($0)" }[...])

        let failing = BatchRunner(backend: AnsweringBackend(batchSize: 16, concurrentBatches: 2))
        let report2 = try await failing.run(
            "steps:\n  - {op: create_task, for_each: [\(list.replacing("700", with: "x"))], "
                + "args: {title: \"${{ item == 'x' && 'fail' == 'fail' }}${{ item }}\"}}\n")
        #expect(report2.endings.count == 1000)
        let stopped = try await BatchRunner(backend: AnsweringBackend(batchSize: 16)).run(
            "steps:\n  - {op: create_task, for_each: [a, fail, \(list)], args: {title: \"${{ item }}-\"}}\n")
        let skipped = (2..<1002).map { "1.\($0) skipped" }
        #expect(stopped.endings == ["1.0 ok", "1.1 failed"] + skipped)
    }

    @Test("A step that refers to steps inside for_each waits for them once")
    func referringElements() async throws {
        let list = Array(repeating: "x", count: 600).joined(separator: ", ")
        let runner = BatchRunner(backend: AnsweringBackend(batchSize: 50, concurrentBatches: 2))
        let report = try await runner.run(
            """
            steps:
              - {id: a, op: create_task, args: {title: head}}
              - {id: b, op: create_task, for_each: [\(list)], args: {title: "${{ steps.a.result.title }} ${{ index }}"}}
              - {op: create_task, args: {title: "${{ steps.b.result[599].title }}"}}
            """)
        #expect(report.outcomes.count == 602)
        #expect(runner.backend.titles.last == "head 599")
    }
}
