import HTTPTypes
import OperationCatalogue
import OperationPipeline

/// Answers the requests of browsers: the pages, their forms and the files that they load.
struct PageHandler: Sendable {
    let accounts: AccountStore
    let door: RequestDoor
    let hasher: PasswordHasher
    let owners: any OwnerRegistry
    let records: any RecordFeed
    let shares: Shares

    /// - Returns: `nil` where there is no such page.
    func answer(_ request: WebRequest) async -> WebAnswer? {
        guard let path = PagePath(rawValue: "/" + request.path.joined(separator: "/")) else { return nil }
        guard let share = shares.take(of: .answers, for: request.holder) else {
            return .page(.tooManyRequests(seconds: SharedResource.answers.retryAfter))
        }
        return await answer(path, request).holding(share)
    }

    private func answer(_ path: PagePath, _ request: WebRequest) async -> WebAnswer {
        do throws(OperationError) {
            let answer: WebAnswer? =
                switch request.method {
                case .get: try await page(path, request)
                case .post: try await form(path, request)
                default: nil
                }
            return answer ?? Self.notForThisPage(path)
        } catch {
            var answer = WebAnswer.page(.internalError(reference: nil))
            answer.status = HTTPResponse.Status(code: error.httpStatus)
            return answer
        }
    }

    /// To a method that a page does not know.
    private static func notForThisPage(_ path: PagePath) -> WebAnswer {
        var answer = WebAnswer.page(.notFound)
        answer.status = .methodNotAllowed
        let methods = (path.isPage ? ["GET", "HEAD"] : []) + (path.isForm ? ["POST"] : [])
        answer.headers[.allow] = methods.joined(separator: ", ")
        return answer
    }

    private func page(_ path: PagePath, _ request: WebRequest) async throws(OperationError) -> WebAnswer? {
        switch path {
        case .stylesheet: return .file(Stylesheet.text, type: "text/css; charset=utf-8")
        case .liveScript: return .file(LiveScript.text, type: "text/javascript; charset=utf-8")
        case .codeScript: return .file(CodeScript.text, type: "text/javascript; charset=utf-8")
        case .icon: return .file(Icon.text, type: "image/svg+xml")
        case .signIn: return signInPage(request)
        case .setup: return try await setupPage(request)
        case .home, .cliAuth, .tokens, .events: break
        case .signOut, .taskStatus, .renameToken, .revokeToken: return nil
        }
        guard let session = try await session(of: request) else { return toSignIn(path, request) }
        let answer: WebAnswer
        switch path {
        case .home: answer = await home(session, request)
        case .cliAuth: answer = try await cliAuthPage(session, request)
        case .tokens: answer = try await tokensPage(session)
        case .events:
            guard let share = shares.take(of: .eventStreams, for: .account(session.account.id)) else {
                return WebAnswer.noStream().on(behalfOf: session.account)
            }
            answer = events(for: session, request).holding(share)
        default: return nil
        }
        return answer.on(behalfOf: session.account)
    }

    private func form(_ path: PagePath, _ request: WebRequest) async throws(OperationError) -> WebAnswer? {
        guard path.isForm else { return nil }
        guard !request.isForeign, let fields = FormFields(String(decoding: request.body, as: UTF8.self)) else {
            return .page(.formExpired)
        }
        switch path {
        case .signIn: return try await signIn(fields, request)
        case .setup: return try await setUp(fields, request)
        default: break
        }
        guard let session = try await session(of: request) else { return .seeOther(PagePath.signIn.rawValue) }
        guard SecretHash.isEqual(fields[.csrf], session.formToken) else { return .page(.formExpired) }
        return try await change(path, session, fields, request).on(behalfOf: session.account)
    }

    private func change(
        _ path: PagePath, _ session: BrowserSession, _ fields: FormFields, _ request: WebRequest
    ) async throws(OperationError) -> WebAnswer {
        switch path {
        case .signOut:
            try await accounts.endSession(session.secret)
            return WebAnswer.seeOther(PagePath.signIn.rawValue)
                .setting(BrowserCookie.session.rawValue, to: "", life: 0, isSecure: request.isSecure)
        case .cliAuth: return try await decide(session, fields)
        case .taskStatus: return await changeStatus(session, fields, request)
        default: return try await changeTokens(path, session, fields)
        }
    }

    // MARK: Sessions

    /// Who is signed in, as a program or with a browser.
    func account(of request: WebRequest) async -> Account? {
        do throws(OperationError) {
            if let token = request.bearerToken { return try await accounts.bearer(of: token)?.account }
            return try await session(of: request)?.account
        } catch {
            return nil
        }
    }

    private func session(of request: WebRequest) async throws(OperationError) -> BrowserSession? {
        guard let secret = request.cookie(BrowserCookie.session.rawValue) else { return nil }
        return try await accounts.session(secret)
    }

    /// To the sign-in page, and back from there to the page that was asked for.
    private func toSignIn(_ path: PagePath, _ request: WebRequest) -> WebAnswer {
        guard path != .events else { return WebAnswer(status: .unauthorized) }
        var next = path.rawValue
        if path == .cliAuth, let session = request.query[FormField.session.rawValue] {
            next += "?\(FormField.session.rawValue)=" + PercentDecoding.encoded(session)
        }
        let target = "\(PagePath.signIn.rawValue)?\(FormField.next.rawValue)=" + PercentDecoding.encoded(next)
        return .seeOther(target)
    }

    /// Signs somebody in, and leads them on.
    func begin(
        _ account: Account, next: String, _ request: WebRequest
    ) async throws(OperationError) -> WebAnswer {
        let session = try await accounts.beginSession(of: account)
        let device = try await accounts.knowDevice(request.cookie(BrowserCookie.device.rawValue), of: account)
        return WebAnswer.seeOther(next).setting(
            BrowserCookie.session.rawValue, to: session.secret, life: AccountStore.sessionLife,
            isSecure: request.isSecure
        ).setting(
            BrowserCookie.device.rawValue, to: device, life: ServerSettings.deviceLife, isSecure: request.isSecure
        ).on(behalfOf: account)
    }
}

extension WebAnswer {
    /// To somebody who has enough live logs. The connection ends, which would wait for nothing.
    fileprivate static func noStream() -> WebAnswer {
        var answer = Dialect.bare.tooMuch(of: .eventStreams)
        answer.headers[.connection] = "close"
        return answer
    }
}

extension BrowserSession {
    var visitor: Visitor { Visitor(name: account.name, formToken: formToken) }
}

extension PagePath {
    /// Whether it answers GET.
    fileprivate var isPage: Bool {
        switch self {
        case .signOut, .taskStatus, .renameToken, .revokeToken: false
        default: true
        }
    }

    /// Whether it takes a form by POST.
    fileprivate var isForm: Bool {
        switch self {
        case .signIn, .setup, .signOut, .cliAuth, .taskStatus, .tokens, .renameToken, .revokeToken: true
        default: false
        }
    }
}
