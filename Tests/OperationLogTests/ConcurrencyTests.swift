import OperationCatalogue
import OperationLog
import OperationPipeline
import Testing

@Suite("Many writers")
struct ConcurrencyTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    /// Records `rounds` calls of 1 to 7 intents, with lines of very different lengths.
    static func write(to log: OperationLog, rounds: Int) async throws {
        for round in 0..<rounds {
            let title = String(repeating: "t", count: round % 11 == 0 ? 9000 : 20)
            try await log.record(intents: Sample.intents(round % 7 + 1, title: title))
        }
    }

    static func written(rounds: Int) -> Int { (0..<rounds).reduce(0) { $0 + $1 % 7 + 1 } }

    @Test("Callers of one log and several logs on one file lose and mix nothing")
    func tasks() async throws {
        let logs = (0..<4).map { _ in OperationLog(.file(path), version: "0.2.0") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for log in logs + logs { group.addTask { try await Self.write(to: log, rounds: 100) } }
            try await group.waitForAll()
        }
        let records = try records(of: path)
        #expect(records.count == 8 * Self.written(rounds: 100) + 4)
        expectUnbrokenSequences(records)
    }

    @Test("Processes on one file lose and mix nothing")
    func processes() async throws {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String] in
                        try await Self.write(to: OperationLog(.file(path), version: "0.2.0"), rounds: 100)
                    }
                }
            }
        }
        let records = try records(of: path)
        #expect(records.count == 8 * (Self.written(rounds: 100) + 1))
        #expect(Set(records.compactMap { $0["pid"] }).count == 8)
        expectUnbrokenSequences(records)
    }
}
