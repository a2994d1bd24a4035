import Foundation
import OperationCatalogue
import Testing

@Suite("deferno store")
struct StoreCommandTests {
    /// A home whose store has so many tasks.
    private func home(_ count: Int) throws -> Home {
        let home = try Home()
        let finished = try home.run("batch", "run", "-", "--quiet", input: creates(count))
        try #require(finished.end == .exit(0), "\(finished.errorText)")
        return home
    }

    private func count(_ home: Home) throws -> Int { try home.taskIDs().count }

    @Test("A backup is made while others write, and comes back whole; what was there is kept")
    func backupAndRestore() throws {
        let home = try home(30)
        // Somebody has the store open, and writes.
        let writer = try home.start(["batch", "run", "-", "--quiet"])
        writer.send(createDocument("while it is backed up"))
        #expect(writer.wait(20) { (try? count(home)) == 31 })
        let backedUp = try home.run("store", "backup", "backup")
        #expect(backedUp.end == .exit(0), "\(backedUp.errorText)")
        let line = try #require(backedUp.outputLines.first)
        let sums = try Command.run("/usr/bin/sha256sum", [home.folder.appending(path: "backup/tasks.sqlite").path])
        #expect(sums.output.prefix(64) == line.prefix(64))
        writer.send(createDocument("after the backup"))
        #expect(writer.wait(20) { (try? count(home)) == 32 })

        let refused = try home.run("store", "restore", "backup")
        #expect(refused.end == .exit(1))
        #expect(
            refused.errorText.contains("is in use by process \(writer.processID): stop it first"),
            "\(refused.errorText)")
        #expect(try count(home) == 32)
        writer.endInput()
        #expect(writer.finish(within: 20).end == .exit(0))

        let restored = try home.run("store", "restore", "backup")
        #expect(restored.end == .exit(0), "\(restored.errorText)")
        #expect(try count(home) == 31)
        let kept = try #require(restored.outputLines.last?.split(separator: " ").last)
        let old = try home.run(
            "call", "list_tasks", "--base-url", "sqlite:\(kept)/tasks.sqlite", "--log", "none")
        #expect(try JSONReader.value(old.output).arrayValue?.count == 32)
        #expect(try home.call("create_task", "title=and on")["title"]?.stringValue == "and on")
        #expect(try home.run("store", "check").end == .exit(0))
    }

    @Test("A store moves to another place as a backup, which is made for a new name only")
    func move() throws {
        let home = try home(3)
        #expect(try home.run("store", "backup", "moving").end == .exit(0))
        let again = try home.run("store", "backup", "moving")
        #expect(again.end == .exit(1))
        #expect(again.errorText.contains("there is something at moving already"))
        let other = home.folder.appending(path: "elsewhere/a/tasks.sqlite").path
        let restored = try home.run("store", "restore", "moving", "--store", "sqlite:\(other)")
        #expect(restored.end == .exit(0), "\(restored.errorText)")
        #expect(restored.outputLines.count == 1, "nothing was there")
        let moved = try home.run("call", "list_tasks", "--base-url", "sqlite:\(other)", "--log", "none")
        #expect(try JSONReader.value(moved.output).arrayValue?.count == 3)
    }

    @Test("A backup that has changed, or is none, is refused, and nothing happens")
    func changedBackup() throws {
        let home = try home(3)
        #expect(try home.run("store", "backup", "backup").end == .exit(0))
        let file = home.folder.appending(path: "backup/tasks.sqlite")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 100] ^= 1
        try bytes.write(to: file)
        let before = try Data(contentsOf: home.store)
        let changed = try home.run("store", "restore", "backup")
        #expect(changed.end == .exit(1))
        #expect(changed.errorText.contains("is not what was backed up"))
        #expect(try home.run("store", "restore", home.folder.path).errorText.contains("is no backup"))
        #expect(try Data(contentsOf: home.store) == before)
    }

    @Test("A check finds what is damaged, and says that a whole store is")
    func check() throws {
        let home = try home(200)
        let good = try home.run("store", "check")
        #expect(good.end == .exit(0))
        #expect(good.outputText == "the task store \(home.store.path): ok\n")
        var bytes = try Data(contentsOf: home.store)
        for offset in stride(from: 8 * 4096 + 8, to: bytes.count, by: 4096) { bytes[offset] = 0xFF }
        try bytes.write(to: home.store)
        let bad = try home.run("store", "check")
        #expect(bad.end == .exit(1), "\(bad.outputText)")
        #expect(bad.errorText.contains("the task store \(home.store.path)"))
        let none = try home.run("store", "check", "--store", "sqlite:\(home.folder.path)/nothing.sqlite")
        #expect(none.end == .exit(69))
        #expect(none.errorText.contains("there is no task store"))
    }

    @Test("The accounts of a server go along, and tasks whose account is lost come back with the name")
    func accounts() throws {
        let home = try Home()
        let served = ["--store", "sqlite:served.sqlite"]
        let added = try home.run(["serve", "user", "add", "ann"] + served)
        #expect(added.end == .exit(0), "\(added.errorText)")
        #expect(try home.run(["store", "backup", "backup"] + served).outputLines.count == 2)
        func remove(_ name: String) throws {
            for ending in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(at: home.folder.appending(path: name + ending))
            }
        }
        try remove("served.sqlite.accounts")
        #expect(try home.run(["serve", "user", "list"] + served).outputText == "")
        #expect(try home.run(["store", "restore", "backup"] + served).end == .exit(0))
        #expect(try home.run(["serve", "user", "list"] + served).outputText == "ann\n")
        #expect(try home.run(["store", "check"] + served).end == .exit(0))
        try remove("served.sqlite.accounts")
        let again = try home.run(["serve", "user", "add", "ANN"] + served)
        #expect(again.end == .exit(0), "\(again.errorText)")
        #expect(again.errorText.contains("the store has 0 tasks of an earlier user ann: they are this user's again"))
        #expect(try home.run(["serve", "user", "list"] + served).outputText == "ann\n")
        try remove("served.sqlite")
        _ = try home.run(["call", "list_tasks", "--base-url", "sqlite:served.sqlite"])
        let parted = try home.run(["store", "check"] + served)
        #expect(parted.end == .exit(1))
        #expect(parted.errorText.contains("the account ann has no place in the store"))
    }

    @Test("A process whose store is taken away refuses the operation that finds that out")
    func gone() throws {
        let home = try home(1)
        let batch = try home.start(["batch", "run", "-"])
        batch.send(createDocument("before"))
        #expect(batch.wait(20) { batch.output.contains(UInt8(ascii: "\n")) })
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: home.store.path + ending)
        }
        batch.send(createDocument("after"))
        batch.endInput()
        let finished = batch.finish(within: 20)
        #expect(try finished.outcomes().map { $0["status"]?.stringValue } == ["ok", "failed"])
        #expect(try finished.outcomes().last?["error"]?["code"]?.stringValue == "backend_unreachable")
        #expect(finished.errorText.contains("is gone: it was deleted or moved"))
    }

    @Test(
        "A store that this user may only read is read with --read-only, and with an unwritable folder too",
        .enabled(if: Command.isThere("/usr/bin/setpriv") || geteuid() != 0))
    func readOnly() throws {
        let home = try home(3)
        func modes(_ folder: Int, _ file: Int) throws {
            for path in ["", "data", "data/deferno"] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: folder], ofItemAtPath: home.folder.appending(path: path).path)
            }
            try FileManager.default.setAttributes([.posixPermissions: file], ofItemAtPath: home.store.path)
        }
        try modes(0o555, 0o444)
        let words = ["call", "list_tasks", "--log", "none", "--read-only"]
        let asOther = ["--reuid=65534", "--regid=65534", "--clear-groups", DefernoBinary.path]
        let finished =
            geteuid() == 0
            ? try home.run(asOther + words, program: "/usr/bin/setpriv") : try home.run(words)
        try modes(0o755, 0o644)
        #expect(finished.end == .exit(0), "\(finished.errorText)")
        #expect(try JSONReader.value(finished.output).arrayValue?.count == 3)
    }
}
