import Foundation
import Glibc
import OperationCatalogue
import Testing

/// `examples/log`: what other programs make of the log.
@Suite("Recipes for the log", .enabled(if: LayoutTests.isPackage))
struct LogRecipeTests {
    static let folder = DefernoBinary.packageFolder.appending(path: "examples/log")
    static let sample = folder.appending(path: "sample.ndjson")

    @Test("The sample is a log as the program writes it, with one write whose fate is not known")
    func sampleIsIntact() throws {
        let audit = try LogAudit(of: Self.sample)
        #expect(audit.faults == [] && audit.tornLines == 0)
        #expect(audit.openIntents.count == 1)
    }

    @Test(
        "A recipe for jq prints what stands beside it",
        arguments: [("changes", "-r"), ("values", "-r"), ("operations", "-r"), ("unknown", "-sr"), ("ecs", "-c")])
    func jq(name: String, options: String) throws {
        let recipe = Self.folder.appending(path: "\(name).jq")
        let printed = try Self.run("jq", [options, "-f", recipe.path, Self.sample.path])
        let expected = try String(contentsOf: Self.folder.appending(path: "\(name).expected"), encoding: .utf8)
        #expect(printed == expected)
    }

    @Test("The operations that a recipe makes of a log run again")
    func operationsRunAgain() throws {
        let home = try Home()
        let recipe = Self.folder.appending(path: "operations.jq")
        try home.write(Self.run("jq", ["-r", "-f", recipe.path, Self.sample.path]), to: "again.yaml")
        let finished = try home.run("batch", "run", "again.yaml")
        #expect(finished.end == .exit(0), "\(finished.errorText)")
        #expect(try finished.outcomes().count(status: "ok") == 4)
    }

    @Test("rsyslog reads the log and writes what was not done well", .enabled(if: isWanted("rsyslogd")))
    func rsyslog() throws {
        let home = try Home()
        let log = home.folder.appending(path: "operations.ndjson")
        try FileManager.default.copyItem(at: Self.sample, to: log)
        let recipe = Self.folder.appending(path: "rsyslog.conf")
        let daemon = Process()
        daemon.executableURL = URL(filePath: "/usr/sbin/rsyslogd")
        daemon.arguments = ["-n", "-f", recipe.path, "-i", home.folder.appending(path: "pid").path]
        daemon.environment = ["DEFERNO_LOG": log.path, "DEFERNO_RSYSLOG": home.folder.path]
        daemon.standardError = FileHandle.nullDevice
        try daemon.run()
        // It holds nothing that must be put in order, and takes its time over SIGTERM.
        defer { kill(daemon.processIdentifier, SIGKILL) }
        let failures = home.folder.appending(path: "failures")
        let deadline = Date.now.addingTimeInterval(20)
        while (try? Data(contentsOf: failures))?.isEmpty != false, Date.now < deadline { usleep(50_000) }
        let text = try String(contentsOf: failures, encoding: .utf8)
        #expect(text == "2026-11-28T07:27:24.190902Z get_task failed not_found task not found\n")
    }

    /// Vector is in no package source that the tests reach: what can be held against the file without it.
    @Test("The recipe for Vector is YAML that reads the log it is told to")
    func vector() throws {
        let home = try Home()
        let text = try String(contentsOf: Self.folder.appending(path: "vector.yaml"), encoding: .utf8)
        #expect(text.contains("include: [\"${DEFERNO_LOG}\"]"))
        // No script, but whole YAML: the only faults are about its keys.
        try home.write(text, to: "vector.yaml")
        let finished = try home.run("batch", "run", "vector.yaml")
        #expect(finished.errorText.contains("data_dir") && !finished.errorText.contains("YAML"))
    }

    private static func isWanted(_ program: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/sbin/\(program)")
            || ProcessInfo.processInfo.environment["CI"]?.isEmpty == false
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(program)")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
