import OperationCatalogue

/// What can be said in this process to somebody who is told that nobody is signed in.
package struct SignInAdvice: Sendable {
    /// The command that the user can type, as it is found on this machine.
    let command: String
    /// Who has signed in through this process and not been refused since; an empty name where the backend told none.
    let account: String?

    package static let standardCommand = "deferno auth login"

    package init(command: String = SignInAdvice.standardCommand, account: String? = nil) {
        (self.command, self.account) = (command, account)
    }

    /// What to do about an error that everybody can run into.
    ///
    /// - Parameter selection: what is offered: advice names no other tools.
    func text(
        on error: OperationError, of definition: OperationDefinition, _ selection: ToolSelection
    ) -> String? {
        guard error.status == 401 else { return nil }
        let (start, complete) = (StartAuth.definition.name, CompleteAuth.definition.name)
        if definition.session == .completes { return onRefusedCode(start, selection) }
        guard selection.offersTool(start), selection.offersTool(complete) else {
            return "Nobody is signed in. Ask the user to run `\(command)` in a terminal, then try again."
        }
        return """
            Nobody is signed in. Call \(start) next: show the user the address it returns, ask for the code that they see \
            after signing in, and call \(complete) with it. Then try again.
            """
    }

    /// A code works once, so a repeated call fails although the first one has signed somebody in.
    private func onRefusedCode(_ start: String, _ selection: ToolSelection) -> String {
        let again =
            selection.offersTool(start) ? "begin again with \(start)" : "ask the user to run `\(command)` in a terminal"
        if let account {
            let name = account.isEmpty ? "" : " as \(account)"
            return """
                This code was not taken: a code works once. The user is signed in already\(name), perhaps by the same code, so go \
                on; only to sign in as somebody else \(again).
                """
        }
        let whoAmI = WhoAmI.definition.name
        let look =
            selection.offersTool(whoAmI) ? "Call \(whoAmI) to see who is signed in; if nobody is," : "If nobody is,"
        return "This code was not taken: a code works once, and for about ten minutes. \(look) \(again)."
    }
}
