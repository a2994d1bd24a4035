import Foundation
import Testing

@Suite("Promise 5: files are their owner's alone")
struct PrivacyTests {
    @Test("Log and store can be read by nobody else, whatever the umask allows")
    func filesArePrivate() throws {
        let home = try Home()
        _ = try home.call("create_task", "title=Private")
        for file in [home.log, home.store] {
            #expect(try mode(of: file) == 0o600)
            #expect(try mode(of: file.deletingLastPathComponent()) == 0o700)
        }
    }

    @Test("What SQLite puts beside the store while it is open is as private")
    func companionsArePrivate() throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        child.send(createDocument("Private"))
        #expect(child.wait(20) { child.outputText.contains("\n") })
        let folder = home.store.deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.contains("tasks.sqlite-wal"))
        for name in names { #expect(try mode(of: folder.appending(path: name)) == 0o600, "\(name)") }
        child.endInput()
        #expect(child.finish().end == .exit(0))
    }

    @Test(
        "Nothing of SQLite's own is left beside the store when nobody has it open",
        arguments: ["whoami", "create_task"])
    func companionsGo(operation: String) throws {
        let home = try Home()
        _ = try home.run(["call", operation] + (operation == "create_task" ? ["title=x"] : []))
        let names = try FileManager.default.contentsOfDirectory(atPath: home.store.deletingLastPathComponent().path)
        #expect(names == ["tasks.sqlite"])
    }

    private func mode(of url: URL) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
