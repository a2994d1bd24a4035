import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("The selection of tools")
struct ToolSelectionTests {
    static let seed: Set<String> = [
        "start_auth", "complete_auth", "logout", "whoami", "list_tasks", "get_task", "create_task", "update_task",
        "set_task_status", "split_task", "fold_task", "merge_task", "get_daily_tasks", "get_mood_history",
    ]
    static let extended: Set<String> = ["move_task", "delete_task", "search_tasks", "export_tasks", "import_tasks"]
    static let reads: Set<String> = [
        "whoami", "list_tasks", "get_task", "get_daily_tasks", "get_mood_history", "search_tasks", "export_tasks",
    ]

    private func names(_ selection: ToolSelection) -> Set<String> { Set(selection.definitions.map(\.name)) }

    private func sentences(_ body: () throws(ToolSelectionFault) -> ToolSelection) -> String? {
        do throws(ToolSelectionFault) {
            _ = try body()
            return nil
        } catch {
            return error.description
        }
    }

    @Test("Without options everything is offered, in the catalogue's order")
    func everything() throws {
        let selection = try ToolSelection()
        #expect(selection.definitions.map(\.name) == Catalogue.standard.definitions.map(\.name))
        #expect(ToolSelection.all.definitions.map(\.name) == selection.definitions.map(\.name))
        #expect(names(selection) == Self.seed.union(Self.extended))
    }

    @Test("A toolset is the seed's fourteen, the other one is the rest")
    func toolsets() throws {
        #expect(names(try ToolSelection(toolsets: ["seed"])) == Self.seed)
        #expect(names(try ToolSelection(toolsets: ["extended"])) == Self.extended)
        #expect(names(try ToolSelection(toolsets: [" seed , extended"])) == Self.seed.union(Self.extended))
        #expect(names(try ToolSelection(toolsets: ["seed", "extended"])) == Self.seed.union(Self.extended))
    }

    @Test("Single tools stand alone, or beside the toolsets that are named")
    func tools() throws {
        #expect(
            names(try ToolSelection(tools: ["get_task,create_task", "whoami"])) == [
                "get_task", "create_task", "whoami",
            ])
        #expect(names(try ToolSelection(toolsets: ["extended"], tools: ["whoami"])) == Self.extended.union(["whoami"]))
        #expect(names(try ToolSelection(tools: ["", " , "])) == Self.seed.union(Self.extended))
    }

    @Test("What is excluded is off, whoever named it, and cannot be reached by another way")
    func exclusion() throws {
        let selection = try ToolSelection(
            tools: ["get_task", "logout"], excludedTools: ["logout", "get_mood_history"])
        #expect(names(selection) == ["get_task"])
        #expect(selection.offersTool("get_task") && !selection.offersTool("logout") && !selection.offersTool("fly"))
        #expect(!selection.allowsUse(of: GetMoodHistory.definition))
        #expect(selection.allowsUse(of: ListTasks.definition))
    }

    @Test("Read-only beats everything else")
    func readOnly() throws {
        #expect(names(try ToolSelection(within: .readOnly)) == Self.reads)
        let selection = try ToolSelection(tools: ["create_task", "get_task"], within: .readOnly)
        #expect(names(selection) == ["get_task"])
        #expect(!selection.allowsUse(of: CreateTask.definition))
    }

    @Test(
        "What the process may do is narrowed by what is excluded, and by nothing else: so the pipeline's policy is the offer's"
    )
    func policy() throws {
        let process = AdmissionPolicy(
            allowedOperations: ["get_task", "delete_task", "whoami"], confirmsDestruction: false)
        let selection = try ToolSelection(tools: ["whoami", "delete_task", "create_task"], within: process)
        #expect(names(selection) == ["whoami"])
        for definition in Catalogue.standard.definitions {
            #expect(selection.allowsUse(of: definition) == ["get_task", "whoami"].contains(definition.name))
        }
        let narrowed = try ToolSelection(excludedTools: ["get_task"], within: process)
        let passing = Catalogue.standard.definitions.filter { narrowed.policy.refusal(of: $0) == nil }
        #expect(passing.map(\.name) == ["whoami"])
        #expect(narrowed.policy.refusal(of: GetTask.definition)?.code == .notPermitted)
    }

    @Test("Every unknown name is told, with its option and the name that was probably meant")
    func unknownNames() {
        let text = sentences { () throws(ToolSelectionFault) in
            try ToolSelection(toolsets: ["sed", "all"], tools: ["creat_task"], excludedTools: ["logoff"])
        }
        #expect(
            text == """
                --toolsets: unknown toolset "sed"; did you mean seed?
                --toolsets: unknown toolset "all"; expected one of seed, extended
                --tools: unknown tool "creat_task"; did you mean create_task?
                --exclude-tools: unknown tool "logoff"; did you mean logout?
                """)
        let long = sentences { () throws(ToolSelectionFault) in
            try ToolSelection(tools: [String(repeating: "x", count: 1_000_000)])
        }
        #expect((long?.utf8.count ?? .max) < 1000)
    }
}
