import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Torn lines")
struct TornLineTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    @Test("A new writer ends the line that another left torn")
    func sealing() async throws {
        try append("{\"v\":1}\n{\"v\":1,\"ki", to: path)
        try await OperationLog(.file(path), version: "0.2.0").record(intents: Sample.intents(1))
        let lines = lines(of: path)
        #expect(lines[1] == Array("{\"v\":1,\"ki".utf8))
        #expect(lines.count == 5)
        let recovered = try JSONText(validating: lines[3]).value()
        #expect(recovered["kind"] == "log.recovered")
        #expect(recovered["offset"] == 8 && recovered["bytes"] == 10)
        #expect(recovered["sha256"]?.stringValue == "84acab8f7d97c110b68d928fbfe55bfcb9f2e82708e76b4b6c4e9402775ed15b")
        expectUnbrokenSequences(try lines[2...].map { try JSONText(validating: $0).value() })
    }

    @Test("A writer at work ends the line that another has torn meanwhile")
    func sealingMeanwhile() async throws {
        let log = OperationLog(.file(path), version: "0.2.0")
        try await log.record(intents: Sample.intents(1))
        try append("{\"torn", to: path)
        try await log.record(intents: Sample.intents(1))
        #expect(lines(of: path).map { $0.starts(with: Array("{\"torn".utf8)) } == [false, false, true, false, false])
        #expect(lines(of: path)[2].count == 6)
    }

    /// The file size limit stands in for a disk that fills up in the middle of a write.
    @Test("A write that breaks off tears one line, and the numbers count what is in the file", arguments: [0, 1, 9])
    func breakingOff(missing: Int) async throws {
        await #expect(processExitsWith: .success) { [path = path as String, missing = missing as Int] in
            let log = OperationLog(.file(path), version: "0.2.0")
            try await log.record(intents: Sample.intents(1))
            let written = contents(of: path)
            let line = (lines(of: path).last ?? []).count + 1
            // The limit falls into the third line of the next call, so many bytes before its end.
            var limit = rlimit(rlim_cur: rlim_t(written.count + 3 * line - missing), rlim_max: rlim_t.max)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = try await refusal { try await log.record(intents: Sample.intents(5)) }
            try #require(error.message.contains("ulimit -f") && error.cause?.contains("File too large") == true)
            _ = try await refusal { try await log.record(intents: Sample.intents(1)) }
            limit.rlim_cur = rlim_t.max
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            try await log.record(intents: Sample.intents(2))

            let whole = lines(of: path).compactMap { try? JSONText(validating: $0).value() }
            let torn = lines(of: path).count - whole.count
            try #require(torn == (missing <= 1 ? 0 : 1))
            try #require(whole.count == 2 + (missing <= 1 ? 3 : 2) + torn + 2)
            try #require(whole.count { $0["kind"] == "log.recovered" } == torn)
            expectIntactChains(lines(of: path))
            try #require(whole.map { $0["seq"]?.integerValue } == (0..<Int64(whole.count)).map { $0 })
            try #require(contents(of: path).last == UInt8(ascii: "\n"))
        }
    }

    @Test("A process that is killed leaves whole lines and at most one torn", arguments: 0..<6)
    func killed(round: Int) async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { _ in
                    usleep(UInt32.random(in: 2000...60_000))
                    kill(getpid(), SIGKILL)
                    return nil
                }, nil)
            let log = OperationLog(.file(path), version: "0.2.0")
            let title = String(repeating: "x", count: 2000 * (round + 1))
            let intents = Sample.intents(round % 2 == 0 ? 64 : 1, title: title)
            while true { try await log.record(intents: intents) }
        }
        let left = contents(of: path)
        try await OperationLog(.file(path), version: "0.2.0").record(intents: Sample.intents(1))
        let all = lines(of: path)
        let faulty = all.indices.filter { (try? JSONText(validating: all[$0])) == nil }
        let isTorn = left.last != nil && left.last != UInt8(ascii: "\n")
        let killedLines = left.count { $0 == UInt8(ascii: "\n") }
        #expect(faulty == (isTorn ? [killedLines] : []))
        let records = all.compactMap { try? JSONText(validating: $0).value() }
        expectUnbrokenSequences(records)
        expectIntactChains(all)
        #expect(records.count { $0["kind"] == "log.recovered" } == (isTorn ? 1 : 0))
    }
}
