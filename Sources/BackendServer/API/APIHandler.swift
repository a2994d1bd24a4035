import HTTPTypes
import OperationCatalogue
import OperationPipeline

/// Answers the API's requests, in either dialect.
struct APIHandler: Sendable {
    let accounts: AccountStore
    let door: RequestDoor
    let owners: any OwnerRegistry
    let recorder: any OperationRecorder
    let shares: Shares
    private let callers = KnownCallers()

    init(
        accounts: AccountStore, door: RequestDoor, owners: any OwnerRegistry, recorder: any OperationRecorder,
        shares: Shares
    ) {
        self.shares = shares
        self.accounts = accounts
        self.door = door
        self.owners = owners
        self.recorder = recorder
    }

    /// - Returns: `nil` where the path is none of the API's.
    func answer(_ request: WebRequest) async -> WebAnswer? {
        let dialect = request.dialect
        let path = Array(dialect == .envelope ? request.path.dropFirst() : request.path[...])
        guard let (endpoint, subject) = Endpoint.find(request.method, path) else {
            let methods = Endpoint.methods(of: path)
            if methods.isEmpty {
                guard dialect == .envelope else { return nil }
                return dialect.noEndpoint(request)
            }
            var answer = dialect.failure(
                OperationError(.invalidRequest, "\(request.method.rawValue) is not for this endpoint"))
            answer.status = .methodNotAllowed
            answer.headers[.allow] = methods.joined(separator: ", ")
            return answer
        }
        do throws(OperationError) {
            return try await answer(request, endpoint.action, subject, dialect)
        } catch {
            return dialect.failure(error)
        }
    }

    private func answer(
        _ request: WebRequest, _ action: Endpoint.Action, _ subject: String?, _ dialect: Dialect
    ) async throws(OperationError) -> WebAnswer {
        switch action {
        case .live: return dialect.success(JSONText(["status": "ok"]), status: 200)
        case .ready: return await readiness(in: dialect)
        case .health:
            try await owners.check()
            try await accounts.check()
            try await recorder.check()
            return dialect.success(JSONText(["status": "ok"]), status: 200)
        default: break
        }
        if !action.isForUsers {
            guard let share = shares.take(of: .answers, for: request.holder) else {
                return dialect.tooMuch(of: .answers)
            }
            return try await signIn(request, action, dialect).holding(share)
        }
        let bearer: Bearer
        do {
            // Until it is known whose the request is, it is the network's.
            guard let entering = shares.take(of: .answers, for: request.holder) else {
                return dialect.tooMuch(of: .answers)
            }
            bearer = try await self.bearer(of: request)
            withExtendedLifetime(entering) {}
        }
        guard let share = shares.take(of: .answers, for: .account(bearer.account.id)) else {
            return dialect.tooMuch(of: .answers).on(behalfOf: bearer.account)
        }
        do throws(OperationError) {
            return try await answer(request, action, subject, from: bearer, dialect).on(behalfOf: bearer.account)
                .holding(share)
        } catch {
            return dialect.failure(error).on(behalfOf: bearer.account)
        }
    }

    /// Whether everything is there that requests need. A server that is not ready may still answer some of them: without a log
    /// it reads.
    private func readiness(in dialect: Dialect) async -> WebAnswer {
        var failing: [String] = []
        do throws(OperationError) { try await owners.check() } catch { failing.append("the store does not answer") }
        do throws(OperationError) { try await accounts.check() } catch { failing.append("the accounts do not answer") }
        do throws(OperationError) { try await recorder.check() } catch {
            failing.append("the log cannot be written, so changes are refused and reads go on")
        }
        guard !failing.isEmpty else { return dialect.success(JSONText(["status": "ok"]), status: 200) }
        var answer = dialect.failure(
            OperationError(.notRun, "not ready: \(failing.joined(separator: "; "))", backendCode: "not_ready"))
        answer.status = .serviceUnavailable
        return answer
    }

    private func signIn(
        _ request: WebRequest, _ action: Endpoint.Action, _ dialect: Dialect
    ) async throws(OperationError) -> WebAnswer {
        switch action {
        case .beginSignIn: try await beginSignIn(request, dialect)
        case .approveSignIn: try await approveSignIn(request, dialect)
        default: try await finishSignIn(request, dialect)
        }
    }

    private func answer(
        _ request: WebRequest, _ action: Endpoint.Action, _ subject: String?, from bearer: Bearer, _ dialect: Dialect
    ) async throws(OperationError) -> WebAnswer {
        let caller = callers.caller(for: bearer.account, request.headers[.userAgent])
        if request.method != .get || !action.isOperation { try OperationArguments.refuseQuery(of: request) }
        switch action {
        case .operation(let definition, let status):
            if let subject, UniqueIdentifier(subject) == nil {
                throw OperationError(.notFound, "task not found: \(subject.debugDescription.prefix(100)) is no UUID")
            }
            let arguments = try OperationArguments.make(for: definition, subject: subject, from: request)
            let asked = OperationArguments.narrowed(definition, arguments)
            return await carryOut(asked, arguments, status, caller, request, dialect)
        case .item(let name):
            let id = try await owners.task(try name.name(subject ?? ""), of: bearer.account)
            let asked = OperationRequest(
                GetTask.definition.name, [TaskFields.taskID.name: .string(id)], caller: caller, trace: request.trace)
            return dialect.answer(await door.carryOut(asked).map { ItemDetail.text(of: $0) }, status: 200)
        case .signOut:
            _ = try OperationArguments.body(of: request, knowing: [])
            let answer = await carryOut(Logout.definition, [:], 204, caller, request, dialect)
            if answer.status == .noContent { _ = try await accounts.revokeToken(bearer.token, of: bearer.account) }
            return answer
        default:
            return try await answerAccount(request, action, subject, bearer.account, dialect)
        }
    }

    /// Who shows a good token.
    ///
    /// - Throws: ``ErrorCode/notSignedIn``.
    func bearer(of request: WebRequest) async throws(OperationError) -> Bearer {
        guard let token = request.bearerToken, let bearer = try await accounts.bearer(of: token) else {
            throw OperationError(.notSignedIn, "sign in first: the request shows no token that is good")
        }
        return bearer
    }

    private func carryOut(
        _ definition: OperationDefinition, _ arguments: JSONObject, _ status: Int, _ caller: Caller,
        _ request: WebRequest, _ dialect: Dialect
    ) async -> WebAnswer {
        let asked = OperationRequest(
            definition.name, arguments, caller: caller, trace: request.trace, takesPieces: true)
        let result = await door.carryOut(asked)
        var answer = dialect.answer(result, status: status)
        if let limit = definition.limitReached(by: result) { answer.headers[.limitReached] = "\(limit)" }
        // A query that is none is a bad request to this endpoint, to the others a body that cannot be processed.
        if definition.name == SearchTasks.definition.name, answer.status.code == 422 { answer.status = .badRequest }
        return answer
    }
}

extension HTTPField.Name {
    /// How many elements the answer's array has, where it has as many as it can have, so that there may be more: an integer of RFC
    /// 9651. HTTP has no field for it: `Content-Range` is for ranges that were asked for (RFC 9110 section 14.4), and `Warning`
    /// is obsolete (RFC 9111 section 5.5).
    static let limitReached = HTTPField.Name.named("Deferno-Limit-Reached")
}

extension WebRequest {
    /// The trace that the client names; one that is malformed is ignored.
    var trace: TraceContext? {
        guard let parent = headers[.traceparent] else { return nil }
        let states = headers[values: .tracestate]
        return TraceContext(traceparent: parent, tracestate: states.isEmpty ? nil : states.joined(separator: ","))
    }
}
