import Glibc
import OperationCatalogue
import Testing

@Suite("Writes of unknown fate")
struct SettleTests {
    @Test("After kill -9 the backend tells what became of each write without an outcome, and the log has that then")
    func afterKill() throws {
        let home = try Home()
        try home.write(creates(20_000))
        let child = try home.start(["batch", "run", "script.yaml"])
        #expect(child.wait(20) { child.output.count > 100_000 })
        child.signal(SIGKILL)
        _ = child.finish()
        let before = try LogAudit(of: home.log)
        let store = try home.taskIDs()
        let open = before.openIntents
        // What was asked for a moment ago may still be under way.
        let early = try home.run("log", "settle")
        #expect(early.outputLines.isEmpty && early.errorText == "deferno: settled 0 of 0 writes of unknown fate\n")

        usleep(2_100_000)
        let settled = try home.run("log", "settle", "--older-than", "1ms")
        #expect(settled.end == .exit(0), "\(settled.errorText)")
        #expect(settled.outputLines.count == open.count)
        let after = try LogAudit(of: home.log)
        #expect(after.faults == [])
        let outcomes = after.records("outcome").filter { $0["settles"] != nil }
        #expect(Set(outcomes.compactMap { $0["settles"]?.stringValue }) == open)
        for outcome in outcomes {
            let isThere = store.contains(outcome["args"]?["id"]?.stringValue ?? "")
            #expect(outcome["status"] == (isThere ? "ok" : "failed"))
        }
        #expect(try home.run("log", "settle", "--older-than", "1ms").outputLines.isEmpty)
    }
}
