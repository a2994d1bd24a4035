import OperationCatalogue

/// The page on which somebody signs in with name and password.
package struct SignInPage: Hashable, Sendable {
    /// The path to go on to.
    package let next: String
    package let formToken: String
    /// What was given before.
    package let name: String
    package let fault: Fault?

    package enum Fault: Hashable, Sendable {
        /// Which of the two is not said.
        case wrongNameOrPassword
        case tooManyAttempts(seconds: Int)
        case formExpired
    }

    package init(next: String, formToken: String, name: String = "", fault: Fault? = nil) {
        self.next = next
        self.formToken = formToken
        self.name = name
        self.fault = fault
    }

    package var html: String {
        Document(
            title: "Sign in",
            content: """
                <section class="card">
                <h1>Sign in</h1>\(notice)
                <form class="stack" method="post" action="\(PagePath.signIn)">
                \(FormField.csrf.hidden(formToken))
                \(FormField.next.hidden(next))
                <div class="field">
                <label for="name">Name</label>
                <input id="name" name="\(FormField.name)" type="text" value="\(name)" autocomplete="username" \
                autocapitalize="none" spellcheck="false" required="required"/>
                </div>
                <div class="field">
                <label for="password">Password</label>
                <input id="password" name="\(FormField.password)" type="password" autocomplete="current-password" \
                required="required"/>
                </div>
                <button type="submit">Sign in</button>
                </form>
                <p class="aside">No account, or a forgotten password? Whoever runs this server makes a link for you with \
                <code>deferno serve user add</code> or <code>deferno serve user reset</code>.</p>
                </section>
                """
        ).html.text
    }

    private var notice: HTML? {
        fault.map { "\n\(Notice(.fault, $0.sentence).html)" }
    }
}

extension SignInPage.Fault {
    fileprivate var sentence: String {
        switch self {
        case .wrongNameOrPassword:
            "The name or the password is not right. Please try again."
        case .tooManyAttempts(let seconds):
            "There were too many attempts. Please try again in \(Timestamp.waiting(seconds: seconds))."
        case .formExpired:
            "This page had been open for too long. Please sign in once more."
        }
    }
}
