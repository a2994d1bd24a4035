import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("Promise 4: every request is answered once")
struct ShutdownTests {
    @Test("As many steps as go in, as many outcomes come out, in their order")
    func oneOutcomeForEachStep() throws {
        let home = try Home()
        try home.write(creates(1500))
        let outcomes = try home.run("batch", "run", "script.yaml").outcomes()
        #expect(outcomes.compactMap { $0["step"]?.integerValue } == Array(1...1500))
        let titles = outcomes.compactMap { $0["result"]?["title"]?.stringValue }
        #expect(titles == (1...1500).map { "Task \($0)" })
    }

    @Test("A script that stops on an error answers the steps that it did not try")
    func stoppedScriptAnswersTheRest() throws {
        let home = try Home()
        let missing = "  - {op: get_task, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}\n"
        let rest = String(repeating: "  - {op: create_task, args: {title: Never}}\n", count: 700)
        try home.write("steps:\n  - {op: create_task, args: {title: First}}\n" + missing + rest)
        let finished = try home.run("batch", "run", "script.yaml")
        #expect(finished.end == .exit(1))
        let outcomes = try finished.outcomes()
        #expect(outcomes.count == 702)
        #expect(outcomes.count(status: "skipped") == 700)
        #expect(try home.taskIDs().count == 1)
    }

    @Test(
        "A signal in the middle of a stream: what was accepted is answered and recorded, and the status names the signal",
        arguments: [
            (CInt(SIGHUP), CInt(129)), (CInt(SIGINT), CInt(130)), (CInt(SIGQUIT), CInt(131)),
            (CInt(SIGTERM), CInt(143)),
        ]
    )
    func signalDrains(signal: CInt, status: CInt) throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        for number in 1...20_000 { child.send(createDocument("Task \(number)")) }
        #expect(child.wait(20) { child.output.count > 50_000 })
        let moment = Clock.now
        child.signal(signal)
        let finished = child.finish(within: 10)
        #expect(finished.end == .exit(status))
        #expect(Clock.now - moment < 5)

        let outcomes = try finished.outcomes()
        #expect(outcomes.count(status: "ok") < 20_000)
        let created = Set(outcomes.compactMap { $0["result"]?["id"]?.stringValue })
        let store = try home.taskIDs()
        #expect(created == store)
        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.openIntents == [])
        #expect(audit.createdTaskIDs == store)
    }

    @Test("A signal in the middle of a file answers what was accepted, and says nothing of steps it did not reach")
    func signalStopsFile() throws {
        let home = try Home()
        try home.write(creates(20_000))
        let child = try home.start(["batch", "run", "script.yaml"])
        #expect(child.wait(20) { child.output.count > 50_000 })
        child.signal(SIGTERM)
        let finished = child.finish(within: 10)
        #expect(finished.end == .exit(143))
        let outcomes = try finished.outcomes()
        #expect(outcomes.count < 20_000)
        #expect(Set(outcomes.compactMap { $0["result"]?["id"]?.stringValue }) == (try home.taskIDs()))
        #expect(try LogAudit(of: home.log).openIntents == [])
    }

    @Test("Input that never ends is left at SIGTERM")
    func idleInputIsLeft() throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        child.send(createDocument("One"))
        #expect(child.wait(20) { child.outputText.contains("\n") })
        let moment = Clock.now
        child.signal(SIGTERM)
        #expect(child.finish(within: 10).end == .exit(143))
        #expect(Clock.now - moment < 3)
    }

    @Test("A second signal ends the process at once, though nobody takes its output")
    func secondSignalEndsAtOnce() throws {
        let home = try Home()
        try home.write(creates(4000))
        let child = try home.start(["batch", "run", "script.yaml"])
        let log = home.log
        #expect(child.wait(20, readsOutput: false) { FileManager.default.fileExists(atPath: log.path) })
        child.pause(0.5, readsOutput: false)
        child.signal(SIGTERM)
        child.pause(0.3, readsOutput: false)
        let moment = Clock.now
        child.signal(SIGTERM)
        #expect(child.finish(within: 10).end == .exit(143))
        #expect(Clock.now - moment < 1)
    }

    @Test("Whoever reads slowly slows the batch down and costs no memory")
    func slowReaderHoldsUpTheBatch() throws {
        let home = try Home()
        let count = 20_000
        try home.write(creates(count))
        let child = try home.start(["batch", "run", "script.yaml"])
        let log = home.log
        #expect(child.wait(20, readsOutput: false) { FileManager.default.fileExists(atPath: log.path) })
        child.pause(1.5, readsOutput: false)
        let early = try LogAudit(of: log).records("intent").count
        child.pause(0.5, readsOutput: false)
        let late = try LogAudit(of: log).records("intent").count
        #expect(early == late)
        #expect(late < 4000)
        // Nobody reads, and yet every outcome is in the log: what is done does not wait for a reader to be recorded.
        #expect(try LogAudit(of: log).openIntents == [])
        #expect(child.peakMemory < 64 * 1024)
        child.signal(SIGTERM)
        child.closeOutput()
        _ = child.finish()
    }

    @Test("Output that nobody reads any more ends the batch quietly with 141, with an outcome for every intent")
    func closedOutputIsQuiet() throws {
        let home = try Home()
        try home.write(creates(20_000))
        let child = try home.start(["batch", "run", "script.yaml"])
        #expect(child.wait(20) { child.output.count > 1000 })
        child.closeOutput()
        let finished = child.finish()
        #expect(finished.end == .exit(141))
        #expect(finished.errorText == "")
        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.openIntents == [])
        #expect(audit.intendedTaskIDs.count < 20_000)
        #expect(audit.createdTaskIDs == (try home.taskIDs()))
    }

    @Test("A document is answered as soon as it is complete, long before the input ends")
    func answersAsItComes() throws {
        let home = try Home()
        let child = try home.start(["batch", "run", "-"])
        for number in 1...3 {
            child.send(createDocument("Task \(number)"))
            #expect(child.wait(10) { child.output.count { $0 == UInt8(ascii: "\n") } == number })
        }
        child.endInput()
        #expect(child.finish().end == .exit(0))
    }
}
