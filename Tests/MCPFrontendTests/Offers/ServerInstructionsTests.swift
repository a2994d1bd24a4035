import OperationCatalogue
import OperationPipeline
import Testing

@testable import MCPFrontend

@Suite("The server's instructions")
struct ServerInstructionsTests {
    static let selections: [(name: String, selection: ToolSelection)] = {
        let options: [(String, () throws(ToolSelectionFault) -> ToolSelection)] = [
            ("all", { () throws(ToolSelectionFault) in try ToolSelection() }),
            ("seed", { () throws(ToolSelectionFault) in try ToolSelection(toolsets: ["seed"]) }),
            ("read-only", { () throws(ToolSelectionFault) in try ToolSelection(within: .readOnly) }),
            ("one-tool", { () throws(ToolSelectionFault) in try ToolSelection(tools: ["create_task"]) }),
            (
                "no-lists",
                { () throws(ToolSelectionFault) in try ToolSelection(excludedTools: ["list_tasks", "logout"]) }
            ),
            ("nothing", { () throws(ToolSelectionFault) in try ToolSelection(tools: ["logout"], within: .readOnly) }),
        ]
        return options.compactMap { name, make in (try? make()).map { (name, $0) } }
    }()

    @Test("They are what their file says")
    func golden() throws {
        #expect(Self.selections.count == 6)
        let text = Self.selections.map { "\($0.name): \(ServerInstructions.text(for: $0.selection))\n" }
        try GoldenFile.expect(text.joined(separator: "\n"), at: "Tests/MCPFrontendTests/Golden/instructions.txt")
    }

    @Test("They name no tool that is not offered, and no resource that cannot be read")
    func onlyWhatIsOffered() {
        for (name, selection) in Self.selections {
            let text = ServerInstructions.text(for: selection)
            for definition in Catalogue.standard.definitions where !selection.offersTool(definition.name) {
                #expect(!text.contains("`\(definition.name)`"), "\(name): \(definition.name)")
            }
            #expect(text.contains("defernowork://tasks") == selection.allowsUse(of: ListTasks.definition))
        }
    }
}
