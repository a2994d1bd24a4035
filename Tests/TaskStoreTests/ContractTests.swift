import BackendContract
import SQLiteBackend
import TaskStore
import Testing

@Suite("The rules over every store")
struct ContractTests {
    @Test("keep the contract in memory", arguments: ContractCase.contract + ContractCase.choices)
    func memory(_ sentence: ContractCase) async throws {
        await hold(sentence, over: MemoryTaskStore())
    }

    @Test("keep the contract over a store that is only read", arguments: ContractCase.contract + ContractCase.choices)
    func overlay(_ sentence: ContractCase) async throws {
        await hold(sentence, over: OverlayTaskStore(over: MemoryTaskStore()))
    }

    @Test(
        "keep the contract over the embedded store, which is only read",
        arguments: ContractCase.contract + ContractCase.choices)
    func overlayOnFile(_ sentence: ContractCase) async throws {
        let file = try TemporaryFile()
        await hold(sentence, over: OverlayTaskStore(over: SQLiteBackend(location: SQLiteLocation(path: file.path))))
    }

    private func hold(_ sentence: ContractCase, over store: some TaskStore) async {
        let backend = RulesBackend(store)
        do { try await sentence.hold(backend) } catch { Issue.record(error, "\(sentence.sentence)") }
        await backend.close()
    }
}
