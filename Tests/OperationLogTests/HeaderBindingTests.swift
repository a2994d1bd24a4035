import Crypto
import Foundation
import Glibc
import OperationCatalogue
import OperationLog
import Testing

@Suite("What a header is bound to")
struct HeaderBindingTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log(size: Int64? = nil) -> OperationLog {
        var settings = LogSettings()
        settings.sync = .none
        settings.rotation.size = size
        return OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    /// Where each line of a file begins, and its record.
    private func placed(_ path: String) throws -> [(offset: Int64, record: JSONValue)] {
        var offset: Int64 = 0
        return try lines(of: path).map { line in
            defer { offset += Int64(line.count) + 1 }
            return (offset, try JSONText(validating: line).value())
        }
    }

    private func digest(_ bytes: some Sequence<UInt8>) -> JSONValue {
        .string(SHA256.hash(data: Array(bytes)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    /// Compresses a file as logrotate does.
    private func gzip(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = [path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test("The first header of a log is bound to nothing, each later one to the record before it")
    func after() async throws {
        for _ in 0..<3 {
            let log = log()
            try await log.record(intents: Sample.intents(2))
            try await log.close()
        }
        let placed = try placed(path)
        #expect(placed.count == 12)
        #expect(placed[0].record["after"] == nil && placed[0].record["segment"] == nil)
        for index in [4, 8] {
            let last = placed[index - 1]
            let expected: JSONValue = ["offset": .integer(last.offset), "hash": last.record["hash"] ?? .null]
            #expect(placed[index].record["after"] == expected)
            #expect(placed[index].record["segment"] == nil)
        }
    }

    @Test("Empty lines, torn lines and what is no record are passed over, and huge ones too")
    func passedOver() async throws {
        try await log().record(intents: Sample.intents(1))
        let last = try #require(try placed(path).last)
        try append("\n\n\(String(repeating: "x", count: 100_000))\n{\"v\":3,\"kind\":\"intent\",\"ti", to: path)
        try await log().record(intents: Sample.intents(1))
        let headers = lines(of: path).compactMap { try? JSONText(validating: $0).value() }
            .filter { $0["kind"] == "header" }
        #expect(headers.count == 2)
        #expect(headers[1]["after"] == ["offset": .integer(last.offset), "hash": last.record["hash"] ?? .null])
    }

    @Test("The first header of a segment is bound to the whole segment before, whoever finished it, compressed or not")
    func segment() async throws {
        try await log().record(intents: Sample.intents(3))
        let first = contents(of: path)
        try #require(rename(path, path + ".1") == 0)
        let second = log()
        try await second.record(intents: Sample.intents(1))
        #expect(
            try records(of: path)[0]["segment"] == ["bytes": .integer(Int64(first.count)), "sha256": digest(first)])
        let content = contents(of: path)
        #expect(try second.rotate())
        #expect(
            try records(of: path)[0]["segment"] == ["bytes": .integer(Int64(content.count)), "sha256": digest(content)])
        try await second.close()
        let live = contents(of: path)
        try #require(rename(path, path + ".20991231") == 0)
        try gzip(path + ".20991231")
        try append("", to: path)
        try await log().record(intents: Sample.intents(1))
        #expect(try records(of: path)[0]["segment"] == ["bytes": .integer(Int64(live.count)), "sha256": digest(live)])
    }

    @Test("Many writers that begin at once, and rotate, are each bound to what truly stood before them")
    func manyWriters() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<20 {
                        let log = log(size: 32_768)
                        try await log.record(intents: Sample.intents(2))
                        try await log.close()
                    }
                }
            }
            try await group.waitForAll()
        }
        var (before, headers) = (nil as [UInt8]?, 0)
        for segment in LogSegments.of(path) {
            let placed = try placed(segment.path)
            let hashes = Dictionary(uniqueKeysWithValues: placed.map { ($0.offset, $0.record["hash"]) })
            for (index, (offset, record)) in placed.enumerated() where record["kind"] == "header" {
                headers += 1
                if index == 0 {
                    let bound = try before.map { whole -> JSONValue in
                        let count = try #require(record["segment"]?["bytes"]?.integerValue)
                        return ["bytes": .integer(count), "sha256": digest(whole.prefix(Int(count)))]
                    }
                    #expect(record["segment"] == bound && record["after"] == nil)
                } else {
                    let after = try #require(record["after"]?["offset"]?.integerValue)
                    #expect(after < offset && hashes[after] == record["after"]?["hash"])
                }
            }
            before = contents(of: segment.path)
        }
        #expect(headers >= 160 && LogSegments.of(path).count > 3)
    }
}
