import Foundation
import Glibc
import OperationCatalogue
import OperationPipeline
import Testing

@testable import OperationLog

@Suite("A disk that fills up")
struct FullDiskTests {
    /// How these writes ended, with results of so many bytes.
    private func outcomes(of intents: [Invocation], bytes: Int) -> [ConcludedOperation] {
        intents.map { intent in
            ConcludedOperation(
                id: intent.id, request: intent.request, definition: intent.definition, hasIntent: true,
                outcome: Outcome(result: .ok(Sample.payload(bytes: bytes)), nanoseconds: 1))
        }
    }

    @Test("What was recorded before it was done gets its outcome recorded too, however full the disk is by then")
    func roomIsKept() async throws {
        guard let disk = try Disk(kibibytes: 1024) else { return }
        let path = disk.folder("operations.ndjson")
        let log = OperationLog(.file(path), version: "0.2.0")
        let intents = Sample.intents(64)
        try await log.record(intents: intents)
        try disk.fill()
        // Reads leave the room to the writes.
        _ = try? await log.record(outcomes: (0..<64).map { _ in Sample.read() })
        try await log.record(outcomes: outcomes(of: intents, bytes: 20_000))
        let written = try records(of: path).filter { $0["kind"] == "outcome" && $0["op"] == "create_task" }
        #expect(written.count == 64)
        #expect(written.allSatisfy { $0["status"] == "ok" && $0["result_bytes"] == 20_000 && $0["result"] == nil })
        _ = try await refusal { try await log.record(intents: Sample.intents(64)) }
        expectIntactChains(lines(of: path))
    }

    @Test("Writes until nothing fits any more: every one that was let through has its outcome in the log")
    func untilFull() async throws {
        guard let disk = try Disk(kibibytes: 512) else { return }
        let path = disk.folder("operations.ndjson")
        let log = OperationLog(.file(path), version: "0.2.0")
        var done = 0
        for _ in 0..<1000 {
            let intents = Sample.intents(8)
            do { try await log.record(intents: intents) } catch { break }
            try await log.record(outcomes: outcomes(of: intents, bytes: 700))
            done += 8
        }
        #expect(done > 100 && done < 8000)
        let records = try records(of: path)
        #expect(records.count { $0["kind"] == "outcome" } == done)
        #expect(records.count { $0["kind"] == "intent" } == done)
    }

    @Test(
        "What several processes on one log have kept adds up: each gets its outcomes recorded, however full the disk is by then"
    )
    func roomAddsUp() async throws {
        guard let disk = try Disk(kibibytes: 2048) else { return }
        let path = disk.folder("operations.ndjson")
        // As of processes of their own: locks belong to the open file.
        let logs = (0..<6).map { _ in OperationLog(.file(path), version: "0.2.0") }
        var intents: [[Invocation]] = []
        for log in logs {
            let own = Sample.intents(100)
            try await log.record(intents: own)
            intents.append(own)
        }
        try disk.fill()
        // Nor does anybody else get at what is kept, who has kept nothing.
        let reader = OperationLog(.file(path), version: "0.2.0")
        for _ in 0..<2000 {
            do { try await reader.record(outcomes: [Sample.read()]) } catch { break }
        }
        _ = try await refusal { try await reader.record(outcomes: [Sample.read()]) }
        for (log, own) in zip(logs, intents) {
            for part in [own[..<50], own[50...]] {
                try await log.record(outcomes: outcomes(of: Array(part), bytes: 20_000))
            }
        }
        let written = try records(of: path).filter { $0["kind"] == "outcome" && $0["op"] == "create_task" }
        #expect(written.count == 600)
        expectIntactChains(lines(of: path))
    }

    @Test("A process that has ended claims nothing any more")
    func endedClaims() async throws {
        guard let disk = try Disk(kibibytes: 512) else { return }
        let path = disk.folder("operations.ndjson")
        // So many claims at once would not fit.
        for _ in 0..<5 {
            let log = OperationLog(.file(path), version: "0.2.0")
            try await log.record(intents: Sample.intents(100))
        }
    }

    @Test("Processes that write at once until nothing fits: every one that was let through has its outcome in the log")
    func togetherUntilFull() async throws {
        guard let disk = try Disk(kibibytes: 1024) else { return }
        let path = disk.folder("operations.ndjson")
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let log = OperationLog(.file(path), version: "0.2.0")
                    var done = 0
                    for _ in 0..<1000 {
                        let intents = Sample.intents(8)
                        do { try await log.record(intents: intents) } catch { break }
                        await Task.yield()
                        try await log.record(outcomes: outcomes(of: intents, bytes: 700))
                        done += 8
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(done > 200 && done < 32_000)
        let records = try records(of: path)
        #expect(records.count { $0["kind"] == "outcome" } == done)
    }

    @Test(
        "On a file system that cannot keep room, there must be 1 MiB to spare beyond what is claimed, or writes are refused"
    )
    func withoutFallocate() async throws {
        guard let disk = try Disk(kibibytes: 3072, kind: .withoutFallocate) else { return }
        let path = disk.folder("operations.ndjson")
        let log = OperationLog(.file(path), version: "0.2.0")
        let intents = Sample.intents(64)
        try await log.record(intents: intents)
        try disk.fill(leaving: 600_000)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("full"))
        try await log.record(outcomes: outcomes(of: intents, bytes: 20_000))
        #expect(try records(of: path).count { $0["kind"] == "outcome" } == 64)
    }

    @Test("A file system that does not say how large it is has room")
    func unknownSize() async throws {
        guard let disk = try Disk(kibibytes: 0, kind: .inMemory) else { return }
        let path = disk.folder("operations.ndjson")
        let log = OperationLog(.file(path), version: "0.2.0")
        let intents = Sample.intents(64)
        try await log.record(intents: intents)
        try await log.record(outcomes: outcomes(of: intents, bytes: 700))
        #expect(try records(of: path).count { $0["kind"] == "outcome" } == 64)
    }

    @Test("Where a file may not grow so far, a write is refused before it is made")
    func fileSizeLimit() async throws {
        let folder = try TemporaryFolder()
        let path = folder("operations.ndjson")
        await #expect(processExitsWith: .success) { [path = path as String] in
            let log = OperationLog(.file(path), version: "0.2.0")
            try await log.record(intents: Sample.intents(1))
            let size = rlim_t(contents(of: path).count)
            // Room for the intents, and not for what comes of them.
            var limit = rlimit(rlim_cur: size + 32_768, rlim_max: size + 32_768)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = try await refusal { try await log.record(intents: Sample.intents(50)) }
            try #require(error.message.contains("the size that is allowed"))
            try #require(contents(of: path).count == Int(size))
            try await log.record(intents: Sample.intents(5))
        }
    }

    @Test("An outcome in few words takes up no more than is kept for it, whatever it says")
    func bound() throws {
        var encoder = RecordEncoder(writer: .version7(), key: nil)
        encoder.isBrief = true
        let hostile = String(repeating: "\u{1}", count: 9000)
        let error = OperationError(
            .backendUnreachable, hostile, status: -2_147_483_648, backendCode: hostile, cause: hostile)
        let request = OperationRequest(
            hostile, [:], id: hostile, key: nil, caller: Caller(door: .batch, user: hostile), step: .max,
            place: SourcePlace(file: hostile, line: .max, column: .max))
        for result in [OperationResult.ok(Sample.payload(bytes: 60_000)), .failed(error), .unknown(error)] {
            encoder.begin(.outcome, at: .now)
            let concluded = ConcludedOperation(
                id: .version7(), request: request, definition: Sample.definition, hasIntent: true,
                outcome: Outcome(result: result, nanoseconds: .max))
            let start = encoder.buffer.count
            encoder.outcome(concluded, sequence: .max)
            let (count, bound) = (encoder.buffer.count - start, encoder.longestBriefOutcome)
            #expect(count <= bound)
        }
    }
}
