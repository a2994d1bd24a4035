package import OperationCatalogue

/// The page on which somebody makes tokens for their programs, and takes them back.
package struct TokensPage: Hashable, Sendable {
    package let visitor: Visitor
    package let tokens: [TokenEntry]
    /// The one that was just made.
    package let made: MadeToken?
    package let now: Timestamp
    /// Why something was not done, in a sentence.
    package let fault: String?

    package init(
        visitor: Visitor, tokens: [TokenEntry], made: MadeToken? = nil, now: Timestamp, fault: String? = nil
    ) {
        self.visitor = visitor
        self.tokens = tokens
        self.made = made
        self.now = now
        self.fault = fault
    }

    package var html: String {
        Document(
            title: "Tokens", visitor: visitor, current: .tokens,
            content: """
                <h1>Tokens</h1>
                <p class="lead">A token lets a program work on your tasks without your password. Signing in with \
                <code>deferno auth login</code> makes one as well.</p>\(notice)\(secret)
                <section class="card" aria-labelledby="make">
                <h2 id="make">Make a token</h2>
                <form class="inline" method="post" action="\(PagePath.tokens)">
                \(FormField.csrf.hidden(visitor.formToken))
                <div class="field">
                <label for="new-name">What it is for</label>
                <input id="new-name" name="\(FormField.name)" type="text" maxlength="100" required="required"/>
                </div>
                <button type="submit">Make it</button>
                </form>
                </section>
                <section aria-labelledby="yours">
                <h2 id="yours">Your tokens</h2>
                \(list)
                </section>
                """
        ).html.text
    }

    private var notice: HTML? {
        fault.map { "\n\(Notice(.fault, $0).html)" }
    }

    private var secret: HTML? {
        made.map { made in
            """

            <section class="card fresh" aria-labelledby="made">
            <h2 id="made">The token <bdi>\(made.name)</bdi></h2>
            <p>Copy it now: it is shown this once. A program takes it from the variable <code>DEFERNO_TOKEN</code>.</p>
            <p><code class="secret">\(made.secret)</code></p>
            </section>
            """
        }
    }

    private var list: HTML {
        guard !tokens.isEmpty else { return "<p class=\"nothing\">There is none yet.</p>" }
        return "<ul class=\"tokens\">\n\(tokens.map { $0.item(for: visitor, at: now) }.lines())\n</ul>"
    }
}

/// A token that was just made, with what is never shown again.
package struct MadeToken: Hashable, Sendable {
    package let name: String
    package let secret: String

    package init(name: String, secret: String) {
        self.name = name
        self.secret = secret
    }
}
