import Foundation
import Glibc
import OperationCatalogue
import OperationPipeline
import Testing

@testable import OperationLog

@Suite("A disk that fills up")
struct FullDiskTests {
    /// A file system of its own with so many KiB; gone with the test.
    final class Disk {
        let folder: TemporaryFolder

        init?(kibibytes: Int) throws {
            folder = try TemporaryFolder()
            let options = ["-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder.path]
            guard geteuid() == 0, Self.run("/bin/mount", options) else { return nil }
        }

        deinit { _ = Self.run("/bin/umount", ["-l", folder.path]) }

        /// Takes all the room that is left.
        func fill() throws {
            let descriptor = open(folder("filling"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = [UInt8](repeating: 0, count: 4096)
            while write(descriptor, bytes, bytes.count) > 0 {}
            try #require(errno == ENOSPC)
        }

        private static func run(_ program: String, _ arguments: [String]) -> Bool {
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }

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
