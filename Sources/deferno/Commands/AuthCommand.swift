import ArgumentParser
import OperationCatalogue
import OperationPipeline
import RESTBackend

/// `deferno auth`: signing in and out.
struct AuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth",
        abstract: "Sign in to a backend, see who is signed in, sign out.",
        discussion: """
            A sign-in is saved in ~/.config/defernowork/credentials.json, readable by you alone, and shown only to the \
            backend that gave it. \(Settings.token.definition.variable) comes before it.
            """,
        subcommands: [AuthLoginCommand.self, AuthStatusCommand.self, AuthLogoutCommand.self]
    )

    /// The operations of these commands, and no others. What a configuration says about operations on tasks, such as
    /// `read_only`, is not meant for them.
    static let policy = AdmissionPolicy(
        allowedOperations: [
            StartAuth.definition.name, CompleteAuth.definition.name, WhoAmI.definition.name, Logout.definition.name,
        ])
}

/// `deferno auth login`: the seed's `auth`.
struct AuthLoginCommand: AsyncParsableCommand {
    static let name = "login"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Sign in with a browser and a code.",
        discussion: """
            Prints the address of a page, opens it where there is a browser, and asks for the code that is shown there: \
            on a terminal it is not echoed, else it is a line of standard input. Where no backend is named it is \
            \(HTTPAddress.seed.text).
            """
    )

    @OptionGroup var options: ConnectionOptions

    @Flag(inversion: .prefixedNo, help: "Open the page in the browser.")
    var browser = true

    func run() async throws {
        let configuration = try Configuration.resolved(flags: options.flags, for: .signIn)
        let context = try ProcessContext(configuration, policy: AuthCommand.policy, door: .cli)
        let page = Browser(environment: .process)
        let conversation = SignInConversation(
            pipeline: context.pipeline,
            caller: context.caller,
            input: CodeInput(descriptor: 0, shutdown: context.shutdown),
            show: { StandardStream.output.writeNow($0) },
            openPage: { [browser] in browser && page.open($0) }
        )
        let ending = await conversation.run()
        await context.close()
        try Self.report(ending, context, configuration)
    }

    private static func report(
        _ ending: SignInConversation.Ending, _ context: ProcessContext, _ configuration: Configuration
    ) throws {
        switch ending {
        case .signedIn(let username):
            let name = username.escapedForTerminal
            StandardStream.output.writeNow("Authenticated as @\(name). Credentials saved.\n")
            if configuration.token.value != nil {
                StandardStream.error.writeNow(
                    "deferno: note: \(configuration.token.source) is set, and comes before what was saved\n")
            }
        case .nothingToSignInTo(let sentence):
            StandardStream.output.writeNow(
                "\(sentence.escapedForTerminal)\nTo sign in to a backend, name it with --base-url.\n")
        case .noCode:
            throw OperationFailure(message: "no code was entered, so nobody is signed in", status: .notPermitted)
                .report()
        case .interrupted:
            throw (context.signals.exitStatus ?? .interrupted).exitCode
        case .failed(let operation, let conclusion):
            let failure = OperationFailure(of: operation, conclusion, context.signals.exitStatus)
            throw (failure ?? OperationFailure(message: "\(operation) gave no payload", status: .operationFailed))
                .report()
        }
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }
}

/// `deferno auth logout`: ends the session and removes what was saved.
struct AuthLogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "End the session at the backend and remove the saved sign-in."
    )

    @OptionGroup var options: ConnectionOptions

    func run() async throws {
        let configuration = try Configuration.resolved(flags: options.flags, for: .signOut)
        if let file = configuration.credentials, file.refusal != nil { return try Self.remove(file) }
        let context = try ProcessContext(configuration, policy: AuthCommand.policy, door: .cli)
        let name = Logout.definition.name
        let conclusion = await context.carryOut(
            OperationRequest(name, JSONObject(), caller: context.caller))
        await context.close()
        if let message = conclusion?.payload?[.message]?.stringValue {
            StandardStream.output.writeNow(message.escapedForTerminal + "\n")
        }
        if configuration.token.value != nil {
            StandardStream.error.writeNow("deferno: note: \(configuration.token.source) is still set\n")
        }
        if case .credentials = configuration.baseURL.source {
            StandardStream.error.writeNow(
                "deferno: note: nothing else names this backend, so the embedded store serves from now on\n")
        }
        if let failure = OperationFailure(of: name, conclusion, context.signals.exitStatus) { throw failure.report() }
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }

    /// A file that is refused tells no token to end the session with.
    private static func remove(_ file: CredentialsFile) throws {
        do throws(OperationError) {
            try file.remove()
        } catch {
            throw error.reported()
        }
        StandardStream.output.writeNow(
            """
            Removed \(file.path.escapedForTerminal), which others could have read or changed. Its session goes on at the \
            backend until it is ended there.

            """)
    }
}
