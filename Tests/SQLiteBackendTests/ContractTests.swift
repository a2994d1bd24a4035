import BackendContract
import SQLiteBackend
import Testing

@Suite("The embedded backend")
struct ContractTests {
    @Test("keeps the contract", arguments: ContractCase.contract + ContractCase.choices)
    func contract(_ sentence: ContractCase) async throws {
        let store = try TemporaryStore()
        let backend = store.backend()
        do { try await sentence.hold(backend) } catch { Issue.record(error, "\(sentence.sentence)") }
        await backend.close()
    }
}
