import Foundation
import Testing

@testable import deferno

@Suite("config.yaml")
struct ConfigurationFileTests {
    private func faults(_ text: String) throws -> [String] {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "config.yaml")
        do {
            _ = try ConfigurationFile.read(path, mustExist: true)
            return []
        } catch {
            return error.faults.map { $0.text.replacing(path, with: "config.yaml") }
        }
    }

    @Test("An unknown key is shown where it stands, with the one that was probably meant")
    func unknownKey() throws {
        #expect(
            try faults("log: none\n\nreed_only: true\n") == [
                "config.yaml:3:1: error: unknown key reed_only; did you mean read_only?\n    reed_only: true\n    ^\n"
            ])
    }

    /// A text, and how its faults begin.
    static let faulty: [(String, [String])] = [
        ("read_only: maybe\n", ["1:12: error: read_only: expected true or false, found \"maybe\""]),
        ("read_only: [true]\n", ["1:12: error: read_only: expected true or false, found a list"]),
        ("read_only: {a: b}\n", ["1:12: error: read_only: expected a single value, found a mapping"]),
        ("base_url: gopher:x\n", ["1:11: error: base_url: unknown backend 'gopher:x'"]),
        ("allow:\n  - whoami\n  - whom\n", ["2:3: error: allow: unknown operation 'whom'; did you mean whoami?"]),
        ("allow: [[whoami]]\n", ["1:9: error: allow: expected a list of single values"]),
        ("deadline: 1h\n", ["1:11: error: deadline: expected a time from 1ms to 60m"]),
        ("log: \"\"\n", ["1:6: error: log: expected a path, - or none"]),
        ("zzz: 1\n", ["1:1: error: unknown key zzz; expected one of profile, base_url"]),
        ("config: x\n", ["1:1: error: config cannot be set in this file; use --config or DEFERNO_CONFIG"]),
        ("? [a]\n: 1\n", ["1:3: error: expected a key such as read_only"]),
        ("- read_only\n", ["1:1: error: expected a mapping of settings"]),
        ("read_only\n", ["1:1: error: expected a mapping of settings"]),
        ("read_only: true\nread_only: false\n", ["2:1: error: the key \"read_only\" is in this mapping twice"]),
        ("log: none\n---\nlog: none\n", ["3:1: error: expected one document"]),
        ("log: [\n", ["1:6: error: "]),
        ("profiles: [work]\n", ["1:11: error: expected profiles: a mapping of names to settings"]),
        ("profiles:\n  ../x: {}\n", ["2:3: error: profiles: expected a name"]),
        ("profiles:\n  work: true\n", ["2:9: error: expected work: a mapping of settings"]),
        ("profiles:\n  work: {profile: x}\n", ["2:10: error: profile belongs at the top"]),
        ("profiles:\n  work: {profiles: {}}\n", ["2:10: error: profiles belongs at the top"]),
        ("profiles:\n  work:\n    reed_only: true\n", ["3:5: error: unknown key reed_only; did you mean read_only?"]),
        ("read_only: 1s\nlogg: x\n", ["1:12: error: read_only", "2:1: error: unknown key logg; did you mean log?"]),
        ("deadline: 99999999999999999999\n", ["1:11: error: "]),
    ]

    @Test("Everything wrong is told at once, each with its place", arguments: faulty)
    func faults(text: String, beginnings: [String]) throws {
        let faults = try faults(text)
        #expect(faults.count == beginnings.count, "\(faults)")
        for (fault, beginning) in zip(faults, beginnings) {
            #expect(fault.hasPrefix("config.yaml:\(beginning)"), "\(fault)")
        }
    }

    @Test(
        "A secret in the file is refused, and neither it nor its line is shown",
        arguments: [
            "token: hunter2\n", "password: hunter2\n", "api_secret: hunter2\n", "base_url: https://u:hunter2@h\n",
            "profiles:\n  work:\n    token: hunter2\n",
        ])
    func secrets(text: String) throws {
        let faults = try faults(text)
        #expect(faults.count == 1)
        #expect(faults.first?.contains("hunter2") == false, "\(faults)")
        #expect(faults.first?.contains("auth login") == true)
    }

    @Test(
        "What is empty is as good as absent",
        arguments: ["", "# nothing\n", "---\n", "log:\n", "log: null\n", "profiles:\n", "{}"])
    func empty(text: String) throws {
        #expect(try faults(text) == [])
    }

    @Test("A file that is not there is none, unless somebody has named it; one that cannot be read is a fault")
    func missing() throws {
        let folder = try TemporaryFolder()
        #expect(try ConfigurationFile.read(folder.path("none"), mustExist: false)?.path == nil)
        #expect(try ConfigurationFile.read(folder.path("none/none"), mustExist: false)?.path == nil)
        let named = #expect(throws: ConfigurationFileFaults.self) {
            try ConfigurationFile.read(folder.path("none"), mustExist: true)
        }
        #expect(named?.faults.first?.text.contains("none:1:1: error: cannot be opened: No such file") == true)
        #expect(throws: ConfigurationFileFaults.self) { try ConfigurationFile.read(folder.path(""), mustExist: false) }
    }

    @Test("A file of any size or depth is refused and not swallowed")
    func largeFile() throws {
        #expect(try faults("log: " + String(repeating: "x", count: 3 << 20)).count == 1)
        #expect(try faults(String(repeating: "[", count: 100_000)).count == 1)
    }
}
