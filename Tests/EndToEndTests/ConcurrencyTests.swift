import Foundation
import OperationCatalogue
import Testing

@Suite("Several processes at once")
struct ConcurrencyTests {
    /// Processes, and operations of each.
    static let crowds = [(2, 240), (8, 240)] + (DefernoBinary.runsLongTests ? [(16, 10_000)] : [])

    @Test("Processes that share a store and a log lose nothing", arguments: crowds)
    func shareStoreAndLog(processes: Int, count: Int) throws {
        let home = try Home()
        try home.write(creates(count))
        let children = try (0..<processes).map { _ in try home.start(["batch", "run", "script.yaml"]) }
        var finished: [Finished] = []
        for child in children { finished.append(child.finish(within: 600)) }
        for one in finished { #expect(one.end == .exit(0), "\(one.errorText.prefix(500))") }

        let outcomes = try finished.flatMap { try $0.outcomes() }
        #expect(outcomes.count(status: "ok") == processes * count)
        let tasks = try home.call("list_tasks").arrayValue ?? []
        #expect(tasks.count == processes * count)
        #expect(Set(tasks.compactMap { $0["ref"]?.stringValue }).count == processes * count)
        let store = Set(tasks.compactMap { $0["id"]?.stringValue })
        #expect(Set(outcomes.compactMap { $0["result"]?["id"]?.stringValue }) == store)

        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.tornLines == 0)
        #expect(audit.openIntents == [])
        #expect(audit.createdTaskIDs == store)
        #expect(Set(audit.records.compactMap { $0["writer"]?.stringValue }).count == processes + 1)
    }

    @Test("A process that is killed harms no other that shares its store and log")
    func killedNeighbour() throws {
        let home = try Home()
        try home.write(creates(2000), to: "long.yaml")
        try home.write(creates(300), to: "short.yaml")
        let victim = try home.start(["batch", "run", "long.yaml"])
        #expect(victim.wait(20) { !victim.output.isEmpty })
        let other = try home.start(["batch", "run", "short.yaml"])
        victim.signal(9)
        _ = victim.finish()
        let finished = other.finish()
        #expect(finished.end == .exit(0), "\(finished.errorText.prefix(500))")
        #expect(try finished.outcomes().count(status: "ok") == 300)
        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.contradictions(with: try home.taskIDs()) == [])
    }
}
