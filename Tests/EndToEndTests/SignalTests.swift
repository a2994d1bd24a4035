import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("Signals that ask the process to end")
struct SignalTests {
    @Test(
        "One that comes in the first milliseconds is not lost", arguments: [CInt(SIGTERM), CInt(SIGHUP), CInt(SIGQUIT)])
    func atTheStart(signal: CInt) throws {
        let home = try Home()
        // Before `main` a debug build has the handlers of Swift's backtraces, which take SIGQUIT for a crash and go on after it.
        home.environment["SWIFT_BACKTRACE"] = "enable=no"
        for step in 0..<40 {
            let child = try home.start(["mcp", "--log", "none"])
            usleep(UInt32(step) * 700)
            child.signal(signal)
            // Its input stays open, so that nothing else ends it.
            let end = child.finish(within: 60).end
            #expect(end == .exit(0) || end == .killed(by: signal), "after \(step * 700) µs")
        }
    }

    @Test(
        "mcp answers what it was asked and ends with 0 on each of them",
        arguments: [CInt(SIGTERM), CInt(SIGINT), CInt(SIGHUP), CInt(SIGQUIT)])
    func server(signal: CInt) throws {
        let home = try Home()
        let child = try home.start(["mcp"])
        child.send(
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_task","arguments":{"title":"x"}}}

            """)
        #expect(child.wait(20) { child.outputText.contains("\"id\":1") })
        child.signal(signal)
        #expect(child.finish().end == .exit(0))
        #expect(try LogAudit(of: home.log).openIntents == [])
    }

    @Test(
        "log tail ends with the status that names the signal",
        arguments: [(CInt(SIGHUP), CInt(129)), (CInt(SIGQUIT), CInt(131))])
    func tail(signal: CInt, status: CInt) throws {
        let home = try Home()
        _ = try home.call("create_task", "title=a")
        let child = try home.start(["log", "tail", "-f"])
        #expect(child.wait(20) { !child.output.isEmpty })
        child.signal(signal)
        let finished = child.finish()
        #expect(finished.end == .exit(status) && finished.errorText.isEmpty)
    }

    @Test("One that was ignored when the process began stays ignored, as nohup wants it")
    func ignored() throws {
        let home = try Home()
        let script = "trap '' HUP INT QUIT; exec \"$0\" batch run -"
        let child = try home.start(["-c", script, DefernoBinary.path], program: "/bin/sh")
        child.send(createDocument("One"))
        #expect(child.wait(20) { child.outputText.contains("\n") })
        for signal in [SIGHUP, SIGINT, SIGQUIT] { child.signal(signal) }
        child.send(createDocument("Two"))
        #expect(child.wait(20) { child.outputText.contains("Two") })
        child.signal(SIGTERM)
        #expect(child.finish().end == .exit(143))
        #expect(try home.taskIDs().count == 2)
    }

    @Test("A command that has nothing to finish ends by the signal itself")
    func byDefault() throws {
        let home = try Home()
        try home.write(creates(2000))
        #expect(try home.run("batch", "run", "script.yaml", "--quiet").end == .exit(0))
        let child = try home.start(["log", "show"])
        // It waits for somebody who reads.
        child.pause(1, readsOutput: false)
        child.signal(SIGINT)
        #expect(child.finish().end == .killed(by: SIGINT))
    }
}
