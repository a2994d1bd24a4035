import HTTPTypes
import OperationCatalogue

extension PageHandler {
    // MARK: Forms of somebody who is not signed in

    /// The token that the forms of somebody who is not signed in must send: what the cookie holds, which no other site can
    /// read or set (OWASP, "Double-Submit Cookie").
    private func formToken(_ request: WebRequest) -> (token: String, isNew: Bool) {
        if let token = request.cookie(BrowserCookie.form.rawValue), token.utf8.count == 43 { return (token, false) }
        return (RandomSecret.make(), true)
    }

    private func withFormToken(_ request: WebRequest, _ page: (String) -> WebAnswer) -> WebAnswer {
        let (token, isNew) = formToken(request)
        guard isNew else { return page(token) }
        return page(token).setting(BrowserCookie.form.rawValue, to: token, life: 86_400, isSecure: request.isSecure)
    }

    private func isOwnForm(_ fields: FormFields, _ request: WebRequest) -> Bool {
        guard let cookie = request.cookie(BrowserCookie.form.rawValue), !cookie.isEmpty else { return false }
        return SecretHash.isEqual(fields[.csrf], cookie)
    }

    // MARK: Signing in

    func signInPage(_ request: WebRequest) -> WebAnswer {
        signInPage(request, next: request.query[FormField.next.rawValue] ?? PagePath.home.rawValue)
    }

    private func signInPage(
        _ request: WebRequest, next: String, name: String = "", fault: SignInPage.Fault? = nil, status: Int = 200
    ) -> WebAnswer {
        withFormToken(request) { token in
            .page(
                SignInPage(next: LocalPath.safe(next), formToken: token, name: name, fault: fault).html, status: status)
        }
    }

    func signIn(_ fields: FormFields, _ request: WebRequest) async throws(OperationError) -> WebAnswer {
        let (name, next) = (fields[.name], LocalPath.safe(fields[.next]))
        guard isOwnForm(fields, request) else {
            return signInPage(request, next: next, name: name, fault: .formExpired, status: 403)
        }
        guard AccountRules.fault(inName: name) == nil else {
            return signInPage(request, next: next, name: "", fault: .wrongNameOrPassword, status: 401)
        }
        func wait(_ seconds: Int) -> WebAnswer {
            var answer = signInPage(
                request, next: next, name: name, fault: .tooManyAttempts(seconds: seconds), status: 429)
            answer.headers[.retryAfter] = "\(seconds)"
            return answer
        }
        guard let share = shares.take(of: .passwordChecks, for: request.holder) else {
            return wait(SharedResource.passwordChecks.retryAfter)
        }
        defer { withExtendedLifetime(share) {} }
        let attempt = SignInAttempt(
            name: name, address: request.clientAddress, device: request.cookie(BrowserCookie.device.rawValue))
        if let seconds = try await accounts.count(attempt) { return wait(seconds) }
        let credentials = try await accounts.credentials(of: name)
        let isRight = try await hasher.verify(fields[.password], credentials?.hash)
        guard isRight, let account = credentials?.account else {
            return signInPage(request, next: next, name: name, fault: .wrongNameOrPassword, status: 401)
        }
        try await accounts.forgive(attempt)
        return try await begin(account, next: next, request)
    }

    // MARK: Setting up

    func setupPage(_ request: WebRequest) async throws(OperationError) -> WebAnswer {
        let link = request.query[FormField.link.rawValue] ?? ""
        guard let invitation = try await accounts.invitation(link) else { return .page(.setupLinkInvalid) }
        return setupPage(request, link: link, account: invitation.account)
    }

    private func setupPage(
        _ request: WebRequest, link: String, account: Account?, name: String = "", fault: SetupPage.Fault? = nil,
        status: Int = 200
    ) -> WebAnswer {
        withFormToken(request) { token in
            .page(
                SetupPage(
                    link: link, formToken: token, name: account?.name ?? name, isNameFixed: account != nil,
                    fault: fault,
                    minimumPasswordLength: AccountRules.passwordLength.lowerBound
                ).html, status: status)
        }
    }

    func setUp(_ fields: FormFields, _ request: WebRequest) async throws(OperationError) -> WebAnswer {
        let link = fields[.link]
        guard let invitation = try await accounts.invitation(link) else { return .page(.setupLinkInvalid) }
        let name = invitation.account?.name ?? fields[.name]
        func again(_ fault: SetupPage.Fault, _ status: Int = 422) -> WebAnswer {
            setupPage(request, link: link, account: invitation.account, name: name, fault: fault, status: status)
        }
        guard isOwnForm(fields, request) else { return again(.formExpired, 403) }
        if let sentence = AccountRules.fault(inName: name) { return again(.name(sentence)) }
        if let sentence = AccountRules.fault(inPassword: fields[.password]) { return again(.password(sentence)) }
        guard fields[.password] == fields[.passwordAgain] else { return again(.passwordsDiffer) }
        let hash = try await hasher.hash(fields[.password])
        guard let used = try await accounts.use(link) else { return .page(.setupLinkInvalid) }
        let account: Account
        if let known = invitation.account {
            account = known
        } else {
            do throws(OperationError) {
                account = try await owners.addAccount(named: name, to: accounts)
            } catch {
                try await accounts.restore(used)
                guard error.code == .idConflict else { throw error }
                return again(.name("This name is taken. Please choose another one."), 409)
            }
        }
        try await accounts.setPassword(of: account, hash)
        return try await begin(account, next: PagePath.home.rawValue, request)
    }
}

/// Where a form may lead: a path of this server.
enum LocalPath {
    /// The path, or the home page where it leads elsewhere (`//host`, `/\host`, `https:`).
    static func safe(_ path: String) -> String {
        let isLocal =
            path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
            && path.utf8.allSatisfy { 0x21...0x7E ~= $0 }
        return isLocal ? path : PagePath.home.rawValue
    }
}

/// What names and passwords may be.
package enum AccountRules {
    /// In Unicode characters. The upper limit keeps hashing cheap to ask for.
    static let passwordLength = 12...1000

    /// What is wrong with a name, in a sentence.
    package static func fault(inName name: String) -> String? {
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            // ASCII alone: of other letters some look the same, and are the same to some and not to others.
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
            default: false
            }
        }
        guard isPlain, (1...64).contains(name.count) else {
            return "A name has 1 to 64 letters from A to Z, digits, dots, hyphens and underscores."
        }
        return nil
    }

    static func fault(inPassword password: String) -> String? {
        guard passwordLength.contains(password.count) else {
            return
                "A password has \(passwordLength.lowerBound) characters or more, and at most \(passwordLength.upperBound)."
        }
        return nil
    }
}
