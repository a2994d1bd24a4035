import Glibc
import OperationCatalogue
import OperationPipeline
import Testing

@testable import OperationLog

@Suite("A log that cannot be trusted refuses")
struct FailClosedTests {
    let folder: TemporaryFolder
    let path: String
    let log: OperationLog

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
        log = OperationLog(.file(path), version: "0.2.0")
    }

    @Test("A full disk is an error with its cause, and each call tries anew")
    func full() async throws {
        let log = OperationLog(.file("/dev/full"), version: "0.2.0")
        for _ in 0..<2 {
            let error = try await refusal { try await log.record(intents: Sample.intents(2)) }
            #expect(error.message.contains("/dev/full") && error.message.contains("full; free some room"))
            #expect(error.cause?.contains("No space left") == true)
        }
        _ = try await refusal { try log.open() }
    }

    @Test(
        "A log that another process holds is refused after a while, and taken again once that has let go",
        arguments: [2, 3])
    func locked(byte: off_t) async throws {
        var settings = LogSettings()
        settings.patience = 50
        let log = OperationLog(.file(path), settings: settings, version: "0.2.0")
        let other = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(other >= 0)
        // As a process does that is stopped while it writes its header, or keeps room.
        SegmentLock.take((1 << 62) + byte..<(1 << 62) + byte + 1, other)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("held by another process for 0.05 s") && error.message.contains("fuser"))
        #expect(contents(of: path).isEmpty)
        close(other)
        try await log.record(intents: Sample.intents(1))
    }

    @Test("A deleted log refuses intents and outcomes, and takes them again once it is back")
    func deleted() async throws {
        try await log.record(intents: Sample.intents(1))
        let aside = folder("aside")
        try #require(rename(path, aside) == 0)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains(path) && error.message.contains("deleted or moved"))
        _ = try await refusal { try await log.record(outcomes: [Sample.read()]) }
        #expect(contents(of: path).isEmpty)
        try #require(rename(aside, path) == 0)
        try await log.record(intents: Sample.intents(1))
        expectUnbrokenSequences(try records(of: path))
    }

    @Test("A replaced log is refused, and the new file left alone")
    func replaced() async throws {
        try await log.record(intents: Sample.intents(1))
        try #require(rename(path, folder("aside")) == 0)
        try append("", to: path)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("replaced"))
        #expect(contents(of: path).isEmpty)
    }

    @Test("A log that has been cut is refused for good, even when it has grown again")
    func truncated() async throws {
        try await log.record(intents: Sample.intents(1))
        let size = contents(of: path).count
        try #require(truncate(path, 10) == 0)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("shorter"))
        #expect(contents(of: path).count == 10)
        try append(String(repeating: "\n", count: 2 * size), to: path)
        _ = try await refusal { try await log.record(intents: Sample.intents(1)) }
    }

    @Test("A path that cannot hold a log is refused at once, with what to do")
    func wrongKinds() async throws {
        try #require(mkfifo(path, 0o600) == 0)
        #expect(try await refusal { try log.open() }.message.contains("nobody reads"))
        let directory = OperationLog(.file(folder.path), version: "0.2.0")
        #expect(try await refusal { try directory.open() }.message.contains("is a folder"))
        try append("", to: folder("file"))
        let below = OperationLog(.file(folder("file/log")), version: "0.2.0")
        #expect(try await refusal { try below.open() }.message.contains("no folder"))
    }

    @Test("A pipe that is read takes records, and one whose reader has gone refuses them")
    func pipe() async throws {
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try log.open()
        var bytes = [UInt8](repeating: 0, count: 4096)
        #expect(read(reader, &bytes, bytes.count) > 100)
        close(reader)
        #expect(try await refusal { try await log.record(intents: Sample.intents(1)) }.message.contains("nobody reads"))
    }

    @Test("What this user may not write is refused: a read-only file, a folder without permission")
    func permissions() async throws {
        try append("", to: path)
        chmod(path, 0o444)
        let closed = folder("closed")
        mkdir(closed, 0o755)
        chmod(folder.path, 0o755)
        await #expect(processExitsWith: .success) { [path = path as String, closed = closed as String] in
            // Permissions do not hold for root.
            if geteuid() == 0 { try #require(setgid(65_534) == 0 && setuid(65_534) == 0) }
            let file = OperationLog(.file(path), version: "0.2.0")
            let error = try await refusal { try await file.record(intents: Sample.intents(1)) }
            try #require(error.message.contains("may not write") && error.message.contains(path))
            try #require(error.cause?.contains("Permission denied") == true)
            let missing = OperationLog(.file("\(closed)/a/b/log"), version: "0.2.0")
            let second = try await refusal { try missing.open() }
            try #require(second.message.contains("cannot make the folder \(closed)/a for"))
        }
    }

    @Test("Missing folders are made for this user alone, and so is the file")
    func modes() async throws {
        let log = OperationLog(.file(folder("a/b/operations.ndjson")), version: "0.2.0")
        try log.open()
        #expect(try mode(of: folder("a")) == 0o700)
        #expect(try mode(of: folder("a/b")) == 0o700)
        #expect(try mode(of: folder("a/b/operations.ndjson")) == 0o600)
    }

    @Test("The standard path follows the XDG rules")
    func standardPath() throws {
        let path = { (environment: [String: String]) in try LogDestination.standardPath { environment[$0] } }
        #expect(try path(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/deferno/operations.ndjson")
        #expect(try path(["XDG_STATE_HOME": "/s/"]) == "/s/deferno/operations.ndjson")
        #expect(try path(["XDG_STATE_HOME": "s", "HOME": "/h"]) == "/h/.local/state/deferno/operations.ndjson")
        #expect(try path(["HOME": "/h"]) == "/h/.local/state/deferno/operations.ndjson")
        #expect(try path([:]).hasSuffix("/.local/state/deferno/operations.ndjson"))
    }
}
