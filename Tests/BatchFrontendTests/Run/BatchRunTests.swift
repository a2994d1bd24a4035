import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("Running scripts")
struct BatchRunTests {
    @Test("Outcomes come in the order of the steps, each with its place, whatever the backend's batches are")
    func order() async throws {
        let script = "steps:\n" + (1...700).map { "  - {op: create_task, args: {title: t\($0)}}\n" }.joined()
        for (batchSize, concurrentBatches) in [(1, 1), (7, 4), (256, 2)] {
            let backend = AnsweringBackend(batchSize: batchSize, concurrentBatches: concurrentBatches)
            let report = try await BatchRunner(backend: backend).run(script)
            #expect(report.endings == (1...700).map { "\($0) ok" })
            #expect(backend.titles == (1...700).map { "t\($0)" })
            #expect(report.outcomes.map(\.place.line) == Array(2...701))
            #expect(report.summary.ok == 700 && report.summary.scripts == 1)
        }
    }

    @Test("Results reach later steps, as values with their type, inside text and in conditions")
    func results() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            steps:
              - {id: a, op: create_task, args: {title: first, labels: [x, y]}}
              - {id: b, op: create_task, args: {title: "after ${{ steps.a.result.title }}", parent_id: "${{ steps.a.result.id }}"}}
              - {op: create_task, args: {title: "${{ steps.b.result.title }}", labels: "${{ steps.a.result.labels }}"}}
              - {op: create_task, when: "${{ steps.a.result.sequence == 1 && steps.b.status == 'ok' }}", args: {title: met}}
              - {op: create_task, when: "${{ steps.b.result.sequence == 1 }}", args: {title: not met}}
            """)
        #expect(report.endings == ["1 ok", "2 ok", "3 ok", "4 ok", "5 skipped"])
        #expect(report.outcomes.last?.error == nil)
        #expect(runner.backend.titles == ["first", "after first", "after first", "met"])
        #expect(runner.backend.asked[1].arguments["parent_id"] == "00000000-0000-4000-8000-000000000001")
        #expect(runner.backend.asked[2].arguments["labels"] == ["x", "y"])
    }

    @Test("After a failure, and after an outcome that nobody knows, the script stops unless told to go on")
    func failures() async throws {
        for (title, status) in [("fail", "failed"), ("unknown", "unknown")] {
            for (word, next) in [("stop", "skipped"), ("continue", "ok")] {
                let runner = BatchRunner()
                let report = try await runner.run(
                    """
                    on_error: \(word)
                    steps:
                      - {op: create_task, args: {title: good}}
                      - {op: create_task, args: {title: \(title)}}
                      - {op: create_task, args: {title: late}}
                      - {op: create_task, args: {title: later}}
                    """)
                #expect(report.endings == ["1 ok", "2 \(status)", "3 \(next)", "4 \(next)"])
                #expect(runner.backend.titles == ["good", title] + (word == "stop" ? [] : ["late", "later"]))
                if word == "stop" {
                    #expect(report.outcomes[2].error?.code == .notRun)
                    #expect(report.outcomes[2].error?.message == "not run, since an earlier step did not succeed")
                }
                #expect(report.summary.codes == (title == "fail" ? [.notFound] : []))
            }
        }
    }

    @Test("A failure stops a thousand steps after it, each of which has its outcome")
    func everyStepIsAnswered() async throws {
        let steps = (1...1000).map { "  - {op: create_task, args: {title: \($0 == 300 ? "fail" : "t\($0)")}}\n" }
        let runner = BatchRunner(backend: AnsweringBackend(batchSize: 10, concurrentBatches: 3))
        let report = try await runner.run("steps:\n" + steps.joined())
        #expect(report.outcomes.map(\.step) == Array(1...1000))
        #expect(report.summary.ok == 299 && report.summary.failed == 1 && report.summary.skipped == 700)
        #expect(runner.backend.count == 300)
    }

    @Test("With on_error: continue a step that needs the result of a failed one says so at its place")
    func missingResults() async throws {
        let report = try await BatchRunner().run(
            """
            on_error: continue
            steps:
              - {id: a, op: create_task, args: {title: fail}}
              - op: create_task
                args:
                  title: good
                  parent_id: ${{ steps.a.result.id }}
              - {op: create_task, when: "${{ steps.a.status == 'failed' }}", args: {title: instead}}
              - {op: create_task, args: {title: "a ${{ steps.a.status }}"}}
            """)
        #expect(report.endings == ["1 failed", "2 failed", "3 ok", "4 ok"])
        let failed = report.outcomes[1]
        #expect(failed.error?.code == .invalidReference)
        #expect(failed.error?.message == "step a has no result, since it ended as failed")
        #expect(failed.place.line == 7 && failed.place.column == 18)
    }

    @Test("A path that a result does not have fails the step at the place of the expression, and stops the script")
    func wrongResultPath() async throws {
        let report = try await BatchRunner().run(
            """
            steps:
              - {id: a, op: create_task, args: {title: good}}
              - op: create_task
                args:
                  title: ${{ steps.a.result.description }}
              - {op: whoami}
            """)
        #expect(report.endings == ["1 ok", "2 failed", "3 skipped"])
        #expect(report.outcomes[1].error?.message == "steps.a.result has no member \"description\", it is an object")
        #expect(report.outcomes[1].place.line == 5 && report.outcomes[1].place.column == 14)
    }

    @Test("What an expression gives is checked against the catalogue when its step's turn comes")
    func lateArguments() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            on_error: continue
            steps:
              - {id: a, op: create_task, args: {title: good}}
              - {op: create_task, args: {title: "${{ steps.a.result.sequence }}"}}
              - {op: create_task, args: "${{ steps.a.result }}"}
              - {op: create_task, args: "${{ steps.a.result.title }}"}
              - {op: create_task, when: "${{ steps.a.result.sequence }}", args: {title: x}}
              - {op: create_task, for_each: "${{ steps.a.result }}", args: {title: x}}
            """)
        #expect(report.endings == ["1 ok", "2 failed", "3 failed", "4 failed", "5 failed", "6 failed"])
        #expect(runner.backend.count == 1)
        #expect(
            report.outcomes.dropFirst().map { $0.error?.message } == [
                "create_task: title: expected a string, found the integer 1",
                "create_task: sequence: unknown field; expected one of title, description, labels, parent_id, assignee, "
                    + "complete_by, productive, desire, id",
                "args: expected a mapping, found the string \"good\"",
                "when: expected true or false, found the integer 1",
                "for_each: expected a list, found an object",
            ])
        let places = report.outcomes.dropFirst(3).map { "\($0.place.line):\($0.place.column)" }
        #expect(places == ["6:29", "7:30", "8:34"])
    }

    @Test("Documents of a stream are independent: a failure stops its own script only")
    func documents() async throws {
        let runner = BatchRunner()
        let report = try await runner.run(
            """
            steps:
              - {op: create_task, args: {title: fail}}
              - {op: create_task, args: {title: a}}
            ---
            op: create_task
            args: {title: fail}
            ---
            op: create_task
            args: {title: b}
            ---
            steps:
              - {op: create_task, args: {title: c}}
            """)
        #expect(report.endings == ["1 failed", "2 skipped", "1 failed", "1 ok", "1 ok"])
        #expect(runner.backend.titles == ["fail", "fail", "b", "c"])
        #expect(report.summary.scripts == 4)
    }

    @Test("Several files are run one after the other, and each outcome names its file")
    func files() async throws {
        let one = "steps:\n  - {op: create_task, args: {title: fail}}\n  - {op: whoami}\n"
        let report = try await BatchRunner().run(files: [one, "op: create_task\nargs: {title: second}\n", one])
        #expect(report.endings == ["1 failed", "2 skipped", "1 ok", "1 failed", "2 skipped"])
        let names = report.outcomes.map { String($0.place.file.suffix(12)) }
        #expect(names == ["script0.yaml", "script0.yaml", "script1.yaml", "script2.yaml", "script2.yaml"])
    }

    @Test("An id belongs to its script: the next document may use it again and does not see the old result")
    func idsOfDocuments() async throws {
        let document = """
            steps:
              - {id: a, op: create_task, args: {title: "t"}}
              - {op: create_task, args: {title: "number ${{ steps.a.result.sequence }}"}}
            """
        let runner = BatchRunner()
        _ = try await runner.run("\(document)\n---\n\(document)\n")
        #expect(runner.backend.titles == ["t", "number 1", "t", "number 3"])
    }

    @Test("Creates are keyed by file, script and step, so that no two of a run have one identifier")
    func keys() async throws {
        let runner = BatchRunner()
        let step = "{op: create_task, for_each: [1, 2], args: {title: t}}"
        _ = try await runner.run(
            "steps: [\(step), \(step)]\n---\nsteps: [\(step)]\n---\n{op: create_task, args: {title: t}}\n")
        #expect(Set(runner.backend.asked.compactMap(\.key)).count == 7)
        #expect(Set(runner.backend.asked.compactMap { $0.arguments["id"]?.stringValue }).count == 7)
    }

    @Test("An outcome that could not be recorded says so")
    func brokenLog() async throws {
        var runner = BatchRunner()
        runner.recorder = BrokenRecorder()
        let report = try await runner.run("op: create_task\nargs: {title: t}\n")
        #expect(report.outcomes.map { $0.recordingError?.code } == [.logUnavailable])
        #expect(report.summary.lacksRecords)
    }

    @Test("A script without steps, and one whose vars only are there, ends at once")
    func emptySteps() async throws {
        let report = try await BatchRunner().run("name: nothing\nvars: {a: 1}\nsteps: []\n")
        #expect(report.outcomes.isEmpty && report.summary.scripts == 1)
    }
}
