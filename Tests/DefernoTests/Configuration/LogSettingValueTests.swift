import Glibc
import OperationCatalogue
import OperationLog
import Testing

@testable import deferno

@Suite("Values of the log's settings")
struct LogSettingValueTests {
    @Test(
        "A log is rotated at a size, daily, at both or never",
        arguments: [
            ("never", nil, false, "never"), ("64MiB", 64 << 20, false, "64MiB"), ("daily", nil, true, "daily"),
            ("64MiB,daily", 64 << 20, true, "64MiB,daily"), ("daily, 4096", 4096, true, "4KiB,daily"),
            ("10MB", 10_000_000, false, "10000000"), ("1GiB", 1 << 30, false, "1GiB"), ("5kB", 5000, false, "5000"),
        ] as [(String, Int64?, Bool, String)])
    func rotation(text: String, size: Int64?, isDaily: Bool, shown: String) throws {
        let rotation = try LogRotation(.text(text))
        #expect(rotation.size == size && rotation.isDaily == isDaily)
        #expect(rotation.json.stringValue == shown)
        #expect(try LogRotation(.text(shown)) == rotation)
    }

    @Test(
        "What is no time of rotation is refused",
        arguments: [
            "", "64", "4095", "64Mib", "64 MiB", "-1MiB", "1.5GiB", "weekly", "never,daily", "daily,daily",
            "1MiB,2MiB", "64MiB,", "99999999999999999999", "9223372036854775807GiB",
        ])
    func noRotation(text: String) {
        let fault = #expect(throws: SettingFault.self) { try LogRotation(.text(text)) }
        #expect(fault?.message.hasPrefix("expected a size such as 64MiB") == true)
    }

    @Test("Both can be a list in the file")
    func list() throws {
        #expect(try LogRotation(.list(["daily", "1MiB"])).json == "1MiB,daily")
    }

    @Test("Segments stay for hours, days or weeks, and as many as a number says")
    func retention() throws {
        #expect(try RetentionTime(.text("12h")).seconds == 43_200)
        #expect(try RetentionTime(.text("90d")).seconds == 7_776_000)
        #expect(try RetentionTime(.text("1w")).seconds == 604_800)
        for text in ["", "d", "0d", "-1d", "1", "1.5d", "1m", "100001d"] {
            #expect(throws: SettingFault.self) { try RetentionTime(.text(text)) }
        }
        #expect(try SegmentCount(.text("0")).count == 0)
        for text in ["", "-1", "x", "1000001", "1.0"] {
            #expect(throws: SettingFault.self) { try SegmentCount(.text(text)) }
        }
    }

    @Test("The levels of syncing are three words")
    func sync() throws {
        for sync in LogSync.allCases { #expect(try LogSync(.text(sync.rawValue)) == sync) }
        for text in ["", "always", "Group"] { #expect(throws: SettingFault.self) { try LogSync(.text(text)) } }
    }

    @Test("A key is for its owner alone, is never written over, and what holds none is refused with what to do")
    func keyFile() throws {
        let folder = try TemporaryFolder()
        let file = LogKeyFile(path: folder.path("key"))
        let key = LogKey.generate()
        try file.write(key)
        #expect(try file.read().publicKey == key.publicKey)
        #expect(throws: OperationError.self) { try file.write(.generate()) }
        #expect(try file.read().publicKey == key.publicKey)
        var status = stat()
        #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)

        func message(_ path: String) -> String {
            #expect(throws: OperationError.self) { try LogKeyFile(path: path).read() }?.message ?? ""
        }
        #expect(message(file.publicPath).contains("can be read or changed by other users (mode 644); chmod 600 it"))
        chmod(file.publicPath, 0o600)
        #expect(message(file.publicPath).contains("no Ed25519 private key"))
        #expect(message(folder.path("none")).contains("deferno log keygen"))
        #expect(message("/dev/null").contains("no regular file"))
    }
}
