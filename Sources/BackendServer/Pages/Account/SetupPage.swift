/// The page of a one-time link, on which somebody chooses a name and a password.
package struct SetupPage: Hashable, Sendable {
    /// The link's secret, which the form sends back.
    package let link: String
    package let formToken: String
    /// What is proposed, or was given before.
    package let name: String
    package let fault: Fault?
    /// In Unicode characters.
    package let minimumPasswordLength: Int

    package enum Fault: Hashable, Sendable {
        /// What is wrong with the name, in a sentence.
        case name(String)
        /// What is wrong with the password, in a sentence.
        case password(String)
        case passwordsDiffer
        case formExpired
    }

    package init(
        link: String, formToken: String, name: String, fault: Fault? = nil, minimumPasswordLength: Int = 12
    ) {
        self.link = link
        self.formToken = formToken
        self.name = name
        self.fault = fault
        self.minimumPasswordLength = minimumPasswordLength
    }

    package var html: String {
        Document(
            title: "Set up your account",
            content: """
                <section class="card">
                <h1>Set up your account</h1>
                <p class="lead">Choose the name and the password that you will sign in with on this server.</p>\(notice)
                <form class="stack" method="post" action="\(PagePath.setup)">
                \(FormField.csrf.hidden(formToken))
                \(FormField.link.hidden(link))
                <div class="field">
                <label for="name">Name</label>
                <input id="name" name="\(FormField.name)" type="text" value="\(name)" autocomplete="username" \
                autocapitalize="none" spellcheck="false" required="required"/>
                </div>
                <div class="field">
                <label for="password">Password</label>
                <input id="password" name="\(FormField.password)" type="password" autocomplete="new-password" \
                minlength="\(minimumPasswordLength)" required="required" aria-describedby="password-rule"/>
                <p id="password-rule" class="hint">At least \(minimumPasswordLength) characters. A few words that only you \
                would put together are easy to remember and hard to guess.</p>
                </div>
                <div class="field">
                <label for="password-again">The password once more</label>
                <input id="password-again" name="\(FormField.passwordAgain)" type="password" \
                autocomplete="new-password" required="required"/>
                </div>
                <button type="submit">Create the account</button>
                </form>
                </section>
                """
        ).html.text
    }

    private var notice: HTML? {
        fault.map { "\n\(Notice(.fault, $0.sentence).html)" }
    }
}

extension SetupPage.Fault {
    fileprivate var sentence: String {
        switch self {
        case .name(let sentence), .password(let sentence): sentence
        case .passwordsDiffer: "The two passwords are not the same. Please type them again."
        case .formExpired: "This page had been open for too long. Please fill it in once more."
        }
    }
}
