import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("Promise 1: intent before effect")
struct CrashTests {
    static let rounds = Array(0..<(DefernoBinary.runsLongTests ? 200 : 12))

    /// More than can be done in the time that a round has.
    static let steps = 20_000

    /// Even rounds run a file, odd ones a stream that arrives document by document.
    @Test("After kill -9 at any moment the log accounts for everything in the store", arguments: rounds)
    func logAccountsForStore(round: Int) throws {
        let home = try Home()
        try home.write(creates(Self.steps))
        let child = try home.start(["batch", "run", round.isMultiple(of: 2) ? "script.yaml" : "-"])
        if !round.isMultiple(of: 2) {
            for number in 1...Self.steps { child.send(createDocument("Task \(number)")) }
        }
        // Not before there is something to harm; where the moment falls after that is left to chance.
        let hasBegun = child.wait(20) { FileManager.default.fileExists(atPath: home.log.path) }
        try #require(hasBegun)
        child.pause(Double.random(in: 0...0.4))
        child.signal(SIGKILL)
        #expect(child.finish().end == .killed(by: SIGKILL))

        let before = try LogAudit(of: home.log)
        #expect(before.faults == [])
        #expect(before.tornLines <= 1)
        let store = try home.taskIDs()
        #expect(before.contradictions(with: store) == [])
        // Somebody has to look at each of them, so they must be few.
        #expect(before.openTaskIDs.subtracting(store).count <= 256)

        // Whoever comes next finds a store that works and leaves a log that can be read.
        let created = try home.call("create_task", "title=After the crash")
        let after = try LogAudit(of: home.log)
        #expect(after.faults == [])
        #expect(after.tornLines == before.tornLines)
        // A header, an intent, an outcome, the last checkpoint; and the torn line's own record.
        #expect(after.records.count == before.records.count + 4 + before.tornLines)
        #expect(after.records("log.recovered").count == before.records("log.recovered").count + before.tornLines)
        let id = try #require(created["id"]?.stringValue)
        #expect(try home.taskIDs() == store.union([id]))
        #expect(after.contradictions(with: store.union([id])) == [])
    }

    @Test("Several writers that are killed at any moment leave one log that accounts for everything", arguments: rounds)
    func severalWriters(round: Int) throws {
        let home = try Home()
        home.environment["DEFERNO_LOG_COMPRESS"] = "false"
        try home.write(creates(Self.steps))
        let children = try (0..<3).map { _ in
            try home.start(["batch", "run", "script.yaml", "--log-rotate", round % 3 == 0 ? "256KiB" : "never"])
        }
        #expect(children[0].wait(20) { FileManager.default.fileExists(atPath: home.log.path) })
        for child in children {
            child.pause(Double.random(in: 0...0.2))
            child.signal(SIGKILL)
        }
        for child in children { #expect(child.finish().end == .killed(by: SIGKILL)) }
        let before = try LogAudit(ofSegments: home.segments())
        #expect(before.faults == [])
        #expect(before.contradictions(with: try home.taskIDs()) == [])
        _ = try home.call("create_task", "title=After the crash")
        let after = try LogAudit(ofSegments: home.segments())
        #expect(after.faults == [])
        #expect(after.contradictions(with: try home.taskIDs()) == [])
        let verified = try home.run("log", "verify")
        #expect(verified.end == .exit(0), "\(verified.outputText)")
    }

    @Test("A process that is killed while it makes the store leaves one that the next process can use")
    func storeInTheMaking() throws {
        for _ in 0..<(DefernoBinary.runsLongTests ? 300 : 60) {
            let home = try Home()
            let child = try home.start(["call", "create_task", "title=a"])
            let log = home.log
            child.wait(10) { FileManager.default.fileExists(atPath: log.path) }
            child.pause(Double.random(in: 0...0.03))
            child.signal(SIGKILL)
            _ = child.finish()
            let store = try home.taskIDs()
            #expect(try LogAudit(of: log).contradictions(with: store) == [])
        }
    }

    @Test("An outcome that was printed is in the log and in the store, whenever the process is killed")
    func printedOutcomesAreKept() throws {
        let home = try Home()
        try home.write(creates(Self.steps))
        let child = try home.start(["batch", "run", "script.yaml"])
        #expect(child.wait(20) { child.output.count > 100_000 })
        child.signal(SIGKILL)
        let finished = child.finish()
        let whole = finished.outputText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let printed = try whole.compactMap { try JSONReader.value(Array($0.utf8))["result"]?["id"]?.stringValue }
        #expect(!printed.isEmpty)
        #expect(try LogAudit(of: home.log).createdTaskIDs.isSuperset(of: printed))
        #expect(try home.taskIDs().isSuperset(of: printed))
    }

    @Test("A line that was torn is sealed by the next process, and no record of it is lost")
    func tornLineIsSealed() throws {
        let home = try Home()
        _ = try home.call("create_task", "title=First")
        var bytes = Array(try Data(contentsOf: home.log))
        bytes.removeLast(20)
        try Data(bytes).write(to: home.log)
        _ = try home.call("create_task", "title=Second")
        let audit = try LogAudit(of: home.log)
        #expect(audit.tornLines == 1)
        #expect(audit.faults == [])
        #expect(audit.records.count == 3 + 5)
        #expect(audit.records("log.recovered").count == 1)
    }

    /// Guards the tests above: what they look for must be found where it is.
    @Test("The audit finds a missing intent, a missing task, a gap and a torn line in the middle")
    func auditFindsFaults() throws {
        let home = try Home()
        try home.write(creates(3))
        _ = try home.run("batch", "run", "script.yaml")
        let store = try home.taskIDs()
        let bytes = Array(try Data(contentsOf: home.log))
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        #expect(try LogAudit(bytes).contradictions(with: store) == [])
        let intent = try #require(lines.firstIndex { String(decoding: $0, as: UTF8.self).contains("\"intent\"") })
        var without = lines
        without.remove(at: intent)
        let audit = try LogAudit(Array(without.joined(separator: [UInt8(ascii: "\n")])))
        #expect(audit.contradictions(with: store).count == 1)
        // The gap, and the hash of the record after it.
        #expect(audit.faults.count == 2)
        #expect(try LogAudit(bytes).contradictions(with: store.subtracting(store.prefix(1))).count == 1)
        #expect(try LogAudit(Array(bytes.prefix(bytes.count / 2))).tornLines == 1)
    }
}
