import BatchFrontend
import Crypto
import OperationCatalogue
import OperationPipeline
import Testing

@Suite("What a run leaves in the record")
struct RunRecordsTests {
    private let recorder = KeepingRecorder()

    private func runner(_ overrides: JSONObject = [:]) -> BatchRunner {
        var runner = BatchRunner()
        runner.recorder = recorder
        runner.overrides = overrides
        return runner
    }

    private func digest(of text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("Every outcome that is told is recorded as it is told: done, failed, faulty, unmet, and not run, each once")
    func outcomesAgree() async throws {
        let report = try await runner().run(
            """
            steps:
              - {id: a, op: create_task, args: {title: good}}
              - {op: create_task, when: "${{ steps.a.status != 'ok' }}", args: {title: unmet}}
              - {op: create_task, for_each: [x, y, z], when: "${{ item != 'y' }}", args: {title: "${{ item }}"}}
              - {op: create_task, args: {title: "${{ steps.a.result.labels[5] }}"}}
              - {op: create_task, args: {title: literal}}
              - {op: create_task, args: {title: "${{ steps.a.result.title }}"}}
              - {op: create_task, for_each: [1, 2], args: {title: late}}
            ---
            on_error: continue
            steps:
              - {op: create_task, args: {title: fail}}
              - {op: create_task, args: {title: unknown}}
              - {id: b, op: create_task, args: {title: good}}
              - {op: create_task, for_each: "${{ steps.b.result }}", args: {title: x}}
            ---
            steps:
              - {op: create_task, args: {title: fail}}
              - {op: list_tasks}
            """)
        func words(_ step: Int?, _ status: String, _ error: OperationError?) -> String {
            "\(step ?? 0) \(status) \(error?.code.rawValue ?? "-")"
        }
        let told = report.outcomes.map { words($0.step, $0.status.rawValue, $0.error) }
        let recorded = recorder.outcomes.map { concluded in
            let result = concluded.outcome.result
            return words(concluded.request.step, result.status.rawValue, result.error)
        }
        #expect(
            told == [
                "1 ok -", "2 skipped -", "3 ok -", "3 skipped -", "3 ok -", "4 failed invalid_reference",
                "5 skipped not_run", "6 skipped not_run", "7 skipped not_run", "1 failed not_found",
                "2 unknown backend_unreachable", "3 ok -", "4 failed invalid_reference", "1 failed not_found",
                "2 skipped not_run",
            ])
        #expect(recorded == told)
        // Only what was about to begin was intended.
        #expect(recorder.intents == 7)
        #expect(recorder.outcomes.filter { $0.outcome.result.status == .skipped }.allSatisfy { !$0.hasIntent })
        #expect(recorder.outcomes.map(\.request.place) == report.outcomes.map { $0.place })
        #expect(recorder.outcomes.first { $0.request.step == 5 }?.request.arguments == ["title": "literal"])
    }

    @Test("A run's record begins before its first step, with its scripts and their hashes, and ends with the counts")
    func files() async throws {
        let scripts = [
            "vars: {city: Lisbon}\nsteps:\n  - {op: create_task, args: {title: fail}}\n  - {op: whoami}\n",
            "vars: {city: Porto, street: Rua}\nsteps:\n  - {op: whoami}\n", "op: whoami\n",
        ]
        let report = try await runner(["given": 3]).run(files: scripts)
        let beginning = try #require(recorder.beginnings.first)
        let ending = try #require(recorder.endings.first)
        #expect(recorder.beginnings.count == 1 && recorder.endings.count == 1)
        #expect(beginning.files.map { $0.name.hasSuffix("yaml") } == [true, true, true])
        #expect(beginning.files.map(\.digest) == scripts.map { digest(of: $0) })
        #expect(beginning.variables == ["given": 3, "city": "Lisbon", "street": "Rua"])
        #expect(ending.status == .failed)
        #expect(ending.counts == [.ok: 2, .failed: 1, .unknown: 0, .skipped: 1])
        #expect(ending.files.isEmpty)
        #expect(Set(report.outcomes.map(\.run)) == [beginning.caller.run])
        #expect(ending.caller.run == beginning.caller.run)
    }

    @Test("Of what comes through a pipe the hash is known at the end: that of what was read, also where it breaks off")
    func pipe() async throws {
        let good = "op: create_task\nargs: {title: x}\n"
        for (script, status) in [(good, RunStatus.ok), (good + "---\nop: [\n", .failed)] {
            let recorder = KeepingRecorder()
            var runner = BatchRunner()
            runner.recorder = recorder
            _ = try await runner.runUnchecked(script)
            #expect(recorder.beginnings.first?.files.map(\.digest) == [nil])
            #expect(recorder.endings.first?.files.map(\.digest) == [digest(of: script)])
            #expect(recorder.endings.first?.status == status)
            #expect(recorder.endings.first?.counts[.ok] == 1)
        }
    }

    @Test("A run that is interrupted ends as cancelled")
    func cancelled() async throws {
        let runner = runner()
        let folder = try TemporaryFolder()
        let path = try folder.file(text: "steps:\n  - {op: create_task, args: {title: hold}}\n  - {op: whoami}\n")
        async let run: Void = runner.run([BatchSource.Input(.file(path), check: nil)])
        #expect(await comesTrue { runner.backend.count > 0 })
        runner.shutdown.begin()
        runner.backend.release()
        try await run
        #expect(recorder.endings.first?.status == .cancelled)
        #expect(recorder.endings.first?.counts[.ok] == runner.report.summary.ok)
    }

    @Test("What a log does not take of the run itself counts as a missing record, unless the log is not required")
    func brokenLog() async throws {
        struct Broken: OperationRecorder {
            let isRequired: Bool
            func record(intents: [Invocation]) async throws(OperationError) -> RecordReceipt? { nil }
            func record(outcomes: [ConcludedOperation]) async throws(OperationError) {}
            func record(begin run: RunBeginning) async throws(OperationError) {
                throw OperationError(.logUnavailable, "the disk is full")
            }
        }
        for isRequired in [true, false] {
            var runner = BatchRunner()
            runner.recorder = Broken(isRequired: isRequired)
            let report = try await runner.run("op: whoami\n")
            #expect(report.summary.lacksRecords == isRequired)
            #expect(report.endings == ["1 ok"])
        }
    }
}

@Suite("The variables of a run in the record")
struct RunVariableTests {
    private func variables(_ script: String, _ overrides: JSONObject = [:]) async throws -> JSONObject? {
        let recorder = KeepingRecorder()
        var runner = BatchRunner()
        runner.recorder = recorder
        runner.overrides = overrides
        _ = try await runner.run(script)
        return recorder.beginnings.first?.variables
    }

    @Test("Hidden is what came from the environment, by way of other variables too, unless the command line gave it")
    func environment() async throws {
        let script = """
            env: [HOME]
            vars:
              home: ${{ env.HOME }}
              inside: in ${{ vars.home }}
              list: [1, "${{ vars.inside }}"]
              own: here
            steps:
              - op: whoami
            """
        let hidden: JSONValue = "[redacted]"
        #expect(
            try await variables(script) == ["home": hidden, "inside": hidden, "list": hidden, "own": "here"])
        #expect(
            try await variables(script, ["home": "there"]) == [
                "home": "there", "inside": "in there", "list": [1, "in there"], "own": "here",
            ])
    }

    @Test(
        "Hidden is what has a name that says it is secret",
        arguments: [
            "token", "API_TOKEN", "apiToken", "github-token", "password2", "dbPassword", "secret.key", "key",
            "MyApiKey",
            "apikey", "basic auth", "PIN",
        ])
    func secretNames(name: String) async throws {
        #expect(try await variables("op: whoami\n", [name: "x"]) == [name: "[redacted]"])
        #expect(
            try await variables("op: whoami\n", ["outer": ["inner": .object([name: "x", "city": "Lisbon"])]]) == [
                "outer": ["inner": .object([name: "[redacted]", "city": "Lisbon"])]
            ])
    }

    @Test(
        "Shown is everything else",
        arguments: ["city", "keyboard", "monkey", "tokenise", "author", "compass", "x", "1"])
    func otherNames(name: String) async throws {
        #expect(try await variables("op: whoami\n", [name: "x"]) == [name: "x"])
    }
}
