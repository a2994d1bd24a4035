import HTTPTypes
import OperationCatalogue

extension APIHandler {
    // MARK: Signing a program in

    func beginSignIn(_ request: WebRequest, _ dialect: Dialect) async throws(OperationError) -> WebAnswer {
        _ = try OperationArguments.body(of: request, knowing: [])
        let begun = try await accounts.beginSignIn(
            client: request.headers[.userAgent].map { String($0.prefix(200)) }, address: request.clientAddress)
        switch begun {
        case .refused(let seconds):
            return dialect.tooMany("too many sign-ins are waiting: finish one, or try again later", seconds: seconds)
        case .begun(let id):
            let page = (request.origin ?? "") + PagePath.cliAuth.rawValue
            return dialect.success(
                JSONText([
                    CompleteAuth.sessionID.name: .string(id),
                    "auth_url": .string("\(page)?\(FormField.session.rawValue)=\(id)"),
                ]), status: 200)
        }
    }

    /// For whoever shows a token, or is signed in with a browser and asks from a page of this server.
    func approveSignIn(_ request: WebRequest, _ dialect: Dialect) async throws(OperationError) -> WebAnswer {
        let account: Account
        if request.bearerToken == nil, let cookie = request.cookie(BrowserCookie.session.rawValue),
            let session = try await accounts.session(cookie)
        {
            guard !request.isForeign, request.headers[.origin] != nil else {
                throw OperationError(.forbidden, "a page of another site cannot approve a sign-in")
            }
            account = session.account
        } else {
            account = try await bearer(of: request).account
        }
        let body = try OperationArguments.body(of: request, knowing: [CompleteAuth.sessionID.name])
        let id = body[CompleteAuth.sessionID.name]?.stringValue ?? ""
        guard let code = try await accounts.approve(id, for: account) else {
            throw OperationError(.notFound, "no sign-in waits under this session_id: begin again")
        }
        return dialect.success(JSONText([CompleteAuth.code.name: .string(code)]), status: 200).on(behalfOf: account)
    }

    func finishSignIn(_ request: WebRequest, _ dialect: Dialect) async throws(OperationError) -> WebAnswer {
        let known = [CompleteAuth.sessionID.name, CompleteAuth.code.name]
        let body = try OperationArguments.body(of: request, knowing: known)
        guard let id = body[CompleteAuth.sessionID.name]?.stringValue,
            let code = body[CompleteAuth.code.name]?.stringValue
        else { throw OperationError(.invalidArguments, "expected session_id and code, both texts") }
        guard let used = try await accounts.useCode(code, of: id) else {
            throw OperationError(
                .notSignedIn, "the code is wrong, was used already or has expired: begin the sign-in again")
        }
        let name = used.client.map { String($0.prefix(100)) } ?? "a program"
        let token = try await accounts.makeToken(for: used.account, named: name)
        let user: JSONValue = ["id": .string(used.account.id.description), "username": .string(used.account.name)]
        return dialect.success(JSONText(["token": .string(token.secret.reveal()), "user": user]), status: 200)
            .on(behalfOf: used.account)
    }

    // MARK: Tokens and settings

    func answerAccount(
        _ request: WebRequest, _ action: Endpoint.Action, _ subject: String?, _ account: Account, _ dialect: Dialect
    ) async throws(OperationError) -> WebAnswer {
        switch action {
        case .listTokens:
            let tokens = try await accounts.tokens(of: account).map { JSONValue.object($0.json) }
            return dialect.success(JSONText(.array(tokens)), status: 200)
        case .makeToken:
            let token = try await accounts.makeToken(for: account, named: try tokenName(of: request))
            var object = token.entry.json
            object["token"] = .string(token.secret.reveal())
            return dialect.success(JSONText(.object(object)), status: 200)
        case .renameToken:
            let name = try tokenName(of: request)
            return try done(try await accounts.renameToken(subject ?? "", of: account, to: name), dialect)
        case .revokeToken:
            _ = try OperationArguments.body(of: request, knowing: [])
            return try done(try await accounts.revokeToken(subject ?? "", of: account), dialect)
        case .settings:
            return dialect.success(JSONText(.object(try await accounts.settings(of: account))), status: 200)
        case .changeSettings:
            let changes = try OperationArguments.object(of: request)
            return dialect.success(
                JSONText(.object(try await accounts.changeSettings(of: account, by: changes))), status: 200)
        default: throw OperationError(.internalError, "an endpoint without an action")
        }
    }

    private func tokenName(of request: WebRequest) throws(OperationError) -> String {
        let body = try OperationArguments.body(of: request, knowing: ["name"])
        guard let name = TokenName(body["name"]?.stringValue ?? "") else {
            throw OperationError(.invalidArguments, "name: \(TokenName.rule)")
        }
        return name.text
    }

    private func done(_ found: Bool, _ dialect: Dialect) throws(OperationError) -> WebAnswer {
        guard found else { throw OperationError(.notFound, "token not found") }
        return dialect.success(JSONText(.null), status: 204)
    }
}

/// What a token is called.
struct TokenName: Sendable {
    let text: String
    static let rule = "a token's name has 1 to 100 characters"

    init?(_ text: String) {
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard (1...100).contains(text.count), !text.unicodeScalars.contains(where: { $0.value < 32 }) else {
            return nil
        }
        self.text = text
    }
}

extension TokenEntry {
    /// As the API shows it: `ApiTokenView`.
    fileprivate var json: JSONObject {
        [
            "id": .string(id), "name": .string(name), "kind": "user", "created_at": .string(created.description),
            "last_used_at": lastUsed.map { .string($0.description) } ?? .null,
        ]
    }
}
