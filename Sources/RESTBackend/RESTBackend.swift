package import OperationCatalogue
package import OperationPipeline
import Synchronization

/// The backend over HTTP.
///
/// Nothing is opened before the first request. Both dialects of the API are understood, told apart by each answer's body.
package final class RESTBackend: Backend {
    let location: HTTPAddress
    let settings: RESTSettings
    let tokens: any TokenStore
    let transport: Transport
    /// Whether the backend has shown that a new task gets the identifier that the request names.
    private let honoursNames = Atomic<Bool>(false)

    /// - Parameter tokens: is asked for each request that shows a token, unless its caller brings one.
    /// - Throws: ``ErrorCode/invalidRequest`` where the proxy for this backend cannot be used.
    package init(
        location: HTTPAddress, tokens: any TokenStore, settings: RESTSettings = RESTSettings()
    ) throws(OperationError) {
        self.location = location
        self.tokens = tokens
        self.settings = settings
        transport = try Transport(location: location, settings: settings)
    }

    /// Every operation ends by itself, and as many are under way as there are connections.
    package var capacity: BackendCapacity {
        BackendCapacity(batchSize: 1, concurrentBatches: settings.maximumConnections)
    }

    package func execute(_ batch: OperationBatch) async -> [OperationResult] {
        await batch.results { await carryOut($0) }
    }

    package func close() async {
        await transport.close()
    }

    private func carryOut(_ invocation: Invocation) async -> OperationResult {
        let operation = invocation.operation
        guard let handler = HandlerTable<RESTHandler>.api[operation] else { return .failed(.unsupported(operation)) }
        let result = await handler(self, operation, invocation.request)
        guard invocation.definition.isWrite, case .ok(let payload, .none) = result else { return result }
        return .ok(payload, changes: Self.changes(by: operation, toldBy: payload))
    }

    /// What the answer tells of what was done: it does not say what was there before, nor what became of other tasks.
    private static func changes(by operation: any CatalogueOperation, toldBy payload: JSONText) -> JSONText? {
        guard operation.definition.givesTasks, let payload = try? payload.value() else { return nil }
        return operation.changes(toldBy: payload).map { JSONText(.array($0)) }
    }

    /// To the backend's endpoint an absent parent means none, so the present one has to be named.
    func move(_ operation: MoveTask, _ request: OperationRequest) async -> OperationResult {
        guard !operation.newParentID.isPresent else { return await send(operation, for: request) }
        let result = await send(GetTask(operation.taskID), for: request)
        guard case .ok(let text, _) = result else { return result }
        let parent = (try? text.value())?[.parentID]?.stringValue.flatMap { UniqueIdentifier($0) }
        var named = operation
        named.newParentID = parent.map(Patch.set) ?? .clear
        return await send(named, for: request)
    }
}

// MARK: - Sending

extension RESTBackend {
    /// Sends the one request that an operation is.
    func send(_ operation: any CatalogueOperation, for request: OperationRequest) async -> OperationResult {
        guard let draft = RequestDraft(for: operation) else { return .failed(.unsupported(operation)) }
        return await send(draft, for: request)
    }

    /// Sends a request, again where that helps and harms nothing, and tells how it ended.
    func send(_ draft: RequestDraft, for request: OperationRequest) async -> OperationResult {
        let token: Secret?
        do throws(OperationError) {
            token = try await admit(draft, request.caller)
        } catch {
            return .failed(error)
        }
        let due = MonotonicClock.now &+ settings.deadline.nanoseconds
        var end = await transport.attempt(draft, token: token, trace: request.trace, due: due)
        if end.showsNamesHonoured, !honoursNames.load(ordering: .relaxed) {
            honoursNames.store(true, ordering: .relaxed)
        }
        if case .done(let payload) = end.fate { return .ok(payload) }
        var progress = RequestProgress(policy: settings.retries, repetition: draft.repetition, due: due)
        while true {
            let action = progress.next(
                after: end, honoursNames: honoursNames.load(ordering: .relaxed), now: MonotonicClock.now,
                chance: .random(in: 0...1))
            switch action {
            case .finish(let result): return result.hiding(draft.isConfidential ? nil : token)
            case .follow(let origin, let target):
                end = await transport.attempt(
                    draft, token: token, trace: request.trace, due: due, redirect: (origin, target))
            case .tryAgain(let delay):
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    return progress.result(
                        cancelledBy: OperationError(.cancelled, "cancelled while waiting to try again"))
                }
                end = await transport.attempt(draft, token: token, trace: request.trace, due: due)
            }
        }
    }

    /// The token to show with a request, if it needs one.
    ///
    /// - Throws: ``ErrorCode/notSignedIn`` where there is none, ``ErrorCode/notPermitted`` where it could be read on the
    ///   way, and what the store throws.
    private func admit(_ draft: RequestDraft, _ caller: Caller) async throws(OperationError) -> Secret? {
        guard draft.needsToken else {
            if draft.isConfidential { try refuseExposure() }
            return nil
        }
        var token = caller.credential
        if token == nil { token = try await tokens.token() }
        guard let token, !token.reveal().isEmpty else { throw .notAuthenticated }
        try refuseExposure()
        guard token.reveal().utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw OperationError(
                .notSignedIn, "the token holds characters that no HTTP header can carry: sign in again")
        }
        return token
    }

    private func refuseExposure() throws(OperationError) {
        guard location.origin.isExposed, !settings.allowsInsecureHTTP else { return }
        throw OperationError(
            .notPermitted,
            """
            the token is not sent to \(location.text): over http:// anyone on the way can read it; use https://, or \
            allow it with --insecure-http
            """
        )
    }
}

extension OperationError {
    /// In the seed's words, which clients know.
    static let notAuthenticated = OperationError(
        .notSignedIn,
        """
        not authenticated \u{2014} call the `start_auth` tool to begin the login flow, or run `defernowork-mcp auth` in \
        your terminal
        """
    )
}

extension OperationResult {
    /// The same, with an error that repeats a secret made safe.
    func hiding(_ secret: Secret?) -> OperationResult {
        guard let secret, Secret.isWorthHiding(secret), let error else { return self }
        func safe(_ text: String) -> String { text.replacing(secret.reveal(), with: Secret.redacted) }
        let existing = error.existing.flatMap { $0.description.contains(secret.reveal()) ? nil : $0 }
        let redacted = OperationError(
            error.code, safe(error.message), status: error.status, backendCode: error.backendCode.map(safe),
            cause: error.cause.map(safe), existing: existing)
        if case .unknown = self { return .unknown(redacted) }
        return .failed(redacted)
    }
}

extension Secret {
    /// A secret of three characters and less is none: it occurs in every other sentence.
    static func isWorthHiding(_ secret: Secret) -> Bool { secret.reveal().utf8.count > 3 }
}
