import HTTPTypes
import OperationCatalogue
import OperationPipeline

/// Answers the API's requests, in either dialect.
struct APIHandler: Sendable {
    let accounts: AccountStore
    let door: OperationDoor
    let owners: any OwnerRegistry
    let recorder: any OperationRecorder
    private let callers = KnownCallers()

    init(accounts: AccountStore, door: OperationDoor, owners: any OwnerRegistry, recorder: any OperationRecorder) {
        self.accounts = accounts
        self.door = door
        self.owners = owners
        self.recorder = recorder
    }

    /// - Returns: `nil` where the path is none of the API's.
    func answer(_ request: WebRequest) async -> WebAnswer? {
        let dialect: Dialect = request.path.first == Dialect.envelopePath ? .envelope : .bare
        let path = Array(dialect == .envelope ? request.path.dropFirst() : request.path[...])
        guard let (endpoint, subject) = Endpoint.find(request.method, path) else {
            let methods = Endpoint.methods(of: path)
            if methods.isEmpty {
                guard dialect == .envelope else { return nil }
                return dialect.failure(OperationError(.notFound, "there is no such endpoint"))
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
        case .health:
            try await owners.check()
            try await accounts.check()
            try recorder.check()
            return dialect.success(JSONText(["status": "ok"]), status: 200)
        case .beginSignIn: return try await beginSignIn(request, dialect)
        case .approveSignIn: return try await approveSignIn(request, dialect)
        case .finishSignIn: return try await finishSignIn(request, dialect)
        default: break
        }
        let bearer = try await bearer(of: request)
        do throws(OperationError) {
            return try await answer(request, action, subject, from: bearer, dialect).on(behalfOf: bearer.account)
        } catch {
            return dialect.failure(error).on(behalfOf: bearer.account)
        }
    }

    private func answer(
        _ request: WebRequest, _ action: Endpoint.Action, _ subject: String?, from bearer: Bearer, _ dialect: Dialect
    ) async throws(OperationError) -> WebAnswer {
        let caller = callers.caller(for: bearer.account, request.headers[.userAgent])
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
        let asked = OperationRequest(definition.name, arguments, caller: caller, trace: request.trace)
        var answer = dialect.answer(await door.carryOut(asked), status: status)
        // A query that is none is a bad request to this endpoint, to the others a body that cannot be processed.
        if definition.name == SearchTasks.definition.name, answer.status.code == 422 { answer.status = .badRequest }
        return answer
    }
}

extension WebRequest {
    /// The trace that the client names; one that is malformed is ignored.
    var trace: TraceContext? {
        guard let parent = headers[.traceparent] else { return nil }
        let states = headers[values: .tracestate]
        return TraceContext(traceparent: parent, tracestate: states.isEmpty ? nil : states.joined(separator: ","))
    }
}
