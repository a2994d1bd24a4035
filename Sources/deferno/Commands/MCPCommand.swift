import ArgumentParser
import Glibc
import MCPFrontend
import OperationCatalogue
import OperationPipeline

/// `deferno mcp`: the server that an agent's program starts.
struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Serve an AI agent: the Model Context Protocol on standard input and output.",
        discussion: """
            The agent's program starts this command by itself; 'deferno mcp --print-config CLIENT' prints what to put into its \
            configuration. Operations are offered as tools in two toolsets: seed (the 14 tools of deferno-mcp) and \
            extended (the others).
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(help: ArgumentHelp("Offer these toolsets: seed, extended, or both with a comma.", valueName: "toolsets"))
    var toolsets: [String] = []

    @Option(help: ArgumentHelp("Offer these tools, alone or beside the toolsets that are named.", valueName: "tools"))
    var tools: [String] = []

    @Option(help: ArgumentHelp("Do not offer these tools.", valueName: "tools"))
    var excludeTools: [String] = []

    @Option(
        help: ArgumentHelp(
            "Print what a client's configuration needs to start this program with these options, and end.",
            discussion: "One of \(ClientSnippet.Client.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "client"
        )
    )
    var printConfig: String?

    /// - Parameter policy: what the process may do at all.
    private func offer(within policy: AdmissionPolicy = AdmissionPolicy()) throws -> ToolSelection {
        do {
            return try ToolSelection(
                toolsets: toolsets, tools: tools, excludedTools: excludeTools, within: policy)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private func client() throws -> ClientSnippet.Client? {
        do {
            return try printConfig.map(ClientSnippet.Client.named)
        } catch {
            throw ValidationError("--print-config: \(error)")
        }
    }

    func validate() throws {
        _ = try offer()
        _ = try client()
    }

    func run() async throws {
        if let client = try client() {
            let words = ProgramName.arguments(of: CommandLine.arguments).dropFirst()
            let address = options.connection.baseURL
            let text = ClientConfiguration.text(for: client, passing: Array(words), address: address)
            StandardStream.error.writeNow("for \(client.place):\n")
            return StandardStream.output.writeNow(text)
        }
        let configuration = try Configuration.resolved(flags: options.flags)
        let offer = try offer(within: configuration.policy)
        let context = try ProcessContext(configuration, door: .mcp)
        let budget = ShutdownBudget.agent
        let server = MCPServer(
            pipeline: context.pipeline,
            offer: offer,
            identity: ServerIdentity(
                version: Deferno.version, signInCommand: SignInCommand.text(for: configuration)),
            user: context.caller.user,
            sink: StandardStream.output,
            budget: budget
        )
        // A log or a store that hangs must not keep the process alive.
        let watchdog = ExitWatchdog()
        do throws(OperationError) {
            try await server.run(input: STDIN_FILENO, until: context.shutdown) {
                watchdog.exit(after: budget.answers, with: .inputOutput)
            }
        } catch {
            throw error.reported()
        }
        // All has been answered and recorded. Neither must a client that does not read any more; one that does gets all of it.
        watchdog.exit(after: budget.reader, with: .inputOutput)
        await StandardStream.output.flush()
        let status: ExitStatus = StandardStream.output.isBroken ? .inputOutput : .success
        watchdog.exit(after: budget.closing, with: status)
        await context.close()
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }
}
