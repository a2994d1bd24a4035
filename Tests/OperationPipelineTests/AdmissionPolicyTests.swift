import OperationCatalogue
import OperationPipeline
import Testing

@Suite("What the policy lets through")
struct AdmissionPolicyTests {
    private func admitted(_ policy: AdmissionPolicy) -> Set<String> {
        Set(Catalogue.standard.definitions.filter { policy.refusal(of: $0) == nil }.map(\.name))
    }

    private var all: Set<String> { Set(Catalogue.standard.definitions.map(\.name)) }
    private var reads: Set<String> { Set(Catalogue.standard.definitions.filter { !$0.isWrite }.map(\.name)) }

    @Test("Without a word it lets everything through")
    func standard() {
        #expect(admitted(AdmissionPolicy()) == all)
    }

    @Test("Read-only beats the list of allowed operations and the confirmation")
    func readOnly() {
        #expect(admitted(AdmissionPolicy(isReadOnly: true)) == reads)
        let policy = AdmissionPolicy(
            isReadOnly: true, allowedOperations: ["create_task", "whoami", "delete_task"], confirmsDestruction: true)
        #expect(admitted(policy) == ["whoami"])
        #expect(reads.isSuperset(of: ["whoami", "list_tasks", "get_task", "search_tasks"]))
    }

    @Test("Only what is on the list is allowed, and an empty list allows nothing")
    func allowList() {
        #expect(admitted(AdmissionPolicy(allowedOperations: ["get_task", "no_such_task"])) == ["get_task"])
        #expect(admitted(AdmissionPolicy(allowedOperations: [])).isEmpty)
    }

    @Test("What is excluded is refused, also where it is on the list of allowed operations")
    func exclusion() {
        let policy = AdmissionPolicy(allowedOperations: ["get_task", "whoami"], excludedOperations: ["whoami"])
        #expect(admitted(policy) == ["get_task"])
        #expect(admitted(AdmissionPolicy(excludedOperations: ["whoami"])) == all.subtracting(["whoami"]))
    }

    @Test("Destruction wants a confirmation, also of what is on the list")
    func destruction() {
        #expect(admitted(AdmissionPolicy(confirmsDestruction: false)) == all.subtracting(["delete_task", "logout"]))
        let policy = AdmissionPolicy(allowedOperations: ["delete_task", "whoami"], confirmsDestruction: false)
        #expect(admitted(policy) == ["whoami"])
    }

    @Test("A refusal names the operation and the rule, and has its own code")
    func refusals() throws {
        let delete = try #require(Catalogue.standard.definition(of: "delete_task"))
        let cases: [(AdmissionPolicy, String)] = [
            (AdmissionPolicy(isReadOnly: true), "delete_task changes tasks, and this process is read-only"),
            (AdmissionPolicy(allowedOperations: []), "delete_task is not among the operations allowed here"),
            (
                AdmissionPolicy(confirmsDestruction: false),
                "delete_task takes something away, and this process refuses that"
            ),
        ]
        for (policy, message) in cases {
            #expect(policy.refusal(of: delete)?.code == .notPermitted)
            #expect(policy.refusal(of: delete)?.message == message)
        }
    }

    @Test("What is refused never reaches the record's intents nor the backend")
    func refused() async {
        let bench = Bench()
        await bench.run(
            [[bench.write("w"), bench.read("r")]], on: ScriptedBackend(bench.journal),
            policy: AdmissionPolicy(isReadOnly: true))
        #expect(bench.code("w") == .notPermitted)
        #expect(bench.journal.started == ["r"])
        #expect(!bench.journal.all.contains(.intent("w")))
        #expect(bench.journal.all.contains(.outcome("w")))
    }
}
