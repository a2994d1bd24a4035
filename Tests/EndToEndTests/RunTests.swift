import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("Promise 9: the log says what happened in a run")
struct RunTests {
    private static let missing = "{op: get_task, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}"

    @Test(
        "What standard output says of each step the log says too, in the same order; what never ran has failed nowhere")
    func logAgreesWithOutput() throws {
        let home = try Home()
        let rest = String(repeating: "  - {op: create_task, args: {title: Never}}\n", count: 600)
        try home.write(
            """
            steps:
              - {op: create_task, args: {title: First}}
              - {op: create_task, when: false, args: {title: Unmet}}
              - \(Self.missing)
            \(rest)
            """)
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(1))
        func words(_ outcomes: [JSONValue]) -> [String] {
            outcomes.map { outcome in
                let (status, code) = (outcome["status"]?.stringValue, outcome["error"]?["code"]?.stringValue)
                return "\(outcome["step"]?.integerValue ?? 0) \(status ?? "-") \(code ?? "-")"
            }
        }
        let outcomes = try finished.outcomes()
        #expect(outcomes.count == 603)
        #expect(words(outcomes).prefix(4) == ["1 ok -", "2 skipped -", "3 failed not_found", "4 skipped not_run"])
        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(words(audit.records("outcome")) == words(outcomes))
        #expect(try home.run("log", "show", "--status", "failed").outputLines.count == 1)
        #expect(try home.run("log", "show", "--status", "skipped").outputLines.count == 601)
        #expect(try home.run("log", "verify").end == .exit(0))
    }

    @Test("A search that finds as many as it gives is said so, as data in its outcome and as a warning beside a list")
    func limitReached() throws {
        let home = try Home()
        let most = SearchTasks.mostResults
        try home.write(
            "steps:\n" + (1..<most).map { "  - {op: create_task, args: {title: Milk \($0)}}\n" }.joined()
                + "  - {op: search_tasks, args: {query: milk}}\n"
                + "  - {op: create_task, args: {title: Milk and bread}}\n"
                + "  - {op: search_tasks, args: {query: milk}}\n")
        let searches = try home.run("batch", "run", "script.yaml").outcomes().filter { $0["op"] == "search_tasks" }
        #expect(searches.map { $0["result"]?.arrayValue?.count } == [most - 1, most])
        #expect(searches.map { $0["limit_reached"] } == [nil, .integer(Int64(most))])

        try home.write("steps:\n  - {op: whoami}\n  - {op: search_tasks, args: {query: milk}}\n", to: "again.yaml")
        let list = try home.run("batch", "run", "again.yaml", "--output", "text")
        #expect(
            list.errorText.contains(
                "again.yaml:3:5: warning: search_tasks: these are the first \(most), and there may be more"))
        #expect(try home.run("batch", "run", "again.yaml", "--quiet").errorText.isEmpty)
        let narrow = "{op: search_tasks, args: {query: bread}}"
        #expect(try home.run("batch", "run", "-", "--output", "text", input: "--- \(narrow)\n").errorText.isEmpty)
    }

    @Test("A run has its own records, and its id is in every outcome, from where log show --run takes it")
    func runIsNamed() throws {
        let home = try Home()
        try home.write("vars: {token: abc, city: Lisbon}\nsteps:\n  - {op: create_task, args: {title: x}}\n")
        let outcomes = try home.run("batch", "run", "script.yaml", "script.yaml").outcomes()
        let run = try #require(outcomes.first?["run"]?.stringValue)
        #expect(outcomes.map { $0["run"]?.stringValue } == [run, run])
        _ = try home.run("batch", "run", "script.yaml")
        #expect(try home.run("log", "show", "--run", run).outputLines.count == 2)

        let audit = try LogAudit(of: home.log)
        let kinds = audit.records.compactMap { $0["kind"]?.stringValue }
        #expect(kinds.prefix(2) == ["header", "run.begin"])
        let (begin, end) = (audit.records("run.begin"), audit.records("run.end"))
        #expect(begin.count == 2 && end.count == 2)
        #expect(begin.first?["run"]?.stringValue == run && end.first?["run"]?.stringValue == run)
        #expect(begin.first?["files"]?.arrayValue?.count == 2)
        #expect(begin.first?["vars"] == ["token": "[redacted]", "city": "Lisbon"])
        #expect(end.first?["status"] == "ok" && end.first?["ok"] == 2)
        // Each operation's own time: in a run that does one after the other, all together take no longer than the run.
        let times = audit.records("outcome").filter { $0["run"]?.stringValue == run }.compactMap {
            $0["ms"]?.doubleValue
        }
        #expect(times.reduce(0, +) <= end.first?["ms"]?.doubleValue ?? 0)
    }

    @Test("The operations of a long run take no longer, all together, than the run")
    func ownTimes() throws {
        let home = try Home()
        try home.write(creates(2000))
        #expect(try home.run("batch", "run", "script.yaml").end == .exit(0))
        let audit = try LogAudit(of: home.log)
        let whole = try #require(audit.records("run.end").first?["ms"]?.doubleValue)
        let outcomes = audit.records("outcome")
        let sum = outcomes.compactMap { $0["ms"]?.doubleValue }.reduce(0, +)
        #expect(sum > 0 && sum <= whole)
        #expect(outcomes.contains { ($0["queued_ms"]?.doubleValue ?? 0) >= 1 })
    }

    @Test(
        "A run that a signal ends, one with a failure and one whose pipe breaks off have their end in the log as well")
    func endings() throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        child.send(createDocument("One"))
        #expect(child.wait(20) { child.outputText.contains("\n") })
        child.signal(SIGTERM)
        #expect(child.finish(within: 10).end == .exit(143))
        try home.write("steps:\n  - \(Self.missing)\n")
        _ = try home.run("batch", "run", "script.yaml")
        _ = try home.run("batch", "run", "-", input: "op: whoami\n---\nop: [\n")
        let ends = try LogAudit(of: home.log).records("run.end")
        #expect(ends.map { $0["status"] } == ["cancelled", "failed", "failed"])
        #expect(ends.map { $0["ok"] } == [1, 0, 1])
        #expect(ends.map { $0["files"]?.arrayValue?.count } == [1, nil, 1])
    }

    @Test("Where nobody sees the outcomes, and not all is well, standard error names the run")
    func quiet() throws {
        let home = try Home()
        try home.write("steps:\n  - \(Self.missing)\n")
        let failed = try home.run("batch", "run", "script.yaml", "--quiet")
        let run = try #require(try LogAudit(of: home.log).records("run.end").first?["run"]?.stringValue)
        #expect(failed.errorText.hasSuffix("deferno: 1 step: 1 failed; run \(run)\n"))
        try home.write(creates(3))
        let done = try home.run("batch", "run", "script.yaml", "--quiet")
        #expect(done.errorText == "" && done.outputText == "")
    }
}
