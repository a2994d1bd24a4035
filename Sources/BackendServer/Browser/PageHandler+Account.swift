import OperationCatalogue

extension PageHandler {
    // MARK: Programs that ask to be signed in

    func cliAuthPage(_ session: BrowserSession, _ request: WebRequest) async throws(OperationError) -> WebAnswer {
        let pending = try await accounts.signIn(request.query[FormField.session.rawValue] ?? "")
        return cliAuthPage(session, state(of: pending))
    }

    private func cliAuthPage(_ session: BrowserSession, _ state: CLIAuthPage.State) -> WebAnswer {
        .page(CLIAuthPage(visitor: session.visitor, state: state).html)
    }

    private func state(of pending: PendingSignIn?) -> CLIAuthPage.State {
        guard let pending else { return .unknown }
        let now = accounts.clock()
        switch pending.state {
        case .denied: return .denied
        case .used, .approved: return .used
        case .waiting where pending.isExpired(at: now): return .expired
        case .waiting:
            return .asking(
                CLIRequest(
                    session: pending.id, client: pending.client, address: pending.address, time: pending.created,
                    now: now))
        }
    }

    func decide(_ session: BrowserSession, _ fields: FormFields) async throws(OperationError) -> WebAnswer {
        let pending = try await accounts.signIn(fields[.session])
        guard let pending, case .asking = state(of: pending) else { return cliAuthPage(session, state(of: pending)) }
        switch Decision(rawValue: fields[FormField.decision]) {
        case .approve:
            guard let code = try await accounts.approve(pending.id, for: session.account) else {
                return cliAuthPage(session, .used)
            }
            let expires = Timestamp(seconds: pending.created.seconds + ServerSettings.signInLife)
            return cliAuthPage(session, .approved(code: code, expires: expires, now: accounts.clock()))
        case .deny:
            try await accounts.deny(pending.id)
            return cliAuthPage(session, .denied)
        case nil: return .page(.formExpired)
        }
    }

    // MARK: Tokens

    func tokensPage(
        _ session: BrowserSession, made: MadeToken? = nil, fault: String? = nil
    ) async throws(OperationError) -> WebAnswer {
        let tokens = try await accounts.tokens(of: session.account)
        let page = TokensPage(
            visitor: session.visitor, tokens: tokens, made: made, now: accounts.clock(), fault: fault)
        return .page(page.html, status: fault == nil ? 200 : 422)
    }

    func changeTokens(
        _ path: PagePath, _ session: BrowserSession, _ fields: FormFields
    ) async throws(OperationError) -> WebAnswer {
        if path == .revokeToken {
            _ = try await accounts.revokeToken(fields[.token], of: session.account)
            return .seeOther(PagePath.tokens.rawValue)
        }
        guard let name = TokenName(fields[.name])?.text else {
            return try await tokensPage(session, fault: "Nothing was changed: \(TokenName.rule).")
        }
        if path == .renameToken {
            _ = try await accounts.renameToken(fields[.token], of: session.account, to: name)
            return .seeOther(PagePath.tokens.rawValue)
        }
        let token = try await accounts.makeToken(for: session.account, named: name)
        return try await tokensPage(session, made: MadeToken(name: name, secret: token.secret.reveal()))
    }
}
