import Glibc
import OperationCatalogue
import OperationLog
import Testing

@Suite("Files that are named")
struct LogFilesTests {
    let folder: TemporaryFolder
    let live: String

    init() throws {
        folder = try TemporaryFolder()
        live = folder("operations.ndjson")
        // An intent in the first file, and its outcome in the second; as logrotate numbers and packs them.
        try append(Line.header(0) + Line.intent(1), to: "\(live).2")
        try append(Line.header(5) + Line.outcome(1) + Line.intent(2), to: "\(live).20261128T055306.123456Z")
        try append(Line.header(9) + Line.outcome(2), to: live)
        try #require(system("gzip '\(live).2'") == 0)
    }

    private var all: [String] { ["\(live).2.gz", "\(live).20261128T055306.123456Z", live] }

    @Test("The files of a log are read in the order of their records, however they are named, and each once")
    func order() throws {
        let named = [live, all[1], live, all[0], folder("./operations.ndjson")]
        let files = LogFiles(named: named)
        #expect(files.logs.map(\.name) == [live] && files.paths == all && files.notices == [] && files.faults.isEmpty)
        #expect(Reading.operations(of: files.paths).operations.map { $0["status"] } == ["ok", "ok"])
        #expect(LogFiles(named: [all[1], all[0]]).logs.map(\.name) == [live])
        #expect(LogFiles(ofLogAt: live).paths == all)
        #expect(files.canBeReadAgain && !LogFiles(named: ["-"]).canBeReadAgain)
    }

    @Test("A folder stands for its logs, one after the other, and nothing else in it is looked at")
    func folders() throws {
        try append("steps: []\n", to: folder("script.yaml"))
        try append(Line.header(20) + Line.outcome(3, "whoami"), to: folder("other.ndjson"))
        // Named like a segment of the log, so the damage is told, not passed over.
        try append("torn\n", to: "\(live).1")
        let files = LogFiles(named: [folder.path])
        #expect(Set(files.paths) == Set(all + ["\(live).1", folder("other.ndjson")]))
        #expect(files.logs.map(\.name) == [live, folder("other.ndjson")])
        #expect(files.notices.count == 1 && files.notices[0].contains("files of 2 logs"))
        let empty = try TemporaryFolder()
        let none = LogFiles(named: [empty.path])
        #expect(none.paths == [] && none.faults.map(\.kind) == [.noLog])
    }

    @Test("A copy of a file is left out, and said so: the longer of both stays")
    func copies() throws {
        try #require(system("cp '\(live)' '\(folder("noon"))' && gzip -c '\(all[1])' > '\(folder("packed"))'") == 0)
        try append(Line.outcome(4, "whoami"), to: live)
        let files = LogFiles(named: [folder("noon"), live, folder("packed"), all[1]])
        #expect(Set(files.paths) == [live, folder("packed")] && files.notices.count == 3)
        #expect(files.notices[0] == "\(folder("noon")) is left out: \(live) begins with the same record")
        // What a process that compressed the file has left half done, without a word.
        try #require(system("gzip -k '\(all[1])'") == 0)
        #expect(LogFiles(named: [all[1] + ".gz", all[1]]).notices == [])
        #expect(LogFiles(named: [all[1] + ".gz", all[1]]).paths == [all[1]])
    }

    @Test("A file without a record is told in one sentence, and others are read all the same")
    func noLogs() throws {
        try append(String(repeating: "\u{0}\u{1}binary\n", count: 5000), to: folder("binary"))
        try append("name: x\nsteps:\n  - op: whoami\n", to: folder("script.yaml"))
        try append("", to: folder("empty"))
        try append("{\"time\":\"2026\",\"id\":\"x\",\"op\":\"whoami\"}\n", to: folder("shown"))
        try append("{\"v\":3,\"kind\":\"hea", to: folder("torn"))
        try append("\u{FD}", to: folder("bytes"))
        let others = ["binary", "script.yaml", "empty", "shown", "torn", "bytes"].map { folder($0) }
        let result = Reading.operations(of: others + all)
        #expect(result.faults.map(\.kind) == others.map { _ in .noLog } && result.faults.map(\.path) == others)
        #expect(result.readable == 3 && result.operations.count == 2)
        #expect(result.faults[2].message.contains("is empty") && result.faults[3].message.contains("--raw"))
    }

    @Test("A log that begins with damage is read, and the damage is told")
    func damaged() throws {
        try append("torn\n\n{\"no\":\"record\"}\n" + Line.outcome(1), to: folder("damaged"))
        let result = Reading.operations(folder("damaged"))
        #expect(result.operations.count == 1 && result.faults.map(\.line) == [1, 3] && result.readable == 1)
    }

    @Test("A pipe is read once, from its first byte on, compressed or not", arguments: ["cat", "gzip -c"])
    func pipes(command: String) throws {
        let pipe = folder("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        try append((0..<20_000).map { Line.outcome($0) }.joined(), to: folder("long"))
        try #require(system("\(command) '\(folder("long"))' '\(live)' > '\(pipe)' &") == 0)
        let files = LogFiles(named: [pipe])
        #expect(files.paths == [pipe] && !files.canBeReadAgain)
        let result = Reading.operations(of: files.paths)
        #expect(result.operations.count == 20_001 && result.faults.isEmpty)
    }
}
