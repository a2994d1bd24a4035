import Foundation
import Glibc
import Testing

@Suite("Exit statuses keep their word")
struct ExitStatusTests {
    struct Ending: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        var script = ""
        var environment: [String: String] = [:]
        let status: CInt

        init(_ status: CInt, _ arguments: String..., script: String = "", environment: [String: String] = [:]) {
            (self.arguments, self.script, self.environment, self.status) = (arguments, script, environment, status)
        }

        var testDescription: String { "\(arguments.joined(separator: " ")) \(environment)" }
    }

    private static let absent = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
    private static let nowhere = "http://127.0.0.1:9"

    static let endings = [
        Ending(0, "call", "whoami"), Ending(0, "call", "list_tasks"), Ending(0, "config", "show"),
        Ending(0, "--version"),
        Ending(0, "batch", "run", "script.yaml", script: "op: whoami\n"),
        Ending(1, "call", "get_task", "task_id=\(absent)"),
        Ending(1, "batch", "run", "script.yaml", script: "op: get_task\nargs: {task_id: \(absent)}\n"),
        Ending(64, "call", "create_tsk"), Ending(64, "call", "whoami", "--no-such"), Ending(64, "nonsense"),
        Ending(64, "call", "whoami", environment: ["DEFERNO_READ_ONLY": "perhaps"]),
        Ending(64, "batch", "run", "script.yaml", "--var", "x", script: "op: whoami\n"),
        Ending(64, "batch", "run", "script.yaml", "--var", "x=1", script: "op: whoami\n"),
        Ending(64, "batch", "run", "script.yaml", "--var", "x='1", script: "op: whoami\n"),
        Ending(64, "log", "show", "--no-such"),
        Ending(65, "call", "create_task"), Ending(65, "call", "get_task", "task_id=7"),
        Ending(65, "batch", "run", "script.yaml", script: "op: whoami\nargs: [\n"),
        Ending(65, "batch", "run", "script.yaml", script: "op: create_tsk\n"),
        Ending(65, "batch", "run", "-", script: "op: create_tsk\n"), Ending(65, "batch", "run", "none.yaml"),
        Ending(65, "call", "whoami", "--config", "none.yaml"),
        Ending(69, "call", "whoami", "--base-url", nowhere, environment: ["DEFERNO_TOKEN": "t"]),
        Ending(
            69, "batch", "run", "script.yaml", "--base-url", nowhere, script: "op: whoami\n",
            environment: ["DEFERNO_TOKEN": "t"]),
        Ending(74, "call", "create_task", "title=x", "--log", "/dev/full"),
        Ending(
            74, "batch", "run", "script.yaml", "--log", "/dev/full", script: "op: create_task\nargs: {title: x}\n"
        ),
        Ending(77, "call", "create_task", "title=x", "--read-only"),
        Ending(77, "auth", "status", "--base-url", nowhere), Ending(77, "call", "whoami", "--base-url", nowhere),
        Ending(77, "batch", "run", "script.yaml", "--read-only", script: "op: create_task\nargs: {title: x}\n"),
    ]

    @Test("Each status is what the table says, whatever the command", arguments: endings)
    func table(ending: Ending) throws {
        let home = try Home()
        home.environment.merge(ending.environment) { $1 }
        try home.write(ending.script)
        let finished = try home.run(ending.arguments, input: ending.script)
        #expect(finished.end == .exit(ending.status), "\(finished.errorText.prefix(500))")
    }

    @Test(
        "65 means that nothing was carried out: a fault behind a step that was done ends with 1, and says how far it came"
    )
    func faultBehindEffects() throws {
        let home = try Home()
        let script = "steps:\n  - {op: create_task, args: {title: A}}\n  - {op: create_task, args: {titel: B}}\n"
        let finished = try home.run("batch", "run", "-", input: script)
        #expect(finished.end == .exit(1))
        #expect(finished.outputText.contains("\"status\":\"ok\""))
        #expect(finished.errorText.contains("\ndeferno: 1 step: 1 ok, 1 fault; run "), "\(finished.errorText)")
        // The same from a file is seen before anything runs.
        try home.write(script)
        #expect(try home.run("batch", "run", "script.yaml").end == .exit(65))
    }

    @Test("An expression that fails behind steps that were done ends with 1, at its place")
    func expressionBehindEffects() throws {
        let home = try Home()
        try home.write(
            """
            steps:
              - {id: a, op: create_task, args: {title: A}}
              - op: create_task
                args:
                  title: x
                  description: |
                    one
                    two ${{ steps.a.result.labels[5] }}
              - {op: whoami}

            """)
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(1))
        #expect(
            finished.errorText.contains("script.yaml:8:13: error: create_task: steps.a.result.labels has no element 5"))
        #expect(finished.errorText.contains("two ${{ steps.a.result.labels[5] }}\n                ^\n"))
        #expect(finished.errorText.contains("\ndeferno: stopped after 2 of 3 steps: 1 ok, 1 failed, 1 skipped; run "))
    }

    @Test("A script that is cut while it runs ends with 1 and how far it came, and nobody is told to run it again")
    func changedWhileRunning() throws {
        let home = try Home()
        try home.write("steps:\n" + String(repeating: "  - {op: create_task, args: {title: t}}\n", count: 50_000))
        let child = try home.start(["batch", "run", "script.yaml"])
        child.wait(20) { child.outputText.count > 10_000 }
        try home.write("steps: []\n")
        let finished = child.finish(within: 60)
        #expect(finished.end == .exit(1))
        #expect(finished.errorText.contains("error: the file was changed while it was carried out"))
        #expect(!finished.errorText.contains("run it again"))
        let done = finished.outputText.components(separatedBy: "\"status\":\"ok\"").count - 1
        #expect(done > 0 && finished.errorText.contains("stopped after \(done) of 50000 steps: \(done) ok, 1 fault"))
    }

    @Test("A locked store is 75, for a single operation and for a batch that has changed nothing")
    func lockedStore() throws {
        let home = try Home()
        #expect(try home.run("call", "create_task", "title=x").end == .exit(0))
        let holder = try StoreLock(home.store.path)
        defer { holder.release() }
        // The program waits for some ten seconds.
        let call = try home.start(["call", "create_task", "title=y"])
        try home.write("op: create_task\nargs: {title: z}\n")
        let batch = try home.start(["batch", "run", "script.yaml"])
        for child in [call, batch] {
            let finished = child.finish(within: 60)
            #expect(finished.end == .exit(75))
            #expect(finished.errorText.contains("stayed locked by another process; nothing was changed"))
        }
    }
}

/// Keeps a store locked as another SQLite would: an exclusive lock on the bytes that are locked before a file is read
/// (sqlite.org/lockingv3.html, PENDING_BYTE and what follows it).
private final class StoreLock {
    private let descriptor: CInt

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        var lock = flock()
        (lock.l_type, lock.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
        (lock.l_start, lock.l_len) = (0x4000_0000, 512)
        try #require(fcntl(descriptor, F_SETLK, &lock) == 0)
    }

    func release() { close(descriptor) }
}
