import Foundation
import OperationCatalogue
import Testing

@testable import MCPFrontend

@Suite("The snippets for clients")
struct ClientSnippetTests {
    static let clients = ClientSnippet.Client.allCases

    /// The clients whose snippet is JSON, with the key under which they keep their servers.
    private static func key(of client: ClientSnippet.Client) -> String? {
        switch client {
        case .claudeDesktop, .claudeCode, .cursor, .windsurf, .continueDev: "mcpServers"
        case .vsCode: "servers"
        case .zed: "context_servers"
        case .openAIAgents: nil
        }
    }

    @Test("The published file is the snippet with the seed's settings", arguments: clients)
    func published(client: ClientSnippet.Client) throws {
        try GoldenFile.expect(ClientSnippet(for: client).text, at: "config/mcp/\(client.fileName)")
    }

    @Test("There is a file for each client, and no other")
    func files() throws {
        #expect(try GoldenFile.names(in: "config/mcp") == Set(Self.clients.map(\.fileName)))
        #expect(Self.clients.count == 8)
        for client in Self.clients { #expect(!client.place.isEmpty) }
    }

    @Test("The seed's program and address are where the client looks for them", arguments: clients)
    func shape(client: ClientSnippet.Client) throws {
        guard let key = Self.key(of: client) else { return }
        let json = try JSONText(validating: Array(ClientSnippet(for: client).text.utf8)).value()
        #expect(json.objectValue?.members.map(\.key) == [key])
        let server = try #require(json[key]?["deferno"])
        #expect(server["command"] == "deferno-mcp")
        #expect(server["env"] == ["DEFERNO_BASE_URL": "https://deferno.work"])
        #expect(server["args"] == (client == .zed ? [] : nil))
    }

    @Test("Paths and settings of any kind come through", arguments: clients)
    func settings(client: ClientSnippet.Client) throws {
        let command = "/opt/my \"tools\"/de\\ferno 🌱"
        let arguments = ["mcp", "--tools", "get_task,whoami", "it's"]
        let text = ClientSnippet(
            for: client, command: command, arguments: arguments,
            environment: [.init("A", "1"), .init("B", "\n\u{1}${x}")]
        ).text
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        guard let key = Self.key(of: client) else { return }
        let server = try JSONText(validating: Array(text.utf8)).value()[key]?["deferno"]
        #expect(server?["command"] == .string(command))
        #expect(server?["args"] == .array(arguments.map(JSONValue.string)))
        #expect(server?["env"] == ["A": "1", "B": "\n\u{1}${x}"])
        let bare = ClientSnippet(for: client, command: "x", environment: []).text
        #expect(!bare.contains("env"))
    }

    @Test("The Python program compiles, and holds the settings", .enabled(if: SchemaValidator.isWanted))
    func python() throws {
        let snippet = ClientSnippet(
            for: .openAIAgents, command: "/opt/my \"tools\"/de\\ferno 🌱", arguments: ["mcp", "it's\n"],
            environment: [.init("B", "\u{1}")])
        for text in [ClientSnippet(for: .openAIAgents).text, snippet.text] {
            let file = FileManager.default.temporaryDirectory.appending(path: "deferno-\(UUID().uuidString).py")
            try text.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", file.path]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        #expect(snippet.text.contains(#""command": "/opt/my \"tools\"/de\\ferno 🌱","#))
        #expect(snippet.text.contains(#""args": ["mcp", "it's\n"],"#))
    }

    @Test("Clients are found by their names; a name that nobody knows gets a hint")
    func names() throws {
        for client in Self.clients { #expect(try ClientSnippet.Client.named(client.rawValue.uppercased()) == client) }
        let near = #expect(throws: ClientSnippetFault.self) { try ClientSnippet.Client.named("curser") }
        #expect(near?.description == "unknown client \"curser\"; did you mean cursor?")
        let far = #expect(throws: ClientSnippetFault.self) { try ClientSnippet.Client.named("emacs") }
        #expect(
            far?.description == """
                unknown client "emacs"; expected one of claude-desktop, claude-code, cursor, windsurf, zed, vscode, \
                continue, openai-agents
                """)
    }
}
