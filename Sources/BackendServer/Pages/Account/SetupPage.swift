/// The page of a one-time link, on which somebody chooses a name and a password.
package struct SetupPage: Hashable, Sendable {
    /// The link's secret, which the form sends back.
    package let link: String
    package let formToken: String
    /// What is proposed, or was given before.
    package let name: String
    /// Whether the link is of an account that has its name already, and only the password is to be chosen.
    package let isNameFixed: Bool
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
        link: String, formToken: String, name: String, isNameFixed: Bool = false, fault: Fault? = nil,
        minimumPasswordLength: Int = 12
    ) {
        self.link = link
        self.formToken = formToken
        self.name = name
        self.isNameFixed = isNameFixed
        self.fault = fault
        self.minimumPasswordLength = minimumPasswordLength
    }

    package var html: String {
        Document(
            title: title,
            content: """
                <section class="card">
                <h1>\(title)</h1>
                <p class="lead">Choose the \(isNameFixed ? "" : "name and the ")password that you will sign in with on this \
                server.</p>\(notice)
                <form class="stack" method="post" action="\(PagePath.setup)">
                \(FormField.csrf.hidden(formToken))
                \(FormField.link.hidden(link))
                <div class="field">
                <label for="name">Name</label>
                <input id="name" name="\(FormField.name)" type="text" value="\(name)" autocomplete="username" \
                autocapitalize="none" spellcheck="false" required="required"\(readOnly)/>
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
                <button type="submit">\(isNameFixed ? "Set the password" : "Create the account")</button>
                </form>
                </section>
                """
        ).html.text
    }

    private var title: String { isNameFixed ? "Choose a new password" : "Set up your account" }

    private var readOnly: HTML? { isNameFixed ? " readonly=\"readonly\"" : nil }

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
