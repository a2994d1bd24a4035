import HTTPTypes
import OperationCatalogue
import OperationPipeline
import Testing

@testable import BackendServer

@Suite("An answer that is too long to be held in memory")
struct LongAnswerTests {
    /// Puts tasks into somebody's account, whose list is some 1.2 MB and whose export some 3 MB.
    private func fill(_ served: ServedStore, _ token: String) async throws {
        let tasks: [JSONValue] = (0..<60).map { index in
            [
                "id": .string(UniqueIdentifier.version7().description), "status": "done",
                "title": .string("\(index) \"ü\" " + String(repeating: "t", count: 480)),
                "labels": .array((0..<100).map { .string("\($0) " + String(repeating: "l", count: 190)) }),
                "description": .string(String(repeating: "\\d\n", count: 7_000)),
            ]
        }
        let body = JSONText(["tasks": .array(tasks)]).description
        let answer = try await served.ask(.post, "/tasks/import", body, token: token)
        #expect(answer.status == .ok, "\(answer.text.prefix(500))")
    }

    private func request(_ method: String, _ path: String, _ token: String) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }

    @Test("is the same byte for byte as one in memory, in both dialects, and HEAD tells its length")
    func equality() async throws {
        let served = try ServedStore()
        let (account, token) = try await served.user("ada")
        try await fill(served, token)
        let caller = Caller(door: .mcp, user: "ada", owner: account.id)
        try await served.serving { address in
            for (path, operation) in [("/tasks", "list_tasks"), ("/tasks/export", "export_tasks")] {
                let whole = try #require(await served.whole(OperationRequest(operation, [:], caller: caller)))
                #expect(whole.count > Spools.partBytes, "long enough to lie in a file")
                for (prefix, before, after) in [("", "", ""), ("/api", #"{"version":"0.1","data":"#, "}")] {
                    let answer = try await RawConnection.answer(address, request("GET", prefix + path, token))
                    let body = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
                    let isEqual = answer[body...] == before + whole + after
                    #expect(isEqual, "\(prefix)\(path)")
                    let length = "content-length: \(before.utf8.count + whole.utf8.count + after.utf8.count)\r\n"
                    #expect(answer[..<body].lowercased().contains(length))
                    let head = try await RawConnection.answer(address, request("HEAD", prefix + path, token))
                    #expect(head.lowercased().contains(length) && head.hasSuffix("\r\n\r\n"))
                }
            }
        }
        await served.close()
    }

    @Test("that cannot be read back is cut off before the length that was promised")
    func damage() async throws {
        let served = try ServedStore { DamagedBackend(sound: $0) }
        let (_, token) = try await served.user("ada")
        try await served.serving { address in
            let answer = try await RawConnection.answer(address, request("GET", "/tasks", token))
            let body = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
            let head = answer[..<body].lowercased()
            #expect(head.hasPrefix("http/1.1 200"))
            #expect(head.contains("content-length: \(DamagedText.length)\r\n"))
            #expect(answer[body...].utf8.count == DamagedText.readable)
        }
        await served.close()
    }

    @Test("has a record with its length, and in the log its size alone")
    func records() async throws {
        let served = try ServedStore()
        let (_, token) = try await served.user("ada")
        try await fill(served, token)
        let length = try #require(try await served.ask(.get, "/tasks", token: token).length)
        let outcome = try #require(served.recorder.outcomes.last)
        guard case .spooled(let text) = outcome.outcome.result else { throw OperationError.notRun }
        #expect(text.count == length && outcome.outcome.result.status == .ok)
        await served.close()
    }
}

extension ServedStore {
    /// A payload as those get it who do not take pieces.
    fileprivate func whole(_ request: OperationRequest) async -> String? {
        guard case .ok(let payload, _) = await server.door.carryOut(request) else { return nil }
        return payload.description
    }
}

/// Gives lists whose file is damaged.
private struct DamagedBackend: Backend {
    let sound: any Backend
    var capacity: BackendCapacity { sound.capacity }

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        guard batch.invocations.contains(where: { $0.definition.name == ListTasks.definition.name }) else {
            return await sound.execute(batch)
        }
        return batch.results { _ in .spooled(DamagedText()) }
    }

    func close() async { await sound.close() }
}

private struct DamagedText: SpooledText {
    static let length = 1_000_000
    static let readable = 300_000
    let count = length
    var elements: Int? { nil }

    func piece(at offset: Int, ofAtMost length: Int) async throws(OperationError) -> [UInt8] {
        let left = min(length, Self.readable - offset)
        guard left > 0 else { throw OperationError(.backendFailed, "the disk is broken") }
        return Array(repeating: UInt8(ascii: "1"), count: left)
    }
}
