import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("How the log is kept")
struct LogKeepingTests {
    @Test("--log-required=false carries on without the log, and warns once")
    func notRequired() throws {
        let home = try Home()
        try home.write(creates(300))
        let finished = try home.run("batch", "run", "script.yaml", "--log", "/dev/full", "--log-required=false")
        #expect(finished.end == .exit(0))
        #expect(try finished.outcomes().count(status: "ok") == 300)
        #expect(try home.taskIDs().count == 300)
        let warnings = finished.errorText.split(separator: "\n").filter { $0.contains("/dev/full") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("\"level\":\"warning\"") == true)
    }

    @Test("Without it the same is refused, with 74, and reads go on")
    func required() throws {
        let home = try Home()
        try home.write("on_error: continue\nsteps:\n  - {op: create_task, args: {title: x}}\n  - {op: whoami}\n")
        let finished = try home.run("batch", "run", "script.yaml", "--log", "/dev/full", "--log-required=true")
        #expect(finished.end == .exit(74))
        #expect(try finished.outcomes().map { $0["status"]?.stringValue } == ["failed", "ok"])
        #expect(finished.errorText.contains("a record of this run is not in the log"))
    }

    @Test("--log-rotate and the file's settings begin new files, which together are the whole log")
    func rotation() throws {
        let home = try Home()
        try home.write(creates(200))
        try home.write("log_rotate: 16KiB\nlog_compress: false\nlog_sync: none\n", to: "config.yaml")
        #expect(try home.run("batch", "run", "script.yaml", "--config", "config.yaml").end == .exit(0))
        home.environment["DEFERNO_LOG_COMPRESS"] = "false"
        #expect(try home.run("batch", "run", "script.yaml", "--log-rotate", "16KiB").end == .exit(0))
        let segments = try home.segments()
        #expect(segments.count > 2)
        let audit = try LogAudit(ofSegments: segments)
        #expect(audit.faults == [])
        #expect(audit.createdTaskIDs.count == 400)
        let syncs = audit.records("header").compactMap { $0["sync"]?.stringValue }
        #expect(syncs.first == "none" && syncs.last == "group")
    }

    @Test(
        "What was done and is not in the log is told alike by every door, and as the log itself tells it",
        .enabled(if: SmallDisk.isAvailable, "mounting a small disk needs root"))
    func lostOutcome() throws {
        try Python.system.check("lost_outcome.py", DefernoBinary.path)
    }

    @Test(
        "logrotate in each of its ways is survived, or refused with the line to take out",
        .enabled(if: Command.isThere("/usr/sbin/logrotate") || DefernoBinary.isCI, "there is no logrotate"))
    func logrotate() throws {
        try Python.system.check("logrotate.py", DefernoBinary.path)
    }

    @Test("On file systems that cannot exchange names, make links or keep room, the log is kept as well as they allow")
    func fewerCalls() throws {
        try Python.system.check("fewer_calls.py", DefernoBinary.path)
    }

    @Test("With a key the log is signed; with one that others can read nothing is done")
    func key() throws {
        let home = try Home()
        let made = try home.run("log", "keygen", "key")
        #expect(made.end == .exit(0))
        home.environment["DEFERNO_LOG_KEY"] = home.folder.appending(path: "key").path
        _ = try home.call("create_task", "title=x")
        let records = try LogAudit(of: home.log).records
        let key = try #require(records.first?["key"]?.stringValue)
        #expect(made.outputText.contains(key))
        #expect(records.last?["signature"] != nil)
        chmod(home.folder.appending(path: "key").path, 0o644)
        let refused = try home.run("call", "create_task", "title=y")
        #expect(refused.end == .exit(74))
        #expect(refused.errorText.contains("chmod 600"))
        #expect(try home.run("log", "keygen", "key").end == .exit(74))
    }

    @Test("log rotate begins a new file, compresses finished ones and removes what is too much, and says so")
    func rotateCommand() throws {
        let home = try Home()
        let idle = try home.run("log", "rotate")
        #expect(idle.outputText == "nothing to finish: no operation since the file was begun\n")
        for title in ["a", "b", "c"] {
            _ = try home.call("create_task", "title=\(title)")
            #expect(try home.run("log", "rotate").outputText == "began a new file\n")
        }
        let compressed = try home.run("log", "rotate", "--compress", "--keep", "2")
        #expect(compressed.end == .exit(0))
        let lines = compressed.outputText.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("compressed ") } == 2)
        #expect(lines.contains { $0.contains("removed finished segments") && $0.contains("(keep)") })
        let segments = try home.segments()
        #expect(segments.count == 3 && segments.dropLast().allSatisfy { $0.pathExtension == "gz" })
        #expect(try LogAudit(of: home.log).records("log.removed").count == 1)
        for (arguments, status, word) in [
            (["--keep", "many"], 64, "--keep: expected a number"), (["--keep-for", "1y"], 64, "--keep-for: expected"),
            (["--log", "none"], 64, "there is no log file"), (["--log", "/dev/null/x"], 74, "/dev/null"),
        ] {
            let refused = try home.run(["log", "rotate"] + arguments)
            #expect(refused.end == .exit(Int32(status)) && refused.errorText.contains(word), "\(refused.errorText)")
        }
    }

    @Test(
        "A value that a setting cannot have is refused before anything is done",
        arguments: [
            ("--log-sync", "often"), ("--log-rotate", "weekly"), ("--log-rotate", "1KiB"),
            ("--log-required", "perhaps"),
        ])
    func wrongValues(option: String, value: String) throws {
        let home = try Home()
        let finished = try home.run("call", "create_task", "title=x", option, value)
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains("\(option): expected"))
        #expect(home.isUntouched)
    }
}

extension Home {
    /// The files of the log, the live one last where there is one: a writer that was killed may just have renamed it.
    func segments() throws -> [URL] {
        let folder = log.deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let finished = names.filter { $0.hasPrefix(log.lastPathComponent + ".") }
        return (finished + names.filter { $0 == log.lastPathComponent }).map { folder.appending(path: $0) }
    }
}
