import OperationCatalogue
import Synchronization
import Testing

@testable import OperationPipeline

@Suite("The identifier of a task to create")
struct NewTaskIdentifierTests {
    /// The creates that reach the backend, with the arguments as the record shows them.
    private func creates(_ requests: [OperationRequest]) async -> [(id: UniqueIdentifier?, argument: JSONValue?)] {
        let seen = Mutex<[(UniqueIdentifier?, JSONValue?)]>([])
        let bench = Bench()
        let backend = RawBackend(capacity: BackendCapacity(batchSize: 256, concurrentBatches: 1)) { batch in
            for invocation in batch.invocations {
                guard let create = invocation.operation as? CreateTask else { continue }
                seen.withLock { $0.append((create.id, invocation.request.arguments["id"])) }
            }
            return batch.invocations.map { _ in .done }
        }
        await bench.run([requests.map { Submission($0) { _ in } }], on: backend)
        return seen.withLock { $0 }
    }

    private func request(
        _ caller: Caller, key: String? = nil, arguments: JSONObject = ["title": "Buy milk"]
    ) -> OperationRequest {
        OperationRequest("create_task", arguments, key: key.map { RequestKey($0) }, caller: caller)
    }

    private func version(_ identifier: UniqueIdentifier?) -> UInt64? {
        identifier.map { $0.high >> 12 & 0xF }
    }

    @Test("It is of version 5 where the request has a key, the same for the same run and key, and in the arguments")
    func derived() async {
        let caller = Caller(door: .batch, user: "tester")
        let other = Caller(door: .batch, user: "tester")
        let made = await creates([
            request(caller, key: "step-1"), request(caller, key: "step-1"), request(caller, key: "step-2"),
            request(other, key: "step-1"),
        ])
        #expect(made.count == 4)
        #expect(made.allSatisfy { version($0.id) == 5 })
        #expect(made.allSatisfy { $0.argument == $0.id.map { .string($0.description) } })
        #expect(made[0].id == made[1].id)
        #expect(Set(made.map(\.id)).count == 3)
        #expect(made[0].id == .version5(namespace: caller.run, name: "step-1"))
    }

    @Test("It is of version 7 and new each time where the request has no key")
    func made() async {
        let caller = Caller(door: .cli, user: "tester")
        let made = await creates([request(caller), request(caller)])
        #expect(made.allSatisfy { version($0.id) == 7 })
        #expect(made[0].id != made[1].id)
        #expect(made.allSatisfy { $0.argument == $0.id.map { .string($0.description) } })
    }

    @Test("One that was given is kept, also beside a key; null counts as none")
    func given() async throws {
        let caller = Caller(door: .cli, user: "tester")
        let text = "7033cae7-eff6-4df1-bed9-01d16e89c2b0"
        let made = await creates([
            request(caller, key: "step-1", arguments: ["title": "Buy milk", "id": .string(text)]),
            request(caller, key: "step-1", arguments: ["id": nil, "title": "Buy milk"]),
        ])
        #expect(made[0].id == UniqueIdentifier(text))
        #expect(made[0].argument == .string(text))
        #expect(version(made[1].id) == 5)
        #expect(made[1].argument == made[1].id.map { .string($0.description) })
    }

    @Test("Version 5 gives what RFC 9562 and its predecessor give")
    func vectors() throws {
        let dns = try #require(UniqueIdentifier("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
        let url = try #require(UniqueIdentifier("6ba7b811-9dad-11d1-80b4-00c04fd430c8"))
        #expect(
            UniqueIdentifier.version5(namespace: dns, name: "www.example.com").description
                == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(
            UniqueIdentifier.version5(namespace: dns, name: "python.org").description
                == "886313e1-3b8a-5372-9b90-0c9aee199e5d")
        #expect(
            UniqueIdentifier.version5(namespace: url, name: "").description.dropFirst(14).prefix(1) == "5")
    }

    @Test("Operations accepted together get rising names of version 7, also a hundred thousand of them")
    func risingNames() {
        let bench = Bench()
        let submissions = (0..<100_000).map { _ in
            Submission(OperationRequest("whoami", [:], caller: bench.caller)) { _ in }
        }
        let operations = submissions.resolve()
        #expect(operations.count == 100_000)
        #expect(operations.allSatisfy { version($0.id) == 7 && $0.id.low >> 62 == 0b10 })
        #expect(zip(operations, operations.dropFirst()).allSatisfy { $0.id < $1.id })
    }
}
