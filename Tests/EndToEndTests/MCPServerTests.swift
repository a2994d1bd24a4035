import Foundation
import Glibc
import OperationCatalogue
import Testing

/// `deferno mcp` as a client starts it: the real program, its pipes and its log.
@Suite("deferno mcp")
struct MCPServerTests {
    private static let handshake = """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
        "clientInfo":{"name":"tester","version":"1.2"}}}

        """

    private func replies(_ finished: Finished) throws -> [JSONValue] {
        #expect(finished.output.last == UInt8(ascii: "\n"))
        return try finished.output.split(separator: UInt8(ascii: "\n")).map { try JSONReader.value($0) }
    }

    @Test("A session over real pipes: tools work, the log names the client, the end of input ends it well")
    func session() throws {
        let home = try Home()
        let finished = try home.run(
            ["mcp"],
            input: Self.handshake + """
                {"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"create_task","arguments":{"title":"Milk"}}}
                {"jsonrpc":"2.0","id":"u","method":"tools/call","params":{"name":"creat_task"}}
                nonsense
                {"jsonrpc":"2.0","id":"p","method":"ping"}

                """
        )
        #expect(finished.end == .exit(0))
        #expect(finished.errorText == "")
        let replies = try replies(finished)
        #expect(replies.count == 5)
        #expect(replies.first { $0["id"] == "c" }?["result"]?["structuredContent"]?["title"] == "Milk")
        #expect(replies.first { $0["id"] == "u" }?["error"]?["code"]?.integerValue == -32602)
        #expect(replies.first { $0["id"] == "p" }?["result"] == [:])

        let records = try String(contentsOf: home.log, encoding: .utf8).split(separator: "\n")
            .map { try JSONReader.value(Array($0.utf8)) }
            .filter { $0["op"] != nil }
        #expect(Set(records.compactMap { $0["op"]?.stringValue }) == ["create_task", "creat_task"])
        #expect(records.allSatisfy { $0["door"] == "mcp" && $0["client"]?["name"] == "tester" })
        #expect(Set(records.compactMap { $0["request_id"]?.stringValue }) == ["c", "u"])
    }

    @Test("Nothing is opened or made before the first operation asks for it")
    func startsEmptyHanded() throws {
        let home = try Home()
        let finished = try home.run(["mcp"], input: Self.handshake)
        #expect(finished.end == .exit(0))
        #expect(!FileManager.default.fileExists(atPath: home.log.path))
        #expect(!FileManager.default.fileExists(atPath: home.store.path))
    }

    @Test(
        "A log that takes nothing and never says so holds up no ping, behind thousands of calls, and no end",
        arguments: [true, false])
    func hungLog(endsBySignal: Bool) throws {
        let home = try Home()
        let log = home.folder.appending(path: "log")
        try #require(mkfifo(log.path, 0o600) == 0)
        // Read by nobody, and full.
        let descriptor = open(log.path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        defer { close(descriptor) }
        let chunk = [UInt8](repeating: 10, count: 4096)
        while write(descriptor, chunk, chunk.count) > 0 {}
        let child = try home.start(["mcp", "--log", log.path])
        child.send(Self.handshake)
        // Many more than are read ahead.
        for number in 1...6000 {
            child.send(
                """
                {"jsonrpc":"2.0","id":\(number),"method":"tools/call","params":{"name":"create_task",\
                "arguments":{"title":"x"}}}

                """)
        }
        child.send("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}\n")
        let begin = ContinuousClock.now
        #expect(child.wait(20) { child.outputText.contains("\"id\":\"p\"") })
        #expect(ContinuousClock.now - begin < .seconds(6))
        let start = ContinuousClock.now
        if endsBySignal { child.signal(SIGTERM) } else { child.endInput() }
        #expect(child.finish(within: 10).end == .exit(74))
        #expect(ContinuousClock.now - start < .seconds(6))
        #expect(try home.taskIDs() == [])
    }

    @Test("A client that reads slowly, and never stops, gets every reply whole, whatever time that takes")
    func slowReader() throws {
        let home = try Home()
        try home.write(creates(3000))
        #expect(try home.run("batch", "run", "script.yaml", "--quiet").end == .exit(0))
        let child = try home.start(["mcp"])
        child.send(Self.handshake)
        for number in 1...5 {
            child.send(
                "{\"jsonrpc\":\"2.0\",\"id\":\(number),\"method\":\"tools/call\",\"params\":{\"name\":\"list_tasks\"}}\n"
            )
        }
        child.endInput()
        // A piece at a time, with pauses: seconds in all, where a pipe holds a small part of it.
        var count = -1
        while child.output.count > count {
            count = child.output.count
            child.pause(0.02, readsOutput: false)
            child.wait(10) { child.output.count > count }
            // A reader that is ready takes replies of this size in few pieces.
            if count > 1 << 20, child.output.count > count { #expect(child.outputPipeSize == 1 << 20) }
        }
        let finished = child.finish()
        #expect(finished.end == .exit(0))
        let replies = try replies(finished)
        #expect(replies.count == 6)
        for reply in replies where reply["id"] != 0 {
            #expect(reply["result"]?["structuredContent"]?["result"]?.arrayValue?.count == 3000)
        }
    }

    @Test("A rename by a client that fills what it does not set with null leaves all else as it was")
    func nullFills() throws {
        let home = try Home()
        let task = try home.call(
            "create_task", "title=a", "description=notes", "labels=x", "complete_by=2026-12-01T00:00:00Z", "desire=0.5")
        let id = try #require(task["id"]?.stringValue)
        let finished = try home.run(
            ["mcp"],
            input: Self.handshake + """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"update_task","arguments":{"task_id":"\(id)",\
                "title":"b","description":null,"labels":null,"complete_by":null,"desire":null,"clear":["complete_by"]}}}

                """)
        #expect(finished.end == .exit(0))
        let after = try home.call("get_task", "task_id=\(id)")
        #expect(after["title"] == "b" && after["description"] == "notes" && after["labels"] == ["x"])
        #expect(after["desire"] == 0.5 && after["complete_by"]?.isNull == true)
        // The record says what was understood, so the same means the same at every other door.
        let intent = try #require(try LogAudit(of: home.log).records("intent", op: "update_task").first)
        #expect(intent["args"] == ["task_id": .string(id), "title": "b", "complete_by": .null])
        // There null clears.
        _ = try home.call("update_task", "task_id=\(id)", "labels:=null")
        #expect(try home.call("get_task", "task_id=\(id)")["labels"] == [])
    }

    @Test("--read-only beats everything else")
    func readOnly() throws {
        let home = try Home()
        let finished = try home.run(
            ["mcp", "--read-only", "--tools", "create_task,get_task", "--toolsets", "seed,extended"],
            input: Self.handshake + """
                {"jsonrpc":"2.0","id":1,"method":"tools/list"}
                {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"create_task","arguments":{"title":"x"}}}

                """
        )
        let replies = try replies(finished)
        let tools = replies.first { $0["id"] == 1 }?["result"]?["tools"]?.arrayValue
        let names = tools?.compactMap { $0["name"]?.stringValue } ?? []
        #expect(names.contains("get_task") && names.contains("search_tasks"))
        #expect(tools?.allSatisfy { $0["annotations"]?["readOnlyHint"] == true } == true)
        #expect(replies.first { $0["id"] == 2 }?["error"]?["code"]?.integerValue == -32602)
    }

    @Test(
        "A name that means nothing is refused before anything is served",
        arguments: [
            (["--toolsets", "sed"], "did you mean seed?"), (["--tools", "creat_task"], "did you mean create_task?"),
            (["--exclude-tools", "x"], "expected one of"), (["--print-config", "cursr"], "did you mean cursor?"),
        ])
    func unknownNames(options: [String], hint: String) throws {
        let home = try Home()
        let finished = try home.run(["mcp"] + options, input: Self.handshake)
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains(hint))
        #expect(finished.output.isEmpty)
    }

    @Test(
        "The real program prints a configuration for each client that is named",
        arguments: [
            "claude-desktop", "claude-code", "cursor", "windsurf", "zed", "vscode", "continue", "openai-agents",
        ])
    func everyClient(name: String) throws {
        let finished = try Home().run(["mcp", "--print-config", name], input: "")
        #expect(finished.end == .exit(0))
        #expect(finished.outputText.contains(DefernoBinary.path))
        if name != "openai-agents" { #expect(throws: Never.self) { try JSONReader.value(finished.output) } }
    }

    @Test("A client's configuration starts this program with the options that were given")
    func printConfig() throws {
        let home = try Home()
        let finished = try home.run([
            "mcp", "--print-config", "vscode", "--base-url", "sqlite:/srv/tasks.sqlite", "--read-only",
        ])
        #expect(finished.end == .exit(0))
        let server = try JSONReader.value(finished.output)["servers"]?["deferno"]
        let command = try #require(server?["command"]?.stringValue)
        #expect(command.hasPrefix("/"))
        let leading: [JSONValue] = command.hasSuffix("/deferno-mcp") ? [] : ["mcp"]
        #expect(server?["args"] == .array(leading + ["--read-only"]))
        #expect(server?["env"]?["DEFERNO_BASE_URL"] == "sqlite:/srv/tasks.sqlite")
        #expect(finished.errorText.contains(".vscode/mcp.json"))
    }
}
