import BackendContract
import RESTBackend
import SQLiteBackend
import Testing

@Suite("The backend over HTTP")
struct ContractTests {
    @Test(
        "keeps the contract in both dialects", arguments: FaithfulServer.Dialect.allCases,
        ContractCase.contract + ContractCase.choices)
    func contract(_ dialect: FaithfulServer.Dialect, _ sentence: ContractCase) async throws {
        let store = try TemporaryStore()
        let faithful = FaithfulServer(store.backend)
        try await TestServer.with({ request, _ in await faithful.reply(to: request) }) { server in
            let backend = try backend(at: server.address + dialect.pathPrefix, settings: .init())
            do {
                try await sentence.hold(backend)
            } catch {
                Issue.record(error, "\(sentence.sentence)")
            }
            await backend.close()
        }
        await store.backend.close()
    }
}
