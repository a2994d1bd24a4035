import OperationCatalogue
import OperationPipeline

/// Signing in from a terminal, by the same operations as an agent does it: begin, show the page, take the code, finish.
struct SignInConversation: Sendable {
    let pipeline: Pipeline
    let caller: Caller
    let input: CodeInput
    /// Shows text to the user at once.
    let show: @Sendable (String) -> Void
    /// Begins to open a page; says whether that was possible.
    let openPage: @Sendable (String) -> Bool

    enum Ending: Sendable {
        case signedIn(username: String)
        /// The backend has no accounts; what it says about that.
        case nothingToSignInTo(String)
        case noCode
        case interrupted
        /// This operation did not end well.
        case failed(String, Conclusion?)
    }

    func run() async -> Ending {
        let begin = StartAuth.definition.name
        let started = await pipeline.carryOut(
            OperationRequest(begin, JSONObject(), caller: caller), until: input.shutdown)
        guard let payload = started?.payload else { return .failed(begin, started) }
        guard let page = payload[.authURL]?.stringValue, let session = payload[.sessionID]?.stringValue else {
            return .nothingToSignInTo(payload[.instructions]?.stringValue ?? "")
        }
        show("\nOpen this URL in your browser to sign in:\n\n  \(page.escapedForTerminal)\n\n")
        if openPage(page) { show("Your browser should open it by itself.\n\n") }
        show("Paste the code shown after login: ")
        let entry = await input.read()
        show("\n")
        switch entry {
        case .nothing: return .noCode
        case .interrupted: return .interrupted
        case .code(let code): return await finish(session, code)
        }
    }

    private func finish(_ session: String, _ code: Secret) async -> Ending {
        let arguments: JSONObject = [
            CompleteAuth.sessionID.name: .string(session), CompleteAuth.code.name: .string(code.reveal()),
        ]
        let name = CompleteAuth.definition.name
        let conclusion = await pipeline.carryOut(
            OperationRequest(name, arguments, caller: caller), until: input.shutdown)
        guard let payload = conclusion?.payload else { return .failed(name, conclusion) }
        return .signedIn(username: payload[.username]?.stringValue ?? "")
    }
}

extension Conclusion {
    /// The payload of an operation that ended well.
    var payload: JSONValue? {
        guard case .ok(let text, _) = outcome.result else { return nil }
        return try? text.value()
    }
}
