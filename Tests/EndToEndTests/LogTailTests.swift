import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("deferno log tail")
struct LogTailTests {
    private func lines(_ home: Home) throws -> [String] {
        try home.segments().flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    @Test("The last ten records, or as many as are asked for, come as they are in a pipe")
    func last() throws {
        let home = try Home()
        try home.write(creates(30))
        #expect(try home.run("batch", "run", "script.yaml").end == .exit(0))
        let all = try lines(home)
        #expect(try home.run("log", "tail").outputLines.map(String.init) == all.suffix(10))
        #expect(try home.run("log", "tail", "-n", "3").outputLines.map(String.init) == all.suffix(3))
        #expect(try home.run(["log", "tail", "-n", "all", home.log.path]).outputLines.map(String.init) == all)
        let wrong = try home.run("log", "tail", "-n", "few")
        #expect(wrong.end == .exit(64) && wrong.errorText.contains("-n: expected a number or 'all'"))
        #expect(try Home().run("log", "tail").end == .exit(74))
    }

    @Test("With -f it waits for the log, follows it through a rotation, and ends quietly on a signal")
    func follow() throws {
        let home = try Home()
        let tail = try home.start(["log", "tail", "-f"])
        for title in ["a", "b"] {
            _ = try home.call("create_task", "title=\(title)")
            #expect(try home.run("log", "rotate").end == .exit(0))
        }
        _ = try home.call("create_task", "title=c")
        let all = try lines(home)
        #expect(tail.wait(20) { tail.outputText.split(separator: "\n").count >= all.count })
        tail.signal(SIGTERM)
        let finished = tail.finish()
        #expect(finished.end == .exit(143) && finished.errorText.isEmpty)
        #expect(Set(finished.outputLines.map(String.init)) == Set(all) && finished.outputLines.count == all.count)
    }

    @Test("It ends when nobody reads any more, even if nothing comes")
    func readerGone() throws {
        let home = try Home()
        _ = try home.call("create_task", "title=a")
        let tail = try home.start(["log", "tail", "-f"])
        #expect(tail.wait(20) { !tail.output.isEmpty })
        tail.closeOutput()
        let finished = tail.finish()
        #expect(finished.end == .exit(141) && finished.errorText.isEmpty)
    }

    @Test("With a bookmark, ended again and again while the log grows and is rotated, it prints everything once")
    func bookmark() throws {
        let home = try Home()
        home.environment["DEFERNO_LOG_COMPRESS"] = "false"
        try home.write(creates(400))
        let batch = try home.start([
            "batch", "run", "script.yaml", "--log-rotate", "16KiB", "--log-sync", "none", "--quiet",
        ])
        batch.endInput()
        let tail = ["log", "tail", "-n", "all", "--bookmark", "bookmark"]
        var printed: [String] = []
        for _ in 0..<5 {
            let following = try home.start(tail + ["-f"])
            following.wait(1) { following.output.count > 4000 }
            // What waits is printed at once: so early a signal may come before the handler.
            following.pause(0.2)
            following.signal(SIGTERM)
            let finished = following.finish()
            #expect(finished.end == .exit(143))
            printed += finished.outputLines.map(String.init)
        }
        #expect(batch.finish().end == .exit(0))
        let rest = try home.run(tail)
        #expect(rest.end == .exit(0))
        printed += rest.outputLines.map(String.init)
        #expect(printed == (try lines(home)))
    }

    @Test("A line that is no record is left out, and said to be")
    func torn() throws {
        let home = try Home()
        _ = try home.call("create_task", "title=a")
        let before = try lines(home).count
        let handle = try FileHandle(forWritingTo: home.log)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"v\":2,\"kind\":\"int".utf8))
        try handle.close()
        _ = try home.call("create_task", "title=b")
        let finished = try home.run("log", "tail", "-n", "all")
        #expect(finished.end == .exit(0) && finished.outputLines.count == before * 2 + 1)
        #expect(finished.errorText.contains("left out a line of 18 bytes that is no record"))
    }
}
