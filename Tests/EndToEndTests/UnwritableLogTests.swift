import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("Promise 3: no log, no write")
struct UnwritableLogTests {
    /// Logs that take no record, and a word of the message that says why. A folder is one that even root cannot write to.
    static let logs = [
        ("/dev/full", "full"), (".", "folder"), ("/proc/nonexistent/log", "folder"), ("/proc/log", "cannot open"),
        ("file/log", "file"), ("/dev/null/log", "/dev/null"),
    ]

    @Test("A log that takes no record refuses the writes, lets the reads through, and ends with 74", arguments: logs)
    func refusesWrites(log: String, word: String) throws {
        let home = try Home()
        try home.write("", to: "file")
        try home.write(
            """
            on_error: continue
            steps:
              - {op: create_task, args: {title: One}}
              - {op: whoami}
              - {op: create_task, args: {title: Two}}
            """
        )
        let finished = try home.run("batch", "run", "script.yaml", "--log", log)
        #expect(finished.end == .exit(74))
        let outcomes = try finished.outcomes()
        #expect(outcomes.map { $0["status"]?.stringValue } == ["failed", "ok", "failed"])
        #expect(outcomes.count(code: "log_unavailable") == 2)
        #expect(finished.errorText.contains("script.yaml:3:5: error: "))
        #expect(finished.errorText.contains(word))
        #expect(try home.taskIDs() == [])
    }

    @Test("A file that holds something else is not taken for a log, and keeps what it holds")
    func foreignFile() throws {
        let home = try Home()
        try home.write("steps:\n  - {op: create_task, args: {title: One}}\n")
        let finished = try home.run("batch", "run", "script.yaml", "--log", "script.yaml")
        #expect(finished.end == .exit(74))
        #expect(finished.errorText.contains("the file script.yaml is no log of deferno; name another file"))
        let text = try String(contentsOf: home.folder.appending(path: "script.yaml"), encoding: .utf8)
        #expect(text == "steps:\n  - {op: create_task, args: {title: One}}\n")
        #expect(try home.taskIDs() == [])
    }

    @Test("call refuses a write without a log and says what to do about it")
    func callRefusesWrite() throws {
        let home = try Home()
        let finished = try home.run("call", "create_task", "title=One", "--log", "/dev/full")
        #expect(finished.end == .exit(74))
        #expect(finished.outputText == "")
        #expect(finished.errorText.contains("free some room"))
        #expect(try home.taskIDs() == [])
    }

    @Test(
        "A log that is deleted, replaced or cut short under a running batch stops its writes",
        arguments: LogHarm.allCases)
    func harmedLogStopsWrites(harm: LogHarm) throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        child.send(createDocument("Before"))
        #expect(child.wait(20) { child.outputText.contains("\n") })
        try harm.apply(to: home.log)
        child.send(createDocument("After") + "--- {\"op\":\"whoami\"}\n...\n" + createDocument("Later"))
        child.endInput()
        let finished = child.finish()
        #expect(finished.end == .exit(74))
        let outcomes = try finished.outcomes()
        #expect(outcomes.map { $0["status"]?.stringValue } == ["ok", "failed", "ok", "failed"])
        #expect(outcomes.count(code: "log_unavailable") == 2)
        #expect(try home.taskIDs().count == 1)
    }

    @Test(
        "A disk that fills up in the middle never leaves a task without its intent",
        .enabled(if: SmallDisk.isAvailable, "mounting a small disk needs root")
    )
    func fullDisk() throws {
        let home = try Home()
        let disk = try SmallDisk(at: home.folder.appending(path: "disk"), kilobytes: 256)
        let log = disk.folder.appending(path: "log.ndjson")
        try home.write(creates(2000))
        let finished = try home.run("batch", "run", "script.yaml", "--log", log.path)
        #expect(finished.end == .exit(74))
        let outcomes = try finished.outcomes()
        #expect(outcomes.count == 2000)
        #expect(outcomes.count(code: "log_unavailable") > 0)
        #expect(outcomes.count(status: "ok") > 0)
        let store = try home.taskIDs()
        let audit = try LogAudit(of: log)
        #expect(audit.faults == [])
        #expect(store.subtracting(audit.intendedTaskIDs) == [])
        #expect(store.count == outcomes.count(status: "ok"))
    }
}

enum LogHarm: CaseIterable {
    case deleted, replaced, cutShort

    func apply(to log: URL) throws {
        switch self {
        case .deleted: try FileManager.default.removeItem(at: log)
        case .replaced:
            // Beside the log under a segment's name it would be a rotation.
            try FileManager.default.moveItem(at: log, to: log.deletingLastPathComponent().appending(path: "aside"))
            try Data().write(to: log)
        case .cutShort: truncate(log.path, 10)
        }
    }
}

/// A file system in memory with little room; unmounted with the last reference.
final class SmallDisk {
    let folder: URL

    static let isAvailable: Bool = {
        guard geteuid() == 0, let home = try? Home() else { return false }
        return (try? SmallDisk(at: home.folder.appending(path: "disk"), kilobytes: 64)) != nil
    }()

    init(at folder: URL, kilobytes: Int) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    deinit {
        umount2(folder.path, CInt(MNT_DETACH))
    }
}
