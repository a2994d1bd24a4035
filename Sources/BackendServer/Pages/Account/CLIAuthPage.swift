package import OperationCatalogue

/// The page that a program sends its user to, so that they approve its sign-in and take a code back to it.
package struct CLIAuthPage: Hashable, Sendable {
    package let visitor: Visitor
    package let state: State

    package enum State: Hashable, Sendable {
        case asking(CLIRequest)
        case approved(code: String, expires: Timestamp, now: Timestamp)
        case denied
        /// It has waited for too long, or too many wrong codes were given.
        case expired
        /// The code has been used, or somebody has decided before.
        case used
        case unknown
    }

    package init(visitor: Visitor, state: State) {
        self.visitor = visitor
        self.state = state
    }

    package var html: String {
        Document(
            title: title, visitor: visitor, script: isApproved ? .codeScript : nil,
            content: """
                <section class="card">
                <h1>\(title)</h1>
                \(content)
                </section>
                """
        ).html.text
    }

    private var isApproved: Bool {
        if case .approved = state { true } else { false }
    }

    private var title: String {
        switch state {
        case .asking: "Sign in a program?"
        case .approved: "Your code"
        case .denied: "Denied"
        case .expired: "Too late"
        case .used: "Already used"
        case .unknown: "Nothing to approve"
        }
    }

    private var content: HTML {
        switch state {
        case .asking(let request):
            asking(request)
        case .approved(let code, let expires, let now):
            approved(code, minutes: Int(max(0, expires.seconds - now.seconds) + 59) / 60)
        case .denied:
            """
            <p class="lead">The program was not signed in. You can close this page.</p>
            <p>If you did not start a sign-in yourself, somebody may have sent you this link to get at your tasks: be \
            wary of it.</p>
            """
        case .expired:
            """
            <p class="lead">This sign-in has waited for too long, or a wrong code was given too often.</p>
            <p>Start it once more with <code>deferno auth login</code>, or ask your agent to.</p>
            """
        case .used:
            """
            <p class="lead">This sign-in has been decided already; its code works only once.</p>
            <p>To sign in another program, start again with <code>deferno auth login</code>.</p>
            """
        case .unknown:
            """
            <p class="lead">No program is waiting under this address.</p>
            <p>Look whether the whole address was copied, or start again with <code>deferno auth login</code>.</p>
            """
        }
    }

    private func asking(_ request: CLIRequest) -> HTML {
        """
        <p class="lead">A program asks to see and change the tasks of <strong><bdi>\(visitor.name)</bdi></strong>.</p>
        \(request.list)
        <p>Approve it only if you have just started it yourself.</p>
        <form class="choice" method="post" action="\(PagePath.cliAuth)">
        \(FormField.csrf.hidden(visitor.formToken))
        \(FormField.session.hidden(request.session))
        <button type="submit" name="\(FormField.decision)" value="\(Decision.approve.rawValue)">Approve</button>
        <button class="secondary" type="submit" name="\(FormField.decision)" value="\(Decision.deny.rawValue)">Deny\
        </button>
        </form>
        """
    }

    /// The code in groups of four, which lie apart without a space between them: what is selected is the code alone.
    private func approved(_ code: String, minutes: Int) -> HTML {
        let groups = stride(from: 0, to: code.count, by: 4).map { code.dropFirst($0).prefix(4) }
        let spoken = groups.map { $0.map(String.init).joined(separator: " ") }.joined(separator: ", ")
        let spans = groups.map { "<span>\($0)</span>" as HTML }.joined()
        return """
            <p class="lead">Give this code to the program that asked.</p>
            <p><output id="code" class="code" aria-label="Your code">\(spans)</output></p>
            <p class="unseen">Letter by letter: \(spoken).</p>
            <p class="choice"><button id="copy" type="button" hidden="hidden">Copy the code</button></p>
            <p id="copied" class="hint" role="status"></p>
            <p>It works once, and for \(Timestamp.counted(minutes, "more minute")). Give it to nobody else: whoever has it \
            gets at your tasks.</p>
            """
    }
}
