import Foundation
import Glibc
import OperationCatalogue
import Testing

@testable import OperationLog

/// What logrotate does to a log, step by step, for each of its ways.
@Suite("Rotation by logrotate")
struct LogrotateTests {
    let folder: TemporaryFolder
    let path: String
    let log: OperationLog

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
        var settings = LogSettings()
        settings.sync = .none
        log = OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    enum Survived: CaseIterable {
        case create, nocreate, compress, compressWithoutCreate, delaycompress, dateext, dateextCompressed, renamedTwice
    }

    @Test(
        "Every way that keeps the records beside the log is survived, and the log stays whole",
        arguments: Survived.allCases)
    func survived(way: Survived) async throws {
        for round in 1...3 {
            try await log.record(intents: Sample.intents(2))
            try rotate(way, round)
        }
        try await log.record(intents: Sample.intents(1))
        try await log.close()
        let verification = try LogVerification.ofLog(at: path)
        #expect(verification.faultTexts == [])
        #expect(verification.summary.segments == 4 && verification.summary.records == 4 + 7 + 1)
    }

    private func rotate(_ way: Survived, _ round: Int) throws {
        let dated = "\(path)-2026113\(round)"
        switch way {
        case .create, .nocreate, .compress, .compressWithoutCreate, .renamedTwice:
            for number in stride(from: round, to: 1, by: -1) {
                let suffix = way == .compress || way == .compressWithoutCreate ? ".gz" : ""
                try #require(rename("\(path).\(number - 1)\(suffix)", "\(path).\(number)\(suffix)") == 0)
            }
            try #require(rename(path, path + ".1") == 0)
            if way == .renamedTwice {
                try #require(rename(path + ".1", path + ".x") == 0 && rename(path + ".x", path + ".1") == 0)
            }
            if way != .nocreate, way != .compressWithoutCreate { try append("", to: path) }
            if way == .compress || way == .compressWithoutCreate { try gzip(path + ".1") }
        case .delaycompress:
            if round > 1 { try #require(rename(path + ".1", path + ".2") == 0) }
            if round > 2 { try #require(rename(path + ".2.gz", path + ".3.gz") == 0) }
            try #require(rename(path, path + ".1") == 0)
            try append("", to: path)
            if round > 1 { try gzip(path + ".2") }
        case .dateext, .dateextCompressed:
            try #require(rename(path, dated) == 0)
            try append("", to: path)
            if way == .dateextCompressed { try gzip(dated) }
        }
    }

    private func gzip(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = [path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test(
        "copytruncate is refused by name, whether the copy is compressed or not, and nothing more is written",
        arguments: [false, true])
    func copytruncate(isCompressed: Bool) async throws {
        try await log.record(intents: Sample.intents(2))
        try append(String(decoding: contents(of: path), as: UTF8.self), to: path + ".1")
        try #require(truncate(path, 0) == 0)
        if isCompressed { try gzip(path + ".1") }
        for _ in 0..<2 {
            let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
            #expect(error.message.contains("take the line 'copytruncate' out"))
            #expect(error.message.contains(isCompressed ? ".1.gz" : ".1"))
        }
        #expect(contents(of: path).isEmpty)
    }

    @Test("olddir and extension are refused with the lines to take out, and where the file is now")
    func elsewhere() async throws {
        try #require(mkdir(folder("old"), 0o700) == 0)
        for target in [folder("old/operations.ndjson.1"), folder("operations.1.ndjson")] {
            let path = folder("live\(target.utf8.count).ndjson")
            let log = OperationLog(.file(path), version: "0.2.0")
            try await log.record(intents: Sample.intents(1))
            try #require(rename(path, target) == 0)
            let moved = try await refusal { try await log.record(intents: Sample.intents(1)) }
            #expect(moved.message.contains("'olddir'") && moved.message.contains("'extension'"))
            #expect(moved.message.contains(target))
            try append("", to: path)
            let replaced = try await refusal { try await log.record(intents: Sample.intents(1)) }
            #expect(replaced.message.contains("'olddir'") && replaced.message.contains("replaced"))
        }
    }

    @Test("A file compressed by another program is refused with the line to take out")
    func otherCompression() async throws {
        try await log.record(intents: Sample.intents(1))
        try #require(rename(path, path + ".1") == 0)
        try append("no gzip", to: path + ".1.xz")
        try #require(unlink(path + ".1") == 0)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("'compresscmd'") && error.message.contains(".1.xz"))
    }

    @Test("A gzip file that begins the same and holds less is not taken for the rotated log")
    func shorterCopy() async throws {
        try await log.record(intents: Sample.intents(1))
        let first = contents(of: path)
        try await log.record(intents: Sample.intents(1))
        try append(String(decoding: first, as: UTF8.self), to: path + ".1")
        try gzip(path + ".1")
        try #require(unlink(path) == 0)
        _ = try await refusal { try await log.record(intents: Sample.intents(1)) }
    }
}
