import OperationCatalogue

/// The configuration that makes an MCP client start this server over standard input and output.
package struct ClientSnippet: Hashable, Sendable {
    package let client: Client
    /// The program: a name that is looked up in `PATH`, or a path.
    package let command: String
    package let arguments: [String]
    /// Variables for the program, in this order. A token does not belong here: the file is often shared.
    package let environment: [Variable]

    package struct Variable: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The clients that the seed names. The raw value is what `--print-config` takes.
    package enum Client: String, Hashable, Sendable, CaseIterable {
        case claudeDesktop = "claude-desktop"
        case claudeCode = "claude-code"
        case cursor
        case windsurf
        case zed
        case vsCode = "vscode"
        case continueDev = "continue"
        case openAIAgents = "openai-agents"
    }

    /// Without more it is the seed's: the program `deferno-mcp`, and the address of the backend.
    package init(
        for client: Client,
        command: String = "deferno-mcp",
        arguments: [String] = [],
        environment: [Variable] = [Variable("DEFERNO_BASE_URL", "https://deferno.work")]
    ) {
        self.client = client
        self.command = command
        self.arguments = arguments
        self.environment = environment
    }

    /// The server's name in every client.
    static let serverName = "deferno"

    /// The text of the file, or the part of it that concerns this server; ends with a line break.
    package var text: String {
        switch client {
        case .claudeDesktop, .windsurf, .continueDev:
            JSONValue.object(["mcpServers": [Self.serverName: server()]]).indented
        case .claudeCode, .cursor:
            JSONValue.object(["mcpServers": [Self.serverName: server(type: "stdio")]]).indented
        case .vsCode:
            JSONValue.object(["servers": [Self.serverName: server(type: "stdio")]]).indented
        case .zed:
            JSONValue.object(["context_servers": [Self.serverName: server(alwaysHasArguments: true)]]).indented
        case .openAIAgents:
            python
        }
    }

    private func server(type: String? = nil, alwaysHasArguments: Bool = false) -> JSONValue {
        var server = JSONObject()
        if let type { server.append("type", .string(type)) }
        server.append("command", .string(command))
        if alwaysHasArguments || !arguments.isEmpty {
            server.append("args", .array(arguments.map(JSONValue.string)))
        }
        if !environment.isEmpty { server.append("env", variables) }
        return .object(server)
    }

    private var variables: JSONValue {
        var variables = JSONObject()
        for variable in environment { variables[variable.name] = .string(variable.value) }
        return .object(variables)
    }
}

extension ClientSnippet.Client {
    /// The file in `config/mcp` that shows it.
    package var fileName: String { self == .openAIAgents ? "\(rawValue).py" : "\(rawValue).json" }

    /// Where the text belongs, for people.
    package var place: String {
        switch self {
        case .claudeDesktop:
            "claude_desktop_config.json, which Settings > Developer > Edit Config opens"
        case .claudeCode: ".mcp.json at the root of the project"
        case .cursor: "~/.cursor/mcp.json, or .cursor/mcp.json in the project"
        case .windsurf: "~/.codeium/windsurf/mcp_config.json"
        case .zed: "settings.json, which the command zed: open settings opens"
        case .vsCode: ".vscode/mcp.json in the workspace, or the user's mcp.json"
        case .continueDev: ".continue/mcpServers/deferno.json in the workspace"
        case .openAIAgents: "a program that uses the OpenAI Agents SDK (Python)"
        }
    }

    /// The client of this name.
    ///
    /// - Throws: ``ClientSnippetFault`` with the name that was probably meant.
    package static func named(_ name: String) throws(ClientSnippetFault) -> Self {
        guard let client = Self(rawValue: name.lowercased()) else { throw ClientSnippetFault(name: name) }
        return client
    }
}

/// A client that nobody knows.
package struct ClientSnippetFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package var description: String {
        let known = ClientSnippet.Client.allCases.map(\.rawValue)
        let hint =
            nearest(to: name.lowercased(), among: known).map { "did you mean \($0)?" }
            ?? "expected one of \(known.joined(separator: ", "))"
        return "unknown client \(name.quotedBeginning); \(hint)"
    }
}

// MARK: - Python

extension ClientSnippet {
    /// A program for the OpenAI Agents SDK.
    private var python: String {
        let entries =
            environment
            .map { "            \(Self.literal($0.name)): \(Self.literal($0.value)),\n" }
            .joined()
        let imports = [
            "import asyncio", "", "from agents import Agent, Runner", "from agents.mcp import MCPServerStdio",
        ]
        return """
            \(imports.joined(separator: "\n"))

            server = MCPServerStdio(
                name=\(Self.literal(Self.serverName)),
                params={
                    "command": \(Self.literal(command)),
                    "args": [\(arguments.map(Self.literal).joined(separator: ", "))],
                    "env": {
            \(entries)        },
                },
                cache_tools_list=True,
            )


            async def main() -> None:
                async with server:
                    agent = Agent(
                        name="Assistant",
                        instructions="Help the user with their Deferno tasks.",
                        mcp_servers=[server],
                    )
                    result = await Runner.run(agent, "What should I do today?")
                    print(result.final_output)


            if __name__ == "__main__":
                asyncio.run(main())

            """
    }

    /// A string literal of Python: one of JSON is one, as long as characters beyond the first plane are not escaped, which
    /// the writer never does.
    private static func literal(_ text: String) -> String { JSONText(.string(text)).description }
}
