import ArgumentParser
import OperationCatalogue
import OperationPipeline

/// `deferno auth status`: who is signed in, where, and by which token.
struct AuthStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Ask the backend who is signed in; exit status 77 where nobody is.",
        discussion: "Prints a sentence on a terminal and a JSON object in a pipe."
    )

    @OptionGroup var options: ConnectionOptions

    func run() async throws {
        let configuration = try Configuration.resolved(flags: options.flags)
        let context = try ProcessContext(configuration, policy: AuthCommand.policy, door: .cli)
        let name = WhoAmI.definition.name
        let conclusion = await context.carryOut(
            OperationRequest(name, JSONObject(), caller: context.caller))
        await context.close()
        let failure = OperationFailure(of: name, conclusion, context.signals.exitStatus)
        if let status = SignInStatus(conclusion, configuration) {
            StandardStream.output.writeNow(StandardStream.output.isTerminal ? status.sentence : status.line)
            if let status = StandardStream.output.failureStatus { throw status.exitCode }
        }
        if let failure { throw failure.report() }
    }
}

/// Who is signed in.
struct SignInStatus {
    enum State: String {
        case signedIn = "signed_in"
        case notSignedIn = "not_signed_in"
        /// The embedded store has no accounts.
        case notNeeded = "not_needed"
    }

    let state: State
    let username: String?
    let configuration: Configuration

    /// - Returns: `nil` where that cannot be told, since the backend did not answer.
    init?(_ conclusion: Conclusion?, _ configuration: Configuration) {
        guard let conclusion else { return nil }
        self.configuration = configuration
        switch conclusion.outcome.result {
        case .ok:
            username = conclusion.payload?[.username]?.stringValue
            if case .store = configuration.baseURL.value { state = .notNeeded } else { state = .signedIn }
        case .failed(let error) where error.code == .notSignedIn:
            username = nil
            state = .notSignedIn
        case .failed, .unknown, .skipped, .spooled: return nil
        }
    }

    /// Where the token that was shown comes from.
    private var tokenSource: String? {
        guard state == .signedIn else { return nil }
        return configuration.token.value == nil ? configuration.credentials?.path : "\(configuration.token.source)"
    }

    /// For programs.
    var line: String {
        var object: JSONObject = [
            "status": .string(state.rawValue), "base_url": .string(configuration.baseURL.value.text),
        ]
        if let username { object["username"] = .string(username) }
        if let name = configuration.profile.value?.text { object["profile"] = .string(name) }
        if let tokenSource { object["token_from"] = .string(tokenSource) }
        return "\(JSONText(.object(object)))\n"
    }

    /// For people.
    var sentence: String {
        let place = configuration.baseURL.value.text.escapedForTerminal
        let name = (username ?? "").escapedForTerminal
        switch state {
        case .signedIn:
            return "Signed in to \(place) as @\(name), by \((tokenSource ?? "").escapedForTerminal).\n"
        case .notSignedIn:
            return "Not signed in to \(place). Sign in with 'deferno auth login'.\n"
        case .notNeeded:
            return
                "There is nothing to sign in to: the tasks are on this machine (\(place)), and the user is \(name).\n"
        }
    }
}
